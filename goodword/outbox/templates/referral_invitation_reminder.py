"""A later word on the same link, when nobody has come of it yet: the follow-up sequence (R122)."""

from __future__ import annotations

from goodword.outbox.templates.kind import Template, Text

TEMPLATE = Template(
    purpose="asking",
    variables=("first_name", "business", "link", "page", "stop"),
    needs=("link",),
    texts={
        "en": Text(
            subject="Your link, should a friend need us",
            lines=(
                "Hi {first_name}, {business} again. In case a friend asks who did your work, here is your link: {link}",
                "There is nothing you have to do.",
                "Ready-made texts, only for you: {page}",
                "Rather not hear about this? Say stop here: {stop}",
            ),
        ),
        "sv": Text(
            subject="Din länk, om en vän behöver oss",
            lines=(
                "Hej {first_name}, det är {business} igen. Om en vän undrar vem du anlitade: din länk är {link}",
                "Du behöver inte göra något.",
                "Färdiga texter, bara för dig: {page}",
                "Vill du slippa sådana meddelanden? Säg stopp här: {stop}",
            ),
        ),
        "ar": Text(
            subject="رابطك، إن احتاج إلينا صديق",
            lines=(
                "مرحبًا {first_name}، معك {business} من جديد. إن سألك صديق عمّن أنجز لك العمل فهذا رابطك: {link}",
                "لست مطالبًا بأي شيء.",
                "نصوص جاهزة، لك وحدك: {page}",
                "إن كنت لا ترغب في هذه الرسائل فأوقفها من هنا: {stop}",
            ),
        ),
    },
)
