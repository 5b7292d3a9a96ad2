"""After the work is done: one tap from 1 to 5. Its answer decides whether we ask for a referral (R95, R97)."""

from __future__ import annotations

from goodword.outbox.templates.kind import Template, Text

TEMPLATE = Template(
    purpose="service",
    variables=("first_name", "business", "link", "stop"),
    needs=("link",),
    texts={
        "en": Text(
            subject="How did we do?",
            lines=(
                "Hi {first_name}, {business} here. Thank you for having us.",
                "How did we do, from 1 to 5? One tap is enough: {link}",
                "Rather not be asked? Say stop here: {stop}",
            ),
        ),
        "sv": Text(
            subject="Hur gick det?",
            lines=(
                "Hej {first_name}, det är {business}. Tack för att vi fick komma.",
                "Hur nöjd är du, från 1 till 5? Ett tryck räcker: {link}",
                "Vill du inte bli tillfrågad? Säg stopp här: {stop}",
            ),
        ),
        "ar": Text(
            subject="كيف كانت خدمتنا؟",
            lines=(
                "مرحبًا {first_name}، معك {business}. شكرًا لثقتك بنا.",
                "كيف تقيّم خدمتنا من 1 إلى 5؟ تكفي نقرة واحدة: {link}",
                "إن كنت لا تود أن نسألك فأوقف الرسائل من هنا: {stop}",
            ),
        ),
    },
)
