"""The one ask for a referral, to a customer who was happy with finished work, with the permanent link (R95-R100)."""

from __future__ import annotations

from goodword.outbox.templates.kind import Template, Text

TEMPLATE = Template(
    purpose="asking",
    variables=("first_name", "business", "link", "page", "stop"),
    needs=("link",),
    texts={
        "en": Text(
            subject="Know someone we could help?",
            lines=(
                "Hi {first_name}, {business} here. We are glad you were happy with our work.",
                "If a friend or neighbour needs us, this is your own link to pass on: {link}",
                "It never expires. We say thank you when it helps someone find us.",
                "Ready-made texts, and what came of it, only for you: {page}",
                "Rather not hear about this? Say stop here: {stop}",
            ),
        ),
        "sv": Text(
            subject="Känner du någon vi kan hjälpa?",
            lines=(
                "Hej {first_name}, det är {business}. Vad roligt att du blev nöjd.",
                "Om en vän eller granne behöver oss är det här din egen länk att dela: {link}",
                "Den slutar aldrig gälla. Vi tackar dig när någon hittar till oss genom den.",
                "Färdiga texter, och hur det går, bara för dig: {page}",
                "Vill du slippa sådana meddelanden? Säg stopp här: {stop}",
            ),
        ),
        "ar": Text(
            subject="هل تعرف من يحتاج إلى خدمتنا؟",
            lines=(
                "مرحبًا {first_name}، معك {business}. يسعدنا أن عملنا نال رضاك.",
                "إن احتاج صديق أو جار إلينا فهذا رابطك الخاص لتشاركه: {link}",
                "لا تنتهي صلاحيته أبدًا، ونشكرك عندما يصل إلينا أحد عن طريقه.",
                "نصوص جاهزة ونتائج، لك وحدك: {page}",
                "إن كنت لا ترغب في هذه الرسائل فأوقفها من هنا: {stop}",
            ),
        ),
    },
)
