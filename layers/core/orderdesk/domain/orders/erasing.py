"""What of an order is personal, and how it leaves the order and its history.

Accounts stay: lines, amounts, the ledger, stages, times and numbers. An item of the history from
which something was erased keeps the hash that it had, so that the chain still holds, and the event
that tells of the erasure seals what is left of all items: see history.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.amending import LATE_MONEY, REFUND_DUE, changed
from orderdesk.domain.orders.event import Change, EventType
from orderdesk.domain.orders.history import digest, seal
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.returns import ReturnState
from orderdesk.domain.people.address import Address

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from orderdesk.domain.money.ledger import Ledger
    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.event import Event, Leaf
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.people.customer import Customer

GONE: Final = "[erased]"
OPEN: Final = frozenset(
    {Stage.PLACED, Stage.CONFIRMED, Stage.ON_HOLD, Stage.APPROVED, Stage.PROCESSED, Stage.SHIPPED}
)
MONEY_OPEN: Final = (REFUND_DUE, LATE_MONEY)
SHORTEST_NAME: Final = 3  # shorter words of a name are in many other words
SHORTEST_NUMBER: Final = 7  # digits at the end of a phone number that are told of one person
# Fields of an order whose every value is personal, by the beginning of their path.
PERSONAL: Final = (
    *("customer.name", "customer.phone", "address.", "note", "message_id", "pickup_code"),
    *("attention.",),
)
PERSONAL_ENDS: Final = (".proof", ".link", ".note")
PERSONAL_DATA: Final = frozenset({"address", "text", "note", "proof", "link"})


@dataclass(frozen=True, slots=True)
class Traces:
    """What a customer is recognized by in texts that others wrote."""

    pattern: re.Pattern[str]

    def are_in(self, text: str) -> bool:
        return self.pattern.search(text) is not None


def traces_of(customer: Customer, orders: Iterable[Order]) -> Traces:
    """Names, numbers and addresses, of the customer and as these orders have them."""
    words: set[str] = {customer.username, *(each.value for each in customer.aliases)}
    names, phones = {customer.name}, {customer.phone}
    places = [each.address for each in customer.addresses]
    for order in orders:
        names.add(order.customer.name)
        phones.add(order.customer.phone)
        words.add(order.note)
        places += [order.address] if order.address else []
    for place in places:
        words.update((*place.lines, place.address, place.building_name, place.landmark_area))
        names.add(place.name)
        phones.add(place.phone_number)
    words.update(each for name in names for each in (name, *re.findall(r"\w+", name)))
    patterns = [rf"\b{re.escape(word)}\b" for word in words if len(word) >= SHORTEST_NAME]
    patterns += filter(None, map(_number, phones))
    return Traces(re.compile("|".join(sorted(patterns)) or r"(?!)", re.IGNORECASE))


def _number(phone: str) -> str:
    """However it is written: with blanks, dashes or a country code before it."""
    digits = re.sub(r"\D", "", phone)[-10:]
    return r"\D?".join(digits) if len(digits) >= SHORTEST_NUMBER else ""


def is_open(order: Order) -> bool:
    """The shop still needs to know whose it is: it is on its way, or something has to go back."""
    coming = any(case.state is ReturnState.OPEN for case in order.returns)
    return order.stage in OPEN or coming or any(map(order.flagged, MONEY_OPEN))


def erase(
    order: Order, left: Sequence[Event], traces: Traces, *, by: Actor, now: datetime
) -> tuple[Order, Event]:
    """The order without anything personal, and the event that says so and seals its history.

    `left` is what is left of every item up to the order's version. Done again it erases what came
    since. The event tells no fields: they would hold what is erased.
    """
    erased = sum(bool(each.erased_digest) for each in left)
    data = {"items": str(erased), "left_sha256": seal(left)}
    after = replace(_stripped(order, traces), erased_at=now)
    after, event = changed(order, after, EventType.ERASED, by=by, now=now, data=data)
    return after, replace(event, changes=())


def is_erased(order: Order, history: Sequence[Event], traces: Traces) -> bool:
    """Nothing personal has come into it since it was erased."""
    stripped = order.erased_at is not None and _stripped(order, traces) == order
    return stripped and all(without_traces(each, traces) == each for each in history)


def _stripped(order: Order, traces: Traces) -> Order:
    return replace(
        order,
        customer=replace(order.customer, name="", phone=""),
        address=_place(order.address),
        note="",
        message_id="",
        pickup_code="",
        ledger=_ledger(order.ledger, traces),
        attention=tuple(replace(each, text=GONE) for each in order.attention),
        hold=order.hold and replace(order.hold, reason=_said(order.hold.reason, traces)),
        returns=tuple(
            replace(case, reason=_said(case.reason, traces), note=case.note and GONE)
            for case in order.returns
        ),
        refund_waived=_said(order.refund_waived, traces),
    )


def _place(address: Address | None) -> Address | None:
    """Where tax is owed is of the accounts."""
    if address is None or not (address.state or address.country):
        return None
    return Address(state=address.state, country=address.country)


def _ledger(ledger: Ledger, traces: Traces) -> Ledger:
    entries = tuple(
        replace(each, link="", proof="", note=_said(each.note, traces)) for each in ledger.entries
    )
    return replace(ledger, entries=entries)


def _said(text: str, traces: Traces) -> str:
    return GONE if traces.are_in(text) else text


def without_traces(event: Event, traces: Traces) -> Event:
    """What is left of an item; the same item when there was nothing personal in it."""
    if event.erased_digest:
        return event
    by = replace(event.by, name="") if event.by.kind is ActorKind.CUSTOMER else event.by
    left = replace(
        event,
        by=by,
        reason=_said(event.reason, traces),
        data={name: _data(event, name, text, traces) for name, text in event.data.items()},
        changes=tuple(_change(each, traces) for each in event.changes),
    )
    return left if left == event else replace(left, erased_digest=digest(event))


def _data(event: Event, name: str, text: str, traces: Traces) -> str:
    of_address = event.type is EventType.ADDRESS_RECEIVED and name == "before"
    if name in PERSONAL_DATA or of_address:
        return GONE
    return _said(text, traces)


def _change(change: Change, traces: Traces) -> Change:
    personal = change.field.startswith(PERSONAL) or change.field.endswith(PERSONAL_ENDS)
    reason = change.field.startswith("attention.") and change.field.endswith((".reason", ".at"))
    before, after = (
        _leaf(each, traces, personal=personal and not reason)
        for each in (change.before, change.after)
    )
    return Change(change.field, before, after)


def _leaf(leaf: Leaf, traces: Traces, *, personal: bool) -> Leaf:
    if not isinstance(leaf, str):
        return leaf
    return GONE if personal or traces.are_in(leaf) else leaf
