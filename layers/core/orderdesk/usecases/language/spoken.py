"""A message that is ready to be said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orderdesk.usecases.messages import bodies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.language.words import Words
    from orderdesk.usecases.messages.bodies import Body


@dataclass(frozen=True, slots=True)
class Spoken:
    """`purpose` is the name of its text, `own` the variables that were given for it beside those
    of the order: a template of Meta's is filled with the same.
    """

    purpose: str
    body: Body
    own: Mapping[str, str] = field(default_factory=dict)


def plain(words: Words, name: str, order: Order | None = None, **own: str) -> Spoken | None:
    """A text without buttons; None when the shop has muted it."""
    said = words.optional(name, order, **own)
    return Spoken(name, bodies.text(said), own) if said else None


def linked(
    words: Words, name: str, order: Order, *, button: str, url: str, **own: str
) -> Spoken | None:
    """A text with a button that opens `url`, or without one when that is empty."""
    said = words.optional(name, order, **own)
    if not said:
        return None
    body = bodies.link(said, words.button(button), url) if url else bodies.text(said)
    return Spoken(name, body, own | {"link": url})
