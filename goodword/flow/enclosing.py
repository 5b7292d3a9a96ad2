"""What goes with a message: an e-mail that brings a voucher to its recipient has the voucher as a PDF file with it.

It is made as the message leaves and kept nowhere, for whoever has it can use the voucher (rulings 35). A file that
cannot be made stops no message: the words say all that is needed, and *Problems* tells of it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from goodword.business.paper import PaperMissing
from goodword.errors import Refused
from goodword.flow.printing_vouchers import drawn, of_its_own
from goodword.flow.voucher_telling import DELIVERY
from goodword.flow.vouchers.designing import design_named
from goodword.inbox.models import Decision, Event
from goodword.outbox.channels.kind import Enclosure
from goodword.outbox.models import Message
from goodword.outbox.rendering import first_name

logger = logging.getLogger(__name__)
UNMADE = "voucher_not_enclosed"


def encloses(message: Message) -> bool:
    """Say whether a file goes with this message."""
    return message.template == DELIVERY and message.channel == "email" and bool(message.facts.get("voucher"))


def file_name(message: Message) -> str:
    """Return what the file is called that goes with a message."""
    return f"voucher-{message.facts['serial']}.pdf"


def giver_of(message: Message) -> str:
    """Return who the file says it is from, as the message's words do: the first name, or nobody."""
    return first_name(str(message.facts.get("giver") or ""))


class Enclosing:
    """Makes what goes with one message, once a channel asks for it.

    Attributes:
        fault: why a file could not be made: a code, or the name of the failure; empty: nothing is missing.
    """

    def __init__(self, message: Message) -> None:
        """Take the message; nothing is made yet."""
        self.message = message
        self.fault = ""

    def __call__(self) -> Sequence[Enclosure]:
        """Return the voucher's file in the voucher's design and the message's language; nothing where none belongs."""
        if not encloses(self.message):
            return ()
        try:
            content = _voucher(self.message)
        except PaperMissing:
            self.fault = "paper_missing"
        except Refused as refusal:
            self.fault = refusal.code
        except Exception as fault:
            logger.warning("no file goes with message %s", self.message.public_id, exc_info=True)
            self.fault = type(fault).__name__
        else:
            return (Enclosure(file_name(self.message), "application/pdf", content),)
        return ()


def tell_unmade(*, message: Message, event: Event, fault: str) -> None:
    """Write down as a problem that a message left without its file; in the caller's transaction.

    Args:
        event: ``voucher.delivered``. fault: as :class:`Enclosing` tells it.
    """
    Decision.objects.create(
        business=message.business, event=event, kind="problem", codes=[UNMADE], contact=message.contact_id,
        trace={"voucher": message.facts["serial"], "id": message.facts["voucher"], "why": fault},
    )  # fmt: skip


def _voucher(message: Message) -> bytes:
    row = of_its_own(business=message.business, voucher=message.facts["voucher"])
    design = row.design or design_named(business=message.business, ref="")
    return drawn(row, design, lang=message.language, giver=giver_of(message))
