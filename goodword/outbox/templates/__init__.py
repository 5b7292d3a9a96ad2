"""Every message there is: one file each, with its variables and its texts in three languages beside it."""

from __future__ import annotations

from goodword.outbox.templates import (
    friend_welcome,
    referral_invitation,
    referral_invitation_reminder,
    reward_issued,
    reward_promised,
    survey_request,
    voucher_delivery,
    voucher_reminder,
)
from goodword.outbox.templates.kind import Template

TEMPLATES: dict[str, Template] = {
    "survey_request": survey_request.TEMPLATE,
    "referral_invitation": referral_invitation.TEMPLATE,
    "referral_invitation_reminder": referral_invitation_reminder.TEMPLATE,
    "reward_issued": reward_issued.TEMPLATE,
    "reward_promised": reward_promised.TEMPLATE,
    "friend_welcome": friend_welcome.TEMPLATE,
    "voucher_reminder": voucher_reminder.TEMPLATE,
    "voucher_delivery": voucher_delivery.TEMPLATE,
}
