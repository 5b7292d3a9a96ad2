"""What our own commands do, each once in a literal dict: the events of source ``goodword`` (rulings 1).

Each runs inside ``submit``'s transaction with the settle lock held and may refuse.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from goodword import codes
from goodword.business.models import Business
from goodword.engine import contacts as engine_contacts
from goodword.engine import referring as engine_referring
from goodword.engine.decide import Steps
from goodword.engine.events import ContactData, ContactRef, ReferredBy
from goodword.errors import Invalid
from goodword.flow import (
    backing_up,
    bringing_balances,
    bringing_begun,
    configuring,
    erasing,
    excepting,
    exporting,
    hand_sending,
    invitations,
    inviting_now,
    keying,
    overriding,
    personal,
    profile,
    referring,
    revising,
    staffing,
    todoing,
    troubles,
    voucher_telling,
    withdrawing,
    wordings,
)
from goodword.flow.facts import load
from goodword.flow.referring import Change, event_of, finish_change, keep_claim
from goodword.flow.vouchers import (
    badging,
    bringing,
    changing,
    designing,
    guarding,
    issuing,
    printing_orders,
    stocking,
    using,
)
from goodword.flow.whose import contact_of, living
from goodword.inbox import models as inbox
from goodword.people import models as people
from goodword.referrals import models as referrals


class Command(Protocol):
    """A command: reads ``row.data``, changes what follows from it, or refuses."""

    def __call__(self, *, business: Business, row: inbox.Event, now: datetime) -> None: ...


def request_callback(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``callback.requested {code?, name, phone?, email?, message?, language?, mentioned?}``: a public form (R101).

    Makes or finds the lead by phone, else e-mail, and attributes it by link. A refused attribution (an old customer,
    the referrer's own phone) still takes the request: the reason is in the trace for staff. Without a code, the name in
    ``mentioned`` is kept as a claim: a stranger's word alone attributes nobody (R118). Nor does it change how somebody
    we know is reached, or their rewards would go where a stranger says; staff read what was left as a to-do.
    """
    phone, email = row.data.get("phone") or None, row.data.get("email") or None
    if not phone and not email:
        raise Invalid("reach_required", "leave a phone number or an e-mail address", pointer="/phone")
    ref = ContactRef(phone=phone, email=email)
    code = codes.normalise(str(row.data.get("code") or ""))
    named = event_of(row, ContactData(external_id=f"lead:{row.external_id}", phone=phone, email=email,
                                     referred_by=ReferredBy(code=code) if code else None))  # fmt: skip
    found = load(business, [named], now=now)
    comparable = engine_contacts.comparable(found.world, phone, email)
    if comparable == (None, None):
        raise Invalid("reach_unusable", "that phone number or e-mail address cannot be right", pointer="/phone")
    friend = engine_contacts.find_or_make(found.world, row.source, ref)
    friend.name = friend.name or str(row.data.get("name") or "")[:200]
    friend.language = friend.language or row.data.get("language") or None
    found.world.touch(friend)
    steps = Steps()
    if code:
        steps = engine_referring.attribute(found.world, named, friend, ReferredBy(code=code), "link")
    finish_change(Change(found, row, named, steps), now=now)
    known = people.Contact.objects.get(business=business, public_id=friend.root().public_id)
    todoing.call_back(business=business, row=row, contact=known, phone=comparable[0], email=comparable[1], now=now)
    if not code and row.data.get("mentioned"):
        keep_claim(business=business, row=row, friend=known, text=str(row.data["mentioned"]))
    row.data = {**row.data, "contact": friend.public_id}
    row.save(update_fields=["data"])


def share_link(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``link.shared {contact, source, channel}``: somebody passed the link on (R123)."""
    contact = living(business, row)
    source = str(row.data.get("source"))
    if source not in ("automatic", "technician", "staff", "customer"):
        raise Invalid("invalid_event", "source is automatic, technician, staff or customer", pointer="/source")
    referrals.Share.objects.create(
        business=business, contact=contact, source=source, channel=str(row.data.get("channel") or "copy")[:20], at=now,
        event=row,
    )  # fmt: skip


def change_complaint(*, business: Business, row: inbox.Event, now: datetime) -> None:  # noqa: ARG001 - as all commands
    """``complaint.changed {contact, open}``: an open complaint stops the ask (domain.md, Enrolled)."""
    contact = living(business, row)
    contact.complaint_open = bool(row.data.get("open"))
    contact.save(update_fields=["complaint_open"])


def change_consent(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``consent.changed {contact, channel, granted, how}``: the newest row of a channel counts.

    ``leaderboard`` is the yes to being named on the public one; ``any`` does not speak of it.
    """
    channel = str(row.data.get("channel") or "any")
    if channel not in ("any", "sms", "email", "leaderboard"):
        raise Invalid("invalid_event", "channel is any, sms, email or leaderboard", pointer="/channel")
    granted = bool(row.data.get("granted"))
    whose = living if granted else contact_of  # a no is taken from anybody
    people.Consent.objects.create(
        business=business, contact=whose(business, row), channel=channel, granted=granted,
        at=now, how=str(row.data.get("how") or "")[:100], actor=row.actor,
    )  # fmt: skip


COMMANDS: dict[str, Callable[..., None]] = {
    "referral.attributed": referring.attribute_referral,
    "referral.mentioned": referring.mention_referrer,
    "referral.removed": referring.remove_referral,
    "reward.status_changed": overriding.change_status,
    "callback.requested": request_callback,
    "programme.published": revising.publish_programme,
    "link.shared": share_link,
    "complaint.changed": change_complaint,
    "consent.changed": change_consent,
    "alias.changed": profile.change_alias,
    "invitation.requested": inviting_now.invite,
    "contact.erased": erasing.erase,
    "contacts.withdrawn": withdrawing.withdraw,
    "balance.brought": bringing_balances.bring_balance,
    "balance.taken_back": bringing_balances.take_balance_back,
    "import.begun": bringing_begun.note_begun,
    "import.stopped": bringing_begun.note_stopped,
    "import.undone": bringing_begun.note_undone,
    "contact.exported": profile.note_export,
    "problem.closed": troubles.close_problem,
    "event.retried": troubles.retry_event,
    "message.retried": troubles.retry_message,
    "exception.added": excepting.add_exception,
    "exception.removed": excepting.remove_exception,
    "todo.added": todoing.add_todo,
    "todo.done": todoing.finish_todo,
    "todo.reopened": todoing.reopen_todo,
    "backup.made": backing_up.made,
    "backup.downloaded": backing_up.downloaded,
    "backup.removed": backing_up.removed,
    "export.made": exporting.made,
    "export.downloaded": exporting.downloaded,
    "export.removed": exporting.removed,
    "export.restored": exporting.restored,
    "member.invited": invitations.invite_member,
    "invitation.renewed": invitations.renew_invitation,
    "invitation.withdrawn": invitations.withdraw_invitation,
    "member.joined": invitations.join,
    "member.role_changed": staffing.change_role,
    "member.removed": staffing.remove_member,
    "member.reset_link_made": staffing.make_reset_link,
    "key.made": keying.make_key,
    "key.revoked": keying.revoke_key,
    "person.signed_in": personal.signed_in,
    "person.sign_in_failed": personal.sign_in_failed,
    "person.password_changed": personal.password_changed,
    "person.two_step_on": personal.two_step_on,
    "person.two_step_off": personal.two_step_off,
    "person.recovery_codes_made": personal.codes_made,
    "person.changed": personal.changed,
    "wording.changed": wordings.change_wording,
    "wording.dropped": wordings.drop_wording,
    "message.sent_by_hand": hand_sending.mark_sent,
    "message.tested": hand_sending.note_test,
    "settings.changed": configuring.settings_changed,
    "business.changed": configuring.business_changed,
    "location.saved": configuring.location_saved,
    "picture.changed": configuring.picture_changed,
    "voucher.issued": issuing.issue,
    "voucher.stocked": issuing.stock,
    "voucher.activated": issuing.activate,
    "voucher.booked": using.book,
    "voucher.unbooked": using.unbook,
    "voucher.redeemed": using.redeem,
    "voucher.restored": using.restore,
    "voucher.extended": changing.extend,
    "voucher.voided": changing.void,
    "voucher.replaced": changing.replace,
    "voucher.frozen": changing.freeze,
    "voucher.unfrozen": changing.unfreeze,
    "voucher.assigned": changing.assign,
    "voucher.cashed_out": changing.cash_out,
    "voucher.brought": bringing.bring,
    "voucher.taken_back": bringing.take_back,
    "voucher.sent": voucher_telling.send,
    "voucher.guessing_noticed": guarding.notice_guessing,
    "voucher.badged": badging.label,
    "voucher.spoiled": stocking.spoil,
    "voucher.code_shown": stocking.show_code,
    "badge.saved": badging.save,
    "voucher.printed": printing_orders.printed,
    "voucher_design.saved": designing.design_saved,
}
