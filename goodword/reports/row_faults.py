"""Why a row of a table was not taken, and what a file leaves open, in words. One literal dictionary each.

The codes are those of ``inbox/tables`` and of the import that records what it tells (docs/reference/errors.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ROWS: dict[str, Promise] = {
    "already_expired": _("This value had expired before it was to be brought in."),
    "already_referred": _("The friend was referred by somebody else already."),
    "amount_out_of_range": _("The amount is larger than any that is booked."),
    "appointment_cancelled": _("The appointment was cancelled; nothing hangs on it."),
    "bad_code": _("A code has %(shortest)s to %(longest)s letters and digits."),
    "bad_payment": _("What was given away was not paid, and what was sold was."),
    "bad_serial": _(
        "This is no serial like GC-1001. A number alone is the card's code: choose its column for the code."
    ),
    "balance_above_value": _("More is left of it than it was ever worth."),
    "balance_differs": _(
        "The file says that %(told)s is left of %(serial)s, but it was brought in with %(had)s. No table changes that: "
        "look at both, and redeem or cancel it on its own page."
    ),
    "broken_row": _("A quotation mark is opened here and never closed, so the row cannot be taken apart."),
    "code_like_serial": _("This code reads like the serial of another card."),
    "code_taken": _("Another voucher has this code already."),
    "contact_ambiguous": _("More than one customer could be meant."),
    "contact_unknown": _("No customer is known by this."),
    "ended_elsewhere": _(
        "The file says that nothing is left of it, but %(serial)s is still good here. Redeem or cancel it on its own "
        "page."
    ),
    "friend_ambiguous": _("More than one customer could be the friend."),
    "friend_unknown": _("The friend is no customer yet; bring in the customers first."),
    "friend_unreachable": _(
        "The friend is known from another system and has neither phone nor e-mail; attribute the referral by hand."
    ),
    "invalid_event": _("This cannot be recorded: %(detail)s"),
    "known_differently": _("This is known already, with other content; it is changed only when you say so."),
    "lapsed_since": _("It has expired here since. Extend it on its own page if it is to be honoured."),
    "last_day_sooner": _("The file has a sooner last day than the voucher has. No table makes it shorter."),
    "line_does_not_add_up": _("The parts of this line make %(written)s, but the file says %(wanted)s."),
    "location_unknown": _("You have no location of this name."),
    "missing_value": _("This cell is empty, and the row needs it."),
    "negative_balance": _("A balance below zero cannot be brought in."),
    "no_show": _("The customer did not come; nothing hangs on it."),
    "nobody_named": _("The row has no customer number, name, phone or e-mail address."),
    "nobody_referred": _("The row names nobody who referred."),
    "not_a_date": _("This is no date in the order of day and month that the file has."),
    "not_a_job": _("The words you gave say that this is no job."),
    "not_a_number": _("This is not a number."),
    "not_a_phone": _("No telephone number can be read here."),
    "not_a_sale": _("A draft, or cancelled: nothing was sold."),
    "not_a_time": _("This is no time of day."),
    "not_a_voucher": _("The row has no badge that says that it is a voucher."),
    "not_an_email": _("No e-mail address can be read here."),
    "not_money": _("This is not an amount in the form that the file has."),
    "not_whole": _("Only whole numbers can be brought in here."),
    "nothing_left": _("All of it was used here, so its last day is not moved."),
    "nothing_to_bring": _("The balance is zero; there is nothing to bring in."),
    "referrer_ambiguous": _("More than one customer bears the referrer's name."),
    "referrer_unknown": _("No customer bears the referrer's name."),
    "repeated_code": _("Row %(first)s has the same code already."),
    "repeated_row": _("Row %(first)s told the same already."),
    "serial_taken": _("There is a voucher of this serial already, which no table brought."),
    "service_part_used": _(
        "A voucher for a named service is redeemed whole, but the file says that part of it was used. Without the "
        "service it is brought in as the amount that is left."
    ),
    "service_without_value": _("Write what was paid for the service: that is what it is worth in your books."),
    "time_in_future": _("The date lies in the future."),
    "time_out_of_range": _("The date lies before 1970 or beyond reason."),
    "too_long": _("This is longer than %(most)s characters."),
    "too_many_cells": _("The row has more cells than the file has columns."),
    "too_many_digits": _("The amount has more decimals than the currency."),
    "unknown_word": _("What this word means is not known; say it in the mapping."),
    "unreadable_text": _("Some characters cannot be read; the file may be written in another encoding."),
    "used_with_balance": _("The file says that it is all used, and that something is left of it."),
    "voided_before": _("This receipt was voided; it is not brought back."),
    "voucher_blocked": _(
        "It is blocked in the other system. Clear that up first; then say that its word means still good, or cancelled."
    ),
    "voucher_differs": _(
        "This is known as %(serial)s, with another value, kind, service or code. No table changes those."
    ),
    "voucher_does_not_add_up": _(
        "The value less what was redeemed is %(wanted)s, but the file says that %(left)s is left. Mend it, or choose "
        "no column for what was redeemed."
    ),
    "voucher_ended": _("It was used up, cancelled or has expired; there is nothing to bring in."),
    "voucher_expired": _("Something is left of it, but its last day is over. Give it a later one to honour it."),
    "voucher_unpaid": _("It was not paid for, or never activated, so nothing is owed."),
    "voucher_void": _("This voucher was cancelled here."),
    "with_row": _("This row is right, but it belongs together with row %(row)s, which is not."),
    "wrong_currency": _("This is another currency than that of your books."),
}

# What stays when an import is undone.
LEFT: dict[str, Promise] = {
    "appointment_stays": _("An appointment cannot be taken back; alone it earns nobody anything."),
    "changed_since": _("Changed by others since; it stays as it is."),
    "kept_by_rule": _("Earned by a rule that keeps rewards when the sale is cancelled; it stays."),
    "spent": _("Part of the opening balance was used already and cannot be taken back."),
    "still_needed": _("Something else speaks of this customer, who stays."),
    "voucher_used": _("Part of the voucher was redeemed already and cannot be taken back."),
    "voucher_void": _("The voucher was cancelled since; it stays so."),
    "written_off": _("Part of what it earned was used already and cannot be taken back."),
    "was_updated": _("The import only changed it; it stays as it is."),
}

# What is worth knowing of rows that are brought in all the same.
WARNINGS: dict[str, Promise] = {
    "shorter_than_law": _("Valid for a shorter time than the law wants here. Their last day stays as it was printed."),
}

DOUBTS: dict[str, Promise] = {
    "columns_assumed": _(
        "The columns of this export are assumed, since nobody has shown us a real file of it. Please look whether each "
        "field stands in the right column."
    ),
    "dates_ambiguous": _("Whether day or month comes first cannot be told from these dates. Please say it."),
    "dates_contradict": _("Some dates cannot be read in the order that is chosen."),
    "dates_mixed": _("In some columns the day comes first, in others the month. Dates of the other order are refused."),
    "decimal_ambiguous": _(
        "Whether 1.234 is one or more than a thousand cannot be told from these numbers. Please say it."
    ),
    "decimal_contradicts": _("Some amounts cannot be read with the decimal mark that is chosen."),
    "decimal_mixed": _(
        "Some columns have a decimal point, others a decimal comma. Amounts of the other form are refused."
    ),
    "encoding_guessed": _("The encoding is a guess. Please look whether names with accents are right."),
    "header_guessed": _(
        "The lines above it are passed over, but its names are not known to us. Please look whether it is right."
    ),
    "single_column": _("The file has a single column. Please look whether the delimiter is right."),
}

MAPPINGS: dict[str, Promise] = {
    "missing_column": _("Choose the column for this."),
    "missing_one_of": _("Choose a column for at least one of these."),
    "unknown_column": _("The file has no such column."),
    "unknown_field": _("This kind of table has no such field."),
    "unknown_word": _("What this word means is not known; say it in the mapping."),
}


def row_sentence(code: str, facts: Mapping[str, Any]) -> str:
    """Return why a row was not taken, in the language in force; a code nobody put in words is itself.

    Args:
        facts: those of the fault (``tables.told.Fault``).
    """
    if code not in ROWS:
        return code.replace("_", " ")
    return str(ROWS[code]) % facts
