"""What tells who a person is, taken out of texts and stored payloads. Pure but for what it is given.

Ids stay, so that what follows from them goes on: other systems' names of the contact, of jobs and receipts. An id that
is itself personal (a phone number, an e-mail address, the name) is replaced by its digest.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import phonenumbers

from goodword import identity

GONE = "***"
# Keys of an event's data that hold words about a person, or are theirs to say.
PERSONAL = frozenset(
    {"name", "phone", "email", "address", "company", "comment", "message", "description", "tags", "clubs", "alias"}
)
PARTIES = ("buyer", "recipient")  # of an order of vouchers
LEAST_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of somebody: ids that stay, and strings that must go.

    Attributes:
        public: our ids of the records that are one person; the first is the survivor's.
        known_as: (source, external id) of other systems.
        words: whole strings: names, e-mail addresses, lines of an address, aliases.
        phones: as E.164 or bare digits.
        work: (kind, source, external id) of jobs, tickets, appointments and reservations.
    """

    public: tuple[str, ...]
    known_as: frozenset[tuple[str, str]]
    words: frozenset[str]
    phones: frozenset[str]
    country: str = ""
    work: frozenset[tuple[str, str, str]] = frozenset()

    @property
    def ids(self) -> frozenset[str]:
        """Return every name by which a payload may speak of the person."""
        return frozenset(self.public) | {name for _source, name in self.known_as}

    @property
    def work_ids(self) -> frozenset[str]:
        """Return the names of their work."""
        return frozenset(name for _kind, _source, name in self.work)

    @property
    def whole(self) -> re.Pattern[str] | None:
        """Return what finds the person in anybody's text: a whole name, an address, a number however it is spaced."""
        return _pattern([*map(re.escape, self.words), *map(_spaced, _spellings(self.phones))])

    @property
    def parts(self) -> re.Pattern[str] | None:
        """Return what finds the person in a text about them: each word of a name too."""
        single = {part for text in self.words for part in re.split(r"[\s,;]+", text) if len(part) > 1}
        names = [rf"(?<!\w){re.escape(part)}(?!\w)" for part in single if not part.isdigit()]
        return _pattern([*map(re.escape, self.words), *map(_spaced, _spellings(self.phones)), *names])


def person(
    *,
    public: Iterable[str],
    known_as: Iterable[tuple[str, str]],
    names: Iterable[str | None],
    phones: Iterable[str | None],
    addresses: Iterable[object],
    country: str,
    work: Iterable[tuple[str, str, str]] = (),
) -> Person:
    """Gather what must go; texts of a single character are left out."""
    lines = {line.strip() for address in addresses for line in _lines(address)}
    words = {text.strip() for text in names if text} | {line for line in lines if len(line) > 3}
    return Person(
        public=tuple(public), known_as=frozenset(known_as), words=frozenset(w for w in words if len(w) > 1),
        phones=frozenset(filter(None, phones)), country=country, work=frozenset(work),
    )  # fmt: skip


def is_personal(text: str, who: Person) -> bool:
    """Say whether an id tells who somebody is."""
    return "@" in text or bool(who.parts and who.parts.search(text))


def digest(text: str) -> str:
    """Return what stands in the place of an id that was personal."""
    return f"erased-{hashlib.sha256(text.encode()).hexdigest()[:24]}"


def scrubbed(text: str, found: re.Pattern[str] | None) -> str:
    """Return a text without what ``found`` finds."""
    return found.sub(GONE, text) if found is not None else text


def about(source: str, data: object, who: Person) -> bool:
    """Say whether a stored payload is about the person: the contact it saves, whose work it tells, whom it commands."""
    if not isinstance(data, dict):
        return False
    subject = data.get("contact")
    if isinstance(subject, dict) and "phone" not in data:
        return _named(source, subject.get("external_id"), who)
    for kind in ("job", "ticket", "survey", "appointment", "reservation"):
        inner = data.get(kind)
        if isinstance(inner, dict):
            name = (kind, source, str(inner.get("external_id") or ""))
            scored = ("job", source, str(inner.get("job") or ""))
            return _named(source, inner.get("contact"), who) or name in who.work or scored in who.work
    return _named(source, subject, who)


def _named(source: str, ref: object, who: Person) -> bool:
    """Say whether a reference, as events write them, leads to the person."""
    if isinstance(ref, str):
        return (source, ref) in who.known_as or ref in who.public
    if not isinstance(ref, dict):
        return False
    if (str(ref.get("source") or source), str(ref.get("external_id"))) in who.known_as:
        return True
    return any(isinstance(ref.get(key), str) and _same(ref[key], who) for key in ("phone", "email"))


def without(data: Any, who: Person, *, mine: bool) -> Any:
    """Return a payload without the person.

    Args:
        mine: it is about the person: personal keys go whole, and words of the name wherever they stand. Otherwise only
            what tells the person in somebody else's payload goes.
    """
    if isinstance(data, dict):
        if data.keys() <= {"source", "external_id", "phone", "email"} and any(
            isinstance(data.get(key), str) and _same(data[key], who) for key in ("phone", "email")
        ):
            return who.public[0]
        return _keys_without(data, who, mine=mine)
    if isinstance(data, list):
        return [without(value, who, mine=mine) for value in data]
    if not isinstance(data, str):
        return data
    if data in who.ids:
        return digest(data) if data not in who.public and is_personal(data, who) else data
    if data in who.work_ids:
        return data
    if _same(data, who):
        return GONE
    return scrubbed(data, who.parts if mine else who.whole)


def _keys_without(data: dict[str, Any], who: Person, *, mine: bool) -> dict[str, Any]:
    """Redact an object key by key. Who buys or gets a voucher is named by our id; what one wrote to the other goes."""
    partly = {key for key in PARTIES if _party(data.get(key), who)}
    gone = PERSONAL if mine else {"message"} if partly else set[str]()
    return {
        key: who.public[0] if key in partly else without(value, who, mine=mine or bool(partly and key not in PARTIES))
        for key, value in data.items()
        if key not in gone
    }


def _party(ref: object, who: Person) -> bool:
    """Say whether a buyer or recipient, as orders of vouchers name them, is the person."""
    if isinstance(ref, str):
        return ref in who.public
    if not isinstance(ref, dict):
        return False
    if ref.get("external_id"):
        named = ref["external_id"]
        return any(named == name and ref.get("source") in (None, source) for source, name in who.known_as)
    reach = [ref[key] for key in ("phone", "email") if isinstance(ref.get(key), str)]
    return any(_same(text, who) for text in reach) or (not reach and ref.get("name") in who.words)


def _same(text: str, who: Person) -> bool:
    """Say whether a text is the person's number or e-mail address, however it is written."""
    if "@" in text:
        return identity.email(text) in who.words
    if sum(c.isdecimal() for c in text) < LEAST_DIGITS or len(text) > 40:
        return False
    return identity.phone(text, country=who.country or None) in who.phones


def _pattern(parts: list[str]) -> re.Pattern[str] | None:
    ordered = sorted(set(filter(None, parts)), key=len, reverse=True)
    return re.compile("|".join(ordered), re.IGNORECASE) if ordered else None


def _spellings(phones: Iterable[str]) -> set[str]:
    """Return each number's digits, with its country and without."""
    told = set()
    for number in phones:
        told.add(re.sub(r"\D", "", number))
        if number.startswith("+"):
            told.add(str(phonenumbers.parse(number).national_number))
    return {digits for digits in told if len(digits) >= LEAST_DIGITS}


def _spaced(digits: str) -> str:
    return r"\+?(?<!\d)0{0,2}" + r"[\s().\-/]{0,3}".join(digits) + r"(?!\d)"


def _lines(address: object) -> list[str]:
    if isinstance(address, dict):
        return [str(address[key]) for key in ("line1", "line2", "postal_code") if address.get(key)]
    return re.split(r"[\n,،;]", address) if isinstance(address, str) else []
