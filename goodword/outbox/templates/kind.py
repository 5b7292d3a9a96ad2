"""What a message template is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Text:
    """A template in one language. A line whose variable is empty is left out; the rest keeps its order."""

    subject: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of message.

    Attributes:
        purpose: ``asking`` is something we want of a person: any opt-out stops it, on whatever channel it was said.
            ``service`` tells a person of what is theirs: only an opt-out of the channel stops that channel.
        variables: every word that the texts may use, filled by ``outbox/rendering.py``.
        texts: by language; the three are complete, a test compares them.
        sometimes: those of the variables that may be empty; a line that uses one that is, is left out.
        needs: what the message makes no sense without; a business's own words must say it, on a line that is never
            left out for something else (``outbox/own_words.py``).
    """

    purpose: Literal["asking", "service"]
    variables: tuple[str, ...]
    texts: dict[str, Text]
    sometimes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
