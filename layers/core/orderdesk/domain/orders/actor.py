"""Who does something to an order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ActorKind(StrEnum):
    CUSTOMER = "customer"
    STAFF = "staff"
    SYSTEM = "system"


class Role(StrEnum):
    """The first six are of staff (and of API keys, which act in one of them), the rest of the
    system: what inside Orderdesk acts.
    """

    OWNER = "owner"
    MANAGER = "manager"
    AGENT = "agent"
    PACKER = "packer"
    ACCOUNTANT = "accountant"
    VIEWER = "viewer"
    TIMER = "timer"
    GATEWAY = "gateway"
    COURIER = "courier"
    RULE = "rule"


SYSTEM_ROLES: Final = (Role.TIMER, Role.GATEWAY, Role.COURIER, Role.RULE)
STAFF_ROLES: Final = tuple(role for role in Role if role not in SYSTEM_ROLES)


class Permission(StrEnum):
    """What staff may be allowed to do. Each move of the table that staff may ask for needs one of
    the first group; the others are for what changes an order beside its stage, and the shop.
    """

    PLACE = "place"
    CONFIRM = "confirm"
    HOLD = "hold"
    RELEASE = "release"
    REJECT = "reject"
    CANCEL = "cancel"
    APPROVE = "approve"
    PACK = "pack"
    SHIP = "ship"
    DELIVER = "deliver"
    TAKE_BACK = "take_back"
    ARCHIVE = "archive"
    REVERT = "revert"

    EDIT = "edit"
    REPLY = "reply"
    CUSTOMERS = "customers"
    ERASE = "erase"
    REFUND = "refund"
    SETTINGS = "settings"


P = Permission
DAILY: Final = frozenset(P) - {P.REVERT, P.REFUND, P.SETTINGS, P.ERASE}
PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.OWNER: frozenset(P),
    Role.MANAGER: frozenset(P),
    Role.AGENT: DAILY,
    Role.PACKER: frozenset({P.HOLD, P.PACK, P.SHIP, P.DELIVER, P.EDIT}),
    Role.ACCOUNTANT: frozenset({P.ARCHIVE, P.REFUND}),
    Role.VIEWER: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """`id` is stable (staff subject, customer id); `via` is the door they came by."""

    kind: ActorKind
    id: str
    name: str
    via: str
    role: Role | None = None

    def may(self, permission: Permission) -> bool:
        """Customers and the system are limited by the table alone; staff by their role too."""
        if self.kind is not ActorKind.STAFF:
            return True
        return self.role is not None and permission in PERMISSIONS.get(self.role, frozenset())

    @property
    def title(self) -> str:
        """`Asha (manager)`, `Priya (customer)`, `Orderdesk (timer)`."""
        return f"{self.name or 'Somebody'} ({self.role or self.kind})"


ROLE_OF_DOOR: Final = {
    "abandon_sweep": Role.TIMER,
    "doctor": Role.TIMER,
    "payment": Role.GATEWAY,
    "payment_webhook": Role.GATEWAY,
    "courier": Role.COURIER,
    "courier_webhook": Role.COURIER,
}


def system(via: str, role: Role | None = None) -> Actor:
    """The system itself, acting through `via`: abandon_sweep, payment, courier_webhook; what
    comes by another door is a rule.
    """
    acting = role or ROLE_OF_DOOR.get(via, Role.RULE)
    return Actor(kind=ActorKind.SYSTEM, id="system", name="Orderdesk", via=via, role=acting)
