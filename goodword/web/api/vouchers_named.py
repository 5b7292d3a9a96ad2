"""Which voucher, batch, sale, person or thing a path, a filter or a body means; nothing ever crosses."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from goodword import codes
from goodword.business.models import ApiKey
from goodword.errors import Invalid, NotFound, Refused
from goodword.vouchers import finding as vouchers
from goodword.vouchers import life
from goodword.vouchers.models import Batch, Sale, Voucher
from goodword.web import guessing
from goodword.web.api import finding
from goodword.web.api.access import key_of, now_of
from goodword.web.api.asked_vouchers import MoneyAsked, PersonAsked, ThingNamed, TicketAsked
from goodword.web.guessing import Guesser

LARGEST_NUMBER = 10**12  # of a serial
FULL = ("buyer", "recipient", "location", "batch", "sale", "job", "design", "replaces", "replaced_by")


def voucher_of(request: HttpRequest, text: str) -> Voucher:
    """Return the voucher of the key's business that a serial, a code or our id names.

    Raises:
        Refused: ``too_many_guesses``.
        Mistyped: ``code_mistyped``, with ``place`` where it is known. NotFound: ``voucher_not_found``.
    """
    key, now, guesser = key_of(request), now_of(request), guesser_of(request)
    refuse_guesser(request, guesser)
    try:
        return vouchers.voucher_of(business=key.business, text=text)
    except NotFound:
        if not codes.is_public_id(text, prefix="vou"):
            guessing.missed(guesser, business=key.business, now=now)
        raise


def refuse_guesser(request: HttpRequest, guesser: Guesser) -> None:
    """Turn away who has guessed too often, and say when to come back: ``too_many_guesses``."""
    try:
        guessing.check(guesser, now=now_of(request))
    except Refused as refusal:
        request.rate["Retry-After"] = str(refusal.facts["retry_after"])  # type: ignore[attr-defined]  # set by access
        raise


def guesser_of(request: HttpRequest) -> Guesser:
    """Return who asks, as guesses are counted."""
    key = key_of(request)
    return Guesser(key.business_id, f"key:{key.source}", request.META.get("REMOTE_ADDR", ""), counted=key.digest)


def needs_read(key: ApiKey, text: str) -> None:
    """See that a key may look a voucher up by its serial, which can be counted up; a code or our id cannot.

    Raises:
        Refused: ``insufficient_scope``.
    """
    if "vouchers:read" not in key.scopes and not codes.is_public_id(text, prefix="vou") and vouchers.is_serial(text):
        raise Refused(
            "insufficient_scope", "by serial only a key with the scope vouchers:read may look; send the code",
            scope="vouchers:read",
        )  # fmt: skip


def whole(voucher: Voucher) -> Voucher:
    """Return a voucher as it is now, with all that is shown of it."""
    return shown().get(pk=voucher.pk)


def shown() -> QuerySet[Voucher]:
    """Return vouchers with all that is shown of them."""
    return Voucher.objects.select_related(*FULL).prefetch_related("badges")


def matching(request: HttpRequest, text: str) -> Q:
    """Return what a search means: a serial or its beginning, a number, a code, a payment's reference, a customer."""
    key, plain = key_of(request), text.strip()
    wanted = Q(serial__startswith=plain.upper()) | Q(sale__reference=plain)
    serial = codes.read_serial(plain)
    if serial is not None:
        wanted |= Q(serial=serial)
    if plain.isascii() and plain.isdigit() and int(plain) < LARGEST_NUMBER:
        wanted |= Q(number=int(plain))
    if codes.is_public_id(plain, prefix="vou"):
        wanted |= Q(public_id=plain)
    if vouchers.is_code(plain):
        refuse_guesser(request, guesser_of(request))
        found = Voucher.objects.filter(business=key.business, code_index=vouchers.index_of(plain)).first()
        if found is not None:
            return Q(pk=found.pk)
        guessing.missed(guesser_of(request), business=key.business, now=now_of(request))
    people = finding.matching(key.business, plain).values("pk")
    return wanted | Q(buyer__in=people) | Q(recipient__in=people)


def batch_of(key: ApiKey, text: str) -> Batch:
    """Return a batch.

    Raises:
        NotFound: ``batch_not_found``.
    """
    row = Batch.objects.select_related("event").filter(business=key.business, public_id=text).first()
    if row is None:
        raise NotFound("batch_not_found", "no such batch")
    return row


def sale_of(key: ApiKey, text: str) -> Sale:
    """Return a sale.

    Raises:
        NotFound: ``sale_not_found``.
    """
    rows = Sale.objects.select_related("event", "buyer", "ticket", "location")
    row = rows.filter(business=key.business, public_id=text).first()
    if row is None:
        raise NotFound("sale_not_found", "no such sale")
    return row


def person(key: ApiKey, ref: str | PersonAsked | None) -> str | dict[str, Any] | None:
    """Return how a command names a buyer or recipient; one with a name, phone or e-mail is found or made there.

    Raises:
        NotFound: ``contact_not_found``.
    """
    if ref is None or isinstance(ref, str):
        return finding.reference(key, ref) if ref else None
    told = ref.model_dump(exclude_none=True)
    return finding.reference(key, told) if "external_id" in told else told


def thing(key: ApiKey, ref: str | ThingNamed | None, *, prefix: str) -> str | dict[str, Any] | None:
    """Return how a command names a job or a ticket.

    Args:
        prefix: of our ids of that kind.
    """
    if ref is None:
        return None
    if isinstance(ref, str):
        if codes.is_public_id(ref, prefix=prefix):
            return ref
        return {"source": key.source, "external_id": ref.removeprefix(finding.EXTERNAL)}
    return {"source": ref.source or key.source, "external_id": ref.external_id}


def units(key: ApiKey, told: MoneyAsked | int | None, *, place: str) -> int | None:
    """Return an amount of the business's currency as a command has it.

    Raises:
        Refused: ``wrong_currency``. Invalid: ``amount_required``, ``amount_out_of_range``.
    """
    if told is None:
        return None
    if isinstance(told, MoneyAsked) and told.currency != key.business.currency:
        raise Invalid("wrong_currency", f"the books are kept in {key.business.currency}, not {told.currency}",
                      pointer=f"/{place}/currency")  # fmt: skip
    try:
        return life.check_amount(told.amount if isinstance(told, MoneyAsked) else told)
    except Invalid as refusal:
        raise Invalid(refusal.code, refusal.detail, pointer=f"/{place}") from None


def ticket(key: ApiKey, told: TicketAsked | str | None) -> dict[str, Any] | None:
    """Return the ticket a redemption is made for, of the key's source."""
    if told is None:
        return None
    if isinstance(told, str):
        return {"source": key.source, "external_id": told.removeprefix(finding.EXTERNAL), "total": None}
    total = told.total
    if isinstance(total, MoneyAsked):
        if total.currency != key.business.currency:
            raise Invalid("wrong_currency", f"the books are kept in {key.business.currency}, not {total.currency}",
                          pointer="/ticket/total/currency")  # fmt: skip
        total = total.amount
    return {"source": key.source, "external_id": told.external_id, "total": total}
