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
    OWNER = "owner"
    MANAGER = "manager"
    AGENT = "agent"
    PACKER = "packer"
    ACCOUNTANT = "accountant"
    VIEWER = "viewer"


class Permission(StrEnum):
    MOVE = "move"
    REVERT = "revert"


PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.OWNER: frozenset(Permission),
    Role.MANAGER: frozenset(Permission),
    Role.AGENT: frozenset({Permission.MOVE}),
    Role.PACKER: frozenset({Permission.MOVE}),
    Role.ACCOUNTANT: frozenset(),
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
            return permission is not Permission.REVERT
        return self.role is not None and permission in PERMISSIONS[self.role]


def system(via: str) -> Actor:
    """The system itself, acting through `via`: sweep, inbox, payment_webhook."""
    return Actor(kind=ActorKind.SYSTEM, id="system", name="Orderdesk", via=via)
