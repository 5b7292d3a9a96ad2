"""What a change of a reward's status would do, in the page's words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword.reports.effects import Effect
from goodword.reports.pipeline import named
from goodword.rewards.models import Reward
from goodword.web import showing
from goodword.web.labels import CHANNELS

# The verb of a transition, for buttons and headings; what it is called depends on what it ends.
VERBS: dict[str, Promise] = {
    "issued": gettext_lazy("Release"),
    "redeemed": gettext_lazy("Handed over"),
    "declined": gettext_lazy("Decline"),
    "reversed": gettext_lazy("Take back"),
}
TONES = {"declined": "error", "reversed": "error"}
UNDOING: dict[str, Promise] = {
    "issued": gettext_lazy("Afterwards it can still be taken back, as long as something is left of it."),
    "redeemed": gettext_lazy("This cannot be undone: what was handed over is in the customer’s hands."),
    "declined": gettext_lazy("This cannot be undone: a declined reward stays declined."),
    "reversed": gettext_lazy("This cannot be undone: what was taken back stays taken back."),
}
NOT_POSSIBLE: dict[str, Promise] = {
    "not_allowed": gettext_lazy("Left alone: from its state this is not possible."),
    "nothing_left": gettext_lazy("Left alone: nothing of it is left to move."),
}
POLICIES: dict[str, Promise] = {
    "within_balance": gettext_lazy("What was spent is taken from other earned value; the rest is written off."),
    "owe": gettext_lazy("What was spent is taken from other earned value; the rest is owed; later earnings pay it."),
    "only_pending": gettext_lazy("Only what is not usable yet goes back."),
}  # fmt: skip


def told(effect: Effect) -> list[str]:
    """Return what would happen, a sentence each; why not, when it is not possible."""
    if not effect.steps:
        return [str(NOT_POSSIBLE[effect.code])]
    lines = _taken(effect) if effect.status in ("declined", "reversed") else _given(effect)
    return lines + _said(effect)


def after(status: str) -> str:
    """Return whether it can be undone."""
    return str(UNDOING[status])


def _given(effect: Effect) -> list[str]:
    worth = showing.amount(effect.left) if effect.left is not None else ""
    lines = []
    if "issued" in effect.steps:
        lines.append(_("%(amount)s becomes usable now.") % {"amount": worth} if worth else _("It is released now."))
        if effect.early:
            day = showing.moment(effect.reward.available_at)
            lines.append(_("That is before its date, %(day)s.") % {"day": day})
    if effect.status == "redeemed":
        if worth:
            lines.append(_("%(amount)s leaves the books as handed over.") % {"amount": worth})
        else:
            lines.append(_("It is booked as handed over; nothing more is promised."))
    return lines


def _taken(effect: Effect) -> list[str]:
    if effect.left is None:
        return [_("The reward is void from now on.")]
    lines = [_("%(amount)s is taken back.") % {"amount": showing.amount(effect.left)}]
    if effect.spent is not None and effect.spent.units:
        lines = [
            _("%(left)s is left and is taken back; %(spent)s was spent.")
            % {"left": showing.amount(effect.left), "spent": showing.amount(effect.spent)},
            str(POLICIES[effect.policy]),
        ]
    return lines


def _said(effect: Effect) -> list[str]:
    name = named(effect.reward.holder)
    if effect.silent or not effect.channel:
        return [_("No message is sent.")]
    way = str(CHANNELS[effect.channel][0])
    return [_("%(name)s is thanked by %(way)s.") % {"name": name, "way": way[:1].lower() + way[1:]}]


def to_do(reward: Reward) -> str:
    """Return what a person has to do for a reward of this kind."""
    name = {"name": named(reward.holder)}
    if reward.kind == "gift_card":
        return _("Buy it and send it to %(name)s.") % name
    if reward.kind == "cash":
        return _("Pay it out to %(name)s.") % name
    if reward.kind == "voucher":
        return _("Release it; %(name)s then uses it at the till.") % name
    return _("See to it that %(name)s gets it.") % name


def reach(reward: Reward) -> dict[str, str]:
    """Return where the holder can be reached: phone, e-mail, address in one line."""
    holder = reward.holder
    return {"phone": holder.phone or "", "email": holder.email or "", "address": showing.address_line(holder.address)}
