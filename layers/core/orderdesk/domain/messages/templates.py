"""Message templates at Meta: what may be sent when a customer's window is closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

# https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-status
USABLE: Final = frozenset({"APPROVED", "FLAGGED", "REINSTATED", "UNPAUSED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """`status` is Meta's word (APPROVED, PENDING, REJECTED, PAUSED, DISABLED …)."""

    name: str
    language: str
    status: str
    at: datetime
    reason: str = ""
    category: str = ""

    @property
    def is_usable(self) -> bool:
        return self.status.upper() in USABLE
