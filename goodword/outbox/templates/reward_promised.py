"""The thank-you for a reward that still waits for a person: a voucher, gift card, pay-out or favour (R103, R111)."""

from __future__ import annotations

from goodword.outbox.templates.kind import Template, Text

TEMPLATE = Template(
    purpose="service",
    variables=("first_name", "business", "friend", "gift", "usable", "page"),
    sometimes=("friend", "usable"),
    needs=("gift",),
    texts={
        "en": Text(
            subject="Thank you, {first_name}",
            lines=(
                "Hi {first_name}, {business} here.",
                "Thank you for sending {friend} our way.",
                "We have put this down for you: {gift}.",
                "It can be yours from {usable} at the earliest.",
                "One of us sees to it and gets in touch. There is nothing you have to do.",
                "All that is yours: {page}",
            ),
        ),
        "sv": Text(
            subject="Tack, {first_name}",
            lines=(
                "Hej {first_name}, det är {business}.",
                "Tack för att du tipsade {friend} om oss.",
                "Det här har vi antecknat åt dig: {gift}.",
                "Det kan bli ditt tidigast {usable}.",
                "En av oss ordnar det och hör av sig. Du behöver inte göra något.",
                "Allt som är ditt: {page}",
            ),
        ),
        "ar": Text(
            subject="شكرًا {first_name}",
            lines=(
                "مرحبًا {first_name}، معك {business}.",
                "شكرًا لأنك عرّفت {friend} بنا.",
                "سجّلنا لك ما يلي: {gift}.",
                "قد يصبح لك ابتداءً من {usable} على أقرب تقدير.",
                "سيتولى أحدنا الأمر ويتواصل معك. لست مطالبًا بأي شيء.",
                "كل ما هو لك: {page}",
            ),
        ),
    },
)
