"""The mail that carries an invitation to join the team, where the installation has a mail server."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from goodword.business.models import Invitation
from goodword.web.labels import ROLE_NAMES
from goodword.web.showing import zone_of

log = logging.getLogger(__name__)


def mail_invitation(*, invitation: Invitation, link: str, inviter: str) -> bool:
    """Mail an invitation in the invited person's language and say whether it left; the demo mails nobody."""
    business = invitation.business
    if not settings.MAIL_SERVER or business.is_demo:
        return False
    with translation.override(invitation.language or business.language), zone_of(business):
        context = {"invitation": invitation, "business": business, "link": link, "inviter": inviter,
                   "role": ROLE_NAMES[invitation.role]}  # fmt: skip
        subject = " ".join(render_to_string("console/mail/invitation_subject.txt", context).split())
        body = render_to_string("console/mail/invitation.txt", context)
    try:
        return send_mail(subject, body, None, [invitation.email]) == 1
    except (SMTPException, OSError) as fault:  # the link is on the screen: nobody is left without it
        log.warning("the invitation %s could not be mailed: %s", invitation.public_id, type(fault).__name__)
        return False
