"""Every channel there is, one file each. Only ``flow/deliver.py`` sends."""

from __future__ import annotations

from goodword.outbox.channels import email, sms
from goodword.outbox.channels.kind import Send

CHANNELS: dict[str, Send] = {"sms": sms.send, "email": email.send}
