"""A voucher brought to the person it was bought for, on the day the buyer chose."""

from __future__ import annotations

from goodword.outbox.templates.kind import Template, Text

TEMPLATE = Template(
    purpose="service",
    variables=("first_name", "business", "giver", "message", "gift", "serial", "expires", "code", "link"),
    sometimes=("giver", "message", "expires"),
    needs=("gift", "code"),
    texts={
        "en": Text(
            subject="A present is waiting for you at {business}",
            lines=(
                "Hi {first_name}, {business} here.",
                "This is yours: {gift}.",
                "It comes from {giver}.",
                "“{message}”",
                "Your code: {code}",
                "Its number is {serial}.",
                "It is valid until {expires}, that day included.",
                "See what is left, at any time: {link}",
            ),
        ),
        "sv": Text(
            subject="En present väntar på dig hos {business}",
            lines=(
                "Hej {first_name}, det är {business}.",
                "Det här är ditt: {gift}.",
                "Det kommer från {giver}.",
                "”{message}”",
                "Din kod: {code}",
                "Numret är {serial}.",
                "Det gäller till och med {expires}.",
                "Se när som helst vad som är kvar: {link}",
            ),
        ),
        "ar": Text(
            subject="هدية بانتظارك لدى {business}",
            lines=(
                "مرحبًا {first_name}، معك {business}.",
                "هذه لك: {gift}.",
                "وهي هدية من {giver}.",
                "«{message}»",
                "رمزك: {code}",
                "رقمها {serial}.",
                "تسري حتى نهاية يوم {expires}.",
                "اطّلع على الرصيد المتبقي متى شئت: {link}",
            ),
        ),
    },
)
