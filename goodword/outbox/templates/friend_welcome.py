"""The welcome to a friend who has been in touch, with the gift that waits (R34). Never the first word between us."""

from __future__ import annotations

from goodword.outbox.templates.kind import Template, Text

TEMPLATE = Template(
    purpose="service",
    variables=("first_name", "business", "gift", "code", "expires"),
    sometimes=("gift", "code", "expires"),
    needs=("gift", "code"),
    texts={
        "en": Text(
            subject="Welcome to {business}",
            lines=(
                "Hi {first_name}, thank you for getting in touch with {business}.",
                "It is good that a friend told you about us.",
                "For you there is {gift}.",
                "Your code: {code}",
                "It is valid until {expires}, that day included.",
                "We will be in touch soon.",
            ),
        ),
        "sv": Text(
            subject="Välkommen till {business}",
            lines=(
                "Hej {first_name}, tack för att du hörde av dig till {business}.",
                "Vad roligt att en vän berättade om oss.",
                "Till dig finns {gift}.",
                "Din kod: {code}",
                "Det gäller till och med {expires}.",
                "Vi hör snart av oss.",
            ),
        ),
        "ar": Text(
            subject="أهلًا بك لدى {business}",
            lines=(
                "مرحبًا {first_name}، شكرًا لتواصلك مع {business}.",
                "يسعدنا أن أحد أصدقائك حدّثك عنّا.",
                "لك منّا: {gift}.",
                "رمزك: {code}",
                "يسري حتى نهاية يوم {expires}.",
                "سنتواصل معك قريبًا.",
            ),
        ),
    },
)
