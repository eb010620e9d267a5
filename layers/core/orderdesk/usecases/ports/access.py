"""Who is signed in, and who looks on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from orderdesk.domain.orders.actor import Role

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    store_id: str
    connection_id: str


class Live(Protocol):
    """Open dashboards."""

    def add(self, connection: Connection, *, now: datetime) -> None: ...

    def remove(self, connection_id: str) -> None: ...

    def push(self, store_id: str, text: str) -> None:
        """To every open dashboard of the store; gone ones are forgotten."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in member of staff. `csrf_token` is echoed by every form."""

    store_id: str
    session_id: str
    user_id: str
    name: str
    email: str
    role: str
    csrf_token: str
    expires_at: datetime


class Sessions(Protocol):
    def put(self, session: Session) -> None: ...

    def find(self, store_id: str, session_id: str, *, now: datetime) -> Session | None: ...

    def remove(self, store_id: str, session_id: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """`hash` is SHA-256 of the secret, hex; the secret itself is shown once and not kept.

    What the key does, it does as staff of that `role`, within its `scopes`.
    """

    store_id: str
    key_id: str
    hash: str
    name: str
    scopes: tuple[str, ...]
    role: Role = Role.AGENT


class ApiKeys(Protocol):
    def put(self, key: ApiKey) -> None: ...

    def find(self, store_id: str, hash: str) -> ApiKey | None: ...
