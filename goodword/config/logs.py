"""What must never stand in a log: voucher codes (rulings 35) and links that are a right in addresses."""

from __future__ import annotations

import logging
import re

_CODE_IN_PATH = re.compile(
    r"(/(?:vouchers|v|u|s|discount-codes|join|reset/key)/|/vouchers\?(?:[^\s\"']*&)?q=)([^/\s?&\"']+)"
)


class MaskCodes(logging.Filter):
    """Replaces what follows the paths above, and a search for a voucher, by its last two characters."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the message in place; the record is always kept."""
        message = record.getMessage()
        masked = _CODE_IN_PATH.sub(lambda found: f"{found[1]}…{found[2][-2:]}", message)
        if masked != message:
            record.msg, record.args = masked, ()
        return True
