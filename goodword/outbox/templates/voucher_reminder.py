"""A word before a voucher's last day, to whoever holds it (R17)."""

from __future__ import annotations

from goodword.outbox.templates.kind import Template, Text

TEMPLATE = Template(
    purpose="service",
    variables=("first_name", "business", "serial", "gift", "expires", "link", "stop"),
    needs=("expires", "link"),
    texts={
        "en": Text(
            subject="Your voucher is valid until {expires}",
            lines=(
                "Hi {first_name}, {business} here.",
                "Still yours to use: {gift}.",
                "It is number {serial}, valid until {expires}, that day included.",
                "See what is left: {link}",
                "Rather not be reminded? Say stop here: {stop}",
            ),
        ),
        "sv": Text(
            subject="Ditt presentkort gäller till och med {expires}",
            lines=(
                "Hej {first_name}, det är {business}.",
                "Det här har du kvar att använda: {gift}.",
                "Det har nummer {serial} och gäller till och med {expires}.",
                "Se vad som är kvar: {link}",
                "Vill du inte bli påmind? Säg stopp här: {stop}",
            ),
        ),
        "ar": Text(
            subject="قسيمتك تسري حتى نهاية يوم {expires}",
            lines=(
                "مرحبًا {first_name}، معك {business}.",
                "ما زال لك أن تستخدم: {gift}.",
                "رقمها {serial}، وتسري حتى نهاية يوم {expires}.",
                "اطّلع على الرصيد المتبقي: {link}",
                "إن كنت لا تود أن نذكّرك فأوقف الرسائل من هنا: {stop}",
            ),
        ),
    },
)
