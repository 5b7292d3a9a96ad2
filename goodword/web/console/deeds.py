"""What a member of staff did, in one plain sentence for each kind of event: the audit log's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword.inbox.models import Event
from goodword.money import Amount
from goodword.reports.audit import STAFF, Known
from goodword.web import showing
from goodword.web.console.letter_words import name_of
from goodword.web.console.setting_words import changed
from goodword.web.labels import JOB_STATUSES, ROLE_NAMES

# One line for each event type; “type:word” where one of VARIANTS' keys of its data says that word. Places: whatever
# ``Told`` knows; a key of the event's data is one, too. A type without a line is told by its name.
SENTENCES: dict[str, Promise] = {
    "alias.changed": gettext_lazy("%(who)s changed the name of %(contact)s on the leaderboard"),
    "balance.brought": gettext_lazy("%(who)s brought in an opening balance of %(contact)s"),
    "balance.taken_back": gettext_lazy("%(who)s took an opening balance back"),
    "badge.saved": gettext_lazy("%(who)s saved a badge: %(name)s"),
    "backup.downloaded": gettext_lazy("%(who)s downloaded the backup %(file)s"),
    "backup.made": gettext_lazy("%(who)s made a backup"),
    "backup.removed": gettext_lazy("%(who)s removed the backup %(file)s"),
    "business.changed": gettext_lazy("%(who)s changed what the business says of itself: %(what)s"),
    "complaint.changed": gettext_lazy("%(who)s closed the complaint of %(contact)s"),
    "complaint.changed:yes": gettext_lazy("%(who)s noted a complaint of %(contact)s"),
    "consent.changed": gettext_lazy("%(who)s noted that %(contact)s wants no messages"),
    "consent.changed:yes": gettext_lazy("%(who)s noted that %(contact)s agrees to messages"),
    "consent.changed:leaderboard": gettext_lazy("%(who)s noted whether %(contact)s may be named on the leaderboard"),
    "contact.erased": gettext_lazy("%(who)s erased the personal data of a customer"),
    "contact.exported": gettext_lazy("%(who)s exported the data of %(contact)s"),
    "contact.merged": gettext_lazy("%(who)s merged two records of %(contact)s"),
    "contact.saved": gettext_lazy("%(who)s entered the customer %(contact)s"),
    "contacts.withdrawn": gettext_lazy("%(who)s withdrew customers of an import that is undone"),
    "event.retried": gettext_lazy("%(who)s had an event settled again that had been set aside"),
    "exception.added": gettext_lazy("%(who)s gave %(contact)s an individual reward"),
    "exception.removed": gettext_lazy("%(who)s ended an individual reward"),
    "export.downloaded": gettext_lazy("%(who)s downloaded the export %(file)s"),
    "export.made": gettext_lazy("%(who)s made an export"),
    "export.removed": gettext_lazy("%(who)s removed the export %(file)s"),
    "export.restored": gettext_lazy("The business was brought in from an export; %(who)s became its owner"),
    "import.begun": gettext_lazy("%(who)s began to bring in a table, import %(import)s"),
    "import.stopped": gettext_lazy("%(who)s stopped import %(import)s"),
    "import.undone": gettext_lazy("%(who)s took back all that import %(import)s had brought"),
    "invitation.renewed": gettext_lazy("%(who)s sent the invitation of %(email)s anew"),
    "invitation.requested": gettext_lazy("%(who)s invited %(contact)s to refer friends"),
    "invitation.withdrawn": gettext_lazy("%(who)s withdrew the invitation of %(email)s"),
    "job.saved": gettext_lazy("%(who)s recorded a job of %(contact)s: %(status)s"),
    "key.made": gettext_lazy("%(who)s made the API key “%(name)s”"),
    "key.revoked": gettext_lazy("%(who)s revoked the API key “%(name)s”"),
    "location.saved": gettext_lazy("%(who)s saved the location %(location)s"),
    "link.shared": gettext_lazy("%(who)s shared the link of %(contact)s"),
    "member.invited": gettext_lazy("%(who)s invited %(email)s as %(role)s"),
    "member.joined": gettext_lazy("%(who)s joined as %(role)s"),
    "member.removed": gettext_lazy("%(who)s removed %(member)s from the team"),
    "member.reset_link_made": gettext_lazy("%(who)s made a link to a new password for %(member)s"),
    "member.role_changed": gettext_lazy("%(who)s changed the role of %(member)s from %(from)s to %(role)s"),
    "message.retried": gettext_lazy("%(who)s put a message in line again that could not be sent"),
    "message.sent_by_hand": gettext_lazy("%(who)s sent a message by hand"),
    "message.tested": gettext_lazy("%(who)s sent themselves a test of the message “%(template)s”"),
    "person.changed": gettext_lazy("%(who)s changed their own name or language"),
    "person.password_changed": gettext_lazy("%(who)s changed their password"),
    "person.password_changed:reset": gettext_lazy("%(who)s chose a new password by a link"),
    "person.recovery_codes_made": gettext_lazy("%(who)s made new recovery codes"),
    "person.sign_in_failed": gettext_lazy("Somebody gave a wrong password for %(who)s"),
    "person.sign_in_failed:code": gettext_lazy("Somebody gave a wrong code for %(who)s"),
    "person.signed_in": gettext_lazy("%(who)s signed in"),
    "person.signed_in:yes": gettext_lazy("%(who)s signed in, with the second step"),
    "person.two_step_off": gettext_lazy("%(who)s turned two-step sign-in off"),
    "person.two_step_off:command line": gettext_lazy("Two-step sign-in of %(who)s was turned off on the server"),
    "person.two_step_on": gettext_lazy("%(who)s turned two-step sign-in on"),
    "picture.changed": gettext_lazy("%(who)s changed the logo or the photo"),
    "problem.closed": gettext_lazy("%(who)s saw to a problem"),
    "programme.published": gettext_lazy("%(who)s published the programme “%(programme)s”"),
    "referral.attributed": gettext_lazy("%(who)s said that %(friend)s came from %(referrer)s"),
    "referral.mentioned": gettext_lazy("%(who)s noted that %(friend)s was sent by “%(text)s”"),
    "referral.removed": gettext_lazy("%(who)s removed the referral of %(friend)s by %(referrer)s: %(reason)s"),
    "reward.status_changed": gettext_lazy("%(who)s changed the reward “%(reward)s” of %(holder)s: %(reason)s"),
    "reward.status_changed:declined": gettext_lazy("%(who)s declined “%(reward)s” of %(holder)s: %(reason)s"),
    "reward.status_changed:issued": gettext_lazy("%(who)s released the reward “%(reward)s” of %(holder)s: %(reason)s"),
    "reward.status_changed:redeemed": gettext_lazy("%(who)s handed over “%(reward)s” to %(holder)s: %(reason)s"),
    "reward.status_changed:reversed": gettext_lazy("%(who)s took back “%(reward)s” of %(holder)s: %(reason)s"),
    "settings.changed": gettext_lazy("%(who)s changed the settings: %(what)s"),
    "survey.answered": gettext_lazy("%(who)s recorded a score for %(contact)s"),
    "todo.added": gettext_lazy("%(who)s noted a to-do: %(text)s"),
    "todo.done": gettext_lazy("%(who)s finished a to-do"),
    "todo.reopened": gettext_lazy("%(who)s opened a to-do again"),
    "voucher.activated": gettext_lazy("%(who)s sold cards from stock: %(serials)s"),
    "voucher.assigned": gettext_lazy("%(who)s said whose voucher %(voucher)s is"),
    "voucher.badged": gettext_lazy("%(who)s changed the badges of vouchers: %(voucher)s"),
    "voucher.booked": gettext_lazy("%(who)s booked voucher %(voucher)s to a job"),
    "voucher.brought": gettext_lazy("%(who)s brought in a voucher sold before"),
    "voucher.cashed_out": gettext_lazy("%(who)s paid out what was left of voucher %(voucher)s: %(reason)s"),
    "voucher.code_shown": gettext_lazy("%(who)s looked at the code of voucher %(voucher)s"),
    "voucher.extended": gettext_lazy("%(who)s extended voucher %(voucher)s to %(expires_on)s: %(reason)s"),
    "voucher.frozen": gettext_lazy("%(who)s put voucher %(voucher)s on hold: %(reason)s"),
    "voucher.issued": gettext_lazy("%(who)s sold vouchers: %(count)s × %(value)s"),
    "voucher.issued:promotional": gettext_lazy("%(who)s gave vouchers away: %(count)s × %(value)s"),
    "voucher.printed": gettext_lazy("%(who)s printed voucher %(voucher)s"),
    "voucher.printed:sheets": gettext_lazy("%(who)s printed voucher cards: %(serials)s"),
    "voucher.printed:table": gettext_lazy("%(who)s took a table with voucher codes for a print shop: %(serials)s"),
    "voucher.redeemed": gettext_lazy("%(who)s redeemed %(amount)s of voucher %(voucher)s"),
    "voucher.replaced": gettext_lazy("%(who)s replaced the lost card %(voucher)s: %(reason)s"),
    "voucher.delivered": gettext_lazy("The message that brings voucher %(voucher)s to its recipient left"),
    "voucher.reminded": gettext_lazy("A reminder of the last day of voucher %(voucher)s left"),
    "voucher.restored": gettext_lazy("%(who)s undid a redemption of voucher %(voucher)s: %(reason)s"),
    "voucher.taken_back": gettext_lazy("%(who)s took voucher %(voucher)s back, which a table had brought"),
    "voucher.sent": gettext_lazy("%(who)s sent voucher %(voucher)s to its recipient"),
    "voucher.spoiled": gettext_lazy("%(who)s took spoiled cards out of stock: %(serials)s"),
    "voucher.stocked": gettext_lazy("%(who)s registered cards of stock: %(count)s"),
    "voucher.unbooked": gettext_lazy("%(who)s took the job off voucher %(voucher)s"),
    "voucher.unfrozen": gettext_lazy("%(who)s released the hold on voucher %(voucher)s"),
    "voucher.voided": gettext_lazy("%(who)s cancelled voucher %(voucher)s: %(reason)s"),
    "voucher_design.saved": gettext_lazy("%(who)s saved the voucher design %(design)s"),
    "wording.changed": gettext_lazy("%(who)s changed the wording of the message “%(template)s” (%(language)s)"),
    "wording.dropped": gettext_lazy(
        "%(who)s went back to the original wording of the message “%(template)s” (%(language)s)"
    ),
}
# Keys of data that may choose a line, in this order.
VARIANTS = ("status", "step", "how", "by", "two_step", "open", "channel", "granted", "kind", "form")
# The choice of kinds: its word, and the beginnings of the types that belong to it.
KINDS: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "customers": (
        gettext_lazy("Customers and their jobs"),
        ("contact.", "contacts.", "import.", "balance.",
         "alias.", "consent.", "complaint.", "link.", "invitation.requested", "job.", "survey.", "ticket.",
         "appointment.", "product.", "todo."),
    ),
    "referrals": (gettext_lazy("Referrals"), ("referral.",)),
    "rewards": (gettext_lazy("Rewards"), ("reward.",)),
    "vouchers": (gettext_lazy("Vouchers"), ("voucher.", "badge.")),
    "programmes": (gettext_lazy("Programmes"), ("programme.", "exception.")),
    "messages": (gettext_lazy("Messages and problems"), ("message.", "wording.", "problem.", "event.")),
    "team": (
        gettext_lazy("Team and keys"), ("member.", "invitation.renewed", "invitation.withdrawn", "key."),
    ),
    "signin": (gettext_lazy("Sign-in"), ("person.",)),
    "settings": (
        gettext_lazy("Settings and backups"),
        ("settings.", "business.", "picture.", "location.", "voucher_design.", "backup.", "export."),
    ),
}  # fmt: skip
MISSING = "–"
LONGEST = 200


class Told(Mapping[str, str]):
    """What a sentence may name of one event: who, and whatever its data speak of, by name."""

    def __init__(self, row: Event, known: Known) -> None:
        self.row, self.known = row, known
        inner = [value for value in row.data.values() if isinstance(value, dict)] if row.source else []
        self.data: dict[str, Any] = {**(inner[0] if len(row.data) == 1 and inner else {}), **row.data}

    def __getitem__(self, place: str) -> str:
        text = " ".join(str(self._plain(place)).split())[:LONGEST] or MISSING
        return f"\u2068{text}\u2069" if translation.get_language_bidi() else text

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def _plain(self, place: str) -> Any:
        if place == "who":
            email = self.row.actor.removeprefix(STAFF)
            return self.known.people.get(email, email)
        if place == "member":
            return self.known.people.get(self.data.get("email", ""), self.data.get("email", ""))
        if place in ("contact", "friend", "referrer"):
            return self._contact(place)
        if place in ("reward", "holder"):
            found = self.known.rewards.get(str(self.data.get("reward")))
            return (found[0].strip("“”«»"), found[1])[place == "holder"] if found else ""
        if place in ("voucher", "serials", "count", "value", "amount", "expires_on"):
            return self._of_voucher(place)
        if place == "programme":
            return self._programme()
        if place == "design":
            return self.known.designs.get(str(self.data.get("design")), self.data.get("name", ""))
        if place == "what":
            return changed(self.data)
        if place in ("role", "from"):
            return ROLE_NAMES.get(str(self.data.get(place)), self.data.get(place, ""))
        if place == "template":
            return name_of(str(self.data.get(place)))
        if place == "language":
            return showing.language(str(self.data.get(place)))
        if place == "status":
            return JOB_STATUSES.get(str(self.data.get(place)), self.data.get(place, ""))
        return self.data.get(place, "")

    def _contact(self, place: str) -> str:
        told = self.data.get(place)
        if place != "contact" and told is None:
            found = self.known.referrals.get(str(self.data.get("referral")))
            return found[0 if place == "friend" else 1] if found else ""
        if isinstance(told, dict):
            return str(told.get("name") or told.get("email") or told.get("phone") or told.get("external_id") or "")
        return self.known.contacts.get(str(told or self.data.get("into", "")), "")

    def _of_voucher(self, place: str) -> Any:
        told = self.data.get(place)
        if place == "voucher":
            many = self.data.get("vouchers")
            refs = [told] if told else many if isinstance(many, list) else []
            return ", ".join(self.known.vouchers.get(str(ref), "") for ref in refs)
        if place == "serials":
            return ", ".join(map(str, told)) if isinstance(told, list) else ""
        if place == "count":
            return showing.number(told) if isinstance(told, int) else self._of_voucher("serials") or showing.number(1)
        if place in ("value", "amount"):
            currency = str(self.data.get("currency") or self.known.currency)
            return showing.amount(Amount(told, currency)) if isinstance(told, int) else ""
        return last_day_named(str(told or ""))

    def _programme(self) -> str:
        found = re.search(r"^name:\s*(.+?)\s*$", str(self.data.get("document", "")), re.MULTILINE)
        return found[1].strip("\"'") if found else str(self.data.get("programme", ""))


def last_day_named(text: str) -> str:
    """Return an ISO date as people write it; “never” and whatever else was sent as it stands."""
    try:
        return showing.day(date.fromisoformat(text))
    except ValueError:
        return text


def sentence(row: Event, known: Known) -> str:
    """Return what was done, in the page's language."""
    told = Told(row, known)
    words = [told.data.get(key) for key in VARIANTS]
    named = [f"{row.type}:{'yes' if word is True else word}" for word in words if word]
    line = next((SENTENCES[name] for name in named if name in SENTENCES), SENTENCES.get(row.type))
    if line is None:
        return _("%(who)s: %(what)s") % {"who": told["who"], "what": row.type}
    return (str(line) % told).removesuffix(f": {MISSING}")


def address(row: Event, known: Known) -> str:
    """Return where the thing is looked at; empty when it has no page."""
    told = Told(row, known).data
    if told.get("referral") in known.referrals:
        return reverse("console:referral", args=[told["referral"]])
    if told.get("reward") in known.rewards:
        return reverse("console:reward", args=[told["reward"]])
    if told.get("voucher") in known.vouchers:
        return reverse("console:voucher", args=[told["voucher"]])
    for place in ("contact", "friend", "into"):
        if isinstance(told.get(place), str) and told[place] in known.contacts:
            return reverse("console:customer", args=[told[place]])
    return ""
