"""What surrounds every page of somebody who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.cards import Tab, tabs
from dashboard.words import Clock

if TYPE_CHECKING:
    from dashboard.cards import Listing
    from dashboard.context import Context
    from orderdesk.domain.shop.policy import Store
    from orderdesk.usecases.ports import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """`groups` are the stages with their counts; `zone` is the one of all times on the page."""

    store: Store
    zone: str
    name: str
    initials: str
    email: str
    role: str
    csrf: str
    groups: tuple[tuple[str, tuple[Tab, ...]], ...]


def shell(session: Session, listing: Listing | None, context: Context) -> Shell:
    """One read: the counts. The shop is kept."""
    store = context.store()
    return Shell(
        store=store,
        zone=clock_of(context).zone_name,
        name=session.name,
        initials=_initials(session.name),
        email=session.email,
        role=session.role,
        csrf=session.csrf_token,
        groups=tabs(context.counts.get(store.store_id), listing),
    )


def clock_of(context: Context) -> Clock:
    return Clock(context.now, context.store().time_zone)


def _initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalpha()] or ["?"]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
