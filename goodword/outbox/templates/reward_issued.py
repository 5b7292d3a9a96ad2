"""The thank-you that names the reward, once it is usable (R102, R103). Of the friend only the first name is told."""

from __future__ import annotations

from goodword.outbox.templates.kind import Template, Text

TEMPLATE = Template(
    purpose="service",
    variables=("first_name", "business", "friend", "gift", "usable", "expires", "code", "page"),
    sometimes=("friend", "usable", "expires", "code"),
    needs=("gift", "code"),
    texts={
        "en": Text(
            subject="Thank you, {first_name}: {gift}",
            lines=(
                "Hi {first_name}, {business} here.",
                "Thank you for sending {friend} our way.",
                "This is yours: {gift}.",
                "Your code: {code}",
                "You can use it from {usable}.",
                "It is valid until {expires}, that day included.",
                "All that is yours: {page}",
            ),
        ),
        "sv": Text(
            subject="Tack, {first_name}: {gift}",
            lines=(
                "Hej {first_name}, det är {business}.",
                "Tack för att du tipsade {friend} om oss.",
                "Det här är ditt: {gift}.",
                "Din kod: {code}",
                "Du kan använda det från och med {usable}.",
                "Det gäller till och med {expires}.",
                "Allt som är ditt: {page}",
            ),
        ),
        "ar": Text(
            subject="شكرًا {first_name}: {gift}",
            lines=(
                "مرحبًا {first_name}، معك {business}.",
                "شكرًا لأنك عرّفت {friend} بنا.",
                "هذا لك: {gift}.",
                "رمزك: {code}",
                "يمكنك استخدامه ابتداءً من {usable}.",
                "يسري حتى نهاية يوم {expires}.",
                "كل ما هو لك: {page}",
            ),
        ),
    },
)
