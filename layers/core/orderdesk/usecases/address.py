"""An address that comes in from the chat: whose order it is for, and whether it may change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from orderdesk.domain.address import Address, AddressStatus
from orderdesk.domain.conversation import Direction
from orderdesk.domain.lifecycle import Stage
from orderdesk.usecases import collect, words
from orderdesk.usecases.inbound import Written
from orderdesk.usecases.turn import (
    BEING_PACKED,
    CHANGEABLE,
    STOPPED,
    WAITING,
    call_for_a_person,
    resume,
)

if TYPE_CHECKING:
    from orderdesk.domain.order import Order
    from orderdesk.usecases.inbound import PlaceGiven
    from orderdesk.usecases.turn import Turn


def take_address(turn: Turn, order: Order | None, address: Address) -> Order | None:
    if order is None or order.stage in STOPPED or order.stage is Stage.DELIVERED:
        return None
    if order.stage is Stage.SHIPPED:
        text = f"The customer sent another address on the way: {' / '.join(address.lines)}"
        return call_for_a_person(turn, order, "address_too_late", text)
    at = resume(turn, order)
    if address != order.address:
        collect.receive_address(
            order.store_id,
            order.order_id,
            address,
            by=turn.by,
            orders=turn.desk.orders,
            stores=turn.desk.stores,
            now=at,
        )
    if order.stage in BEING_PACKED or (order.hold and order.hold.source in BEING_PACKED):
        text = "The customer changed the address while the order is being packed."
        return call_for_a_person(turn, order, "address_changed", text)
    return order


def maybe_address(turn: Turn, said: Written | PlaceGiven) -> Order | None:
    """What is written counts as an address only when one was asked for and it looks like one."""
    if isinstance(said, Written) and not looks_like_address(said.text):
        return None
    order = turn.order_meant()
    if order is None or order.stage not in CHANGEABLE or not _wants_address(turn, order):
        return None
    incomplete = order.address_status is AddressStatus.INCOMPLETE and order.address
    before = order.address.lines if incomplete and order.address else ()
    return take_address(turn, order, Address(text="\n".join((*before, said.text))))


def _wants_address(turn: Turn, order: Order) -> bool:
    if order.stage in WAITING and order.address_status is not AddressStatus.COMPLETE:
        return True
    page = turn.desk.conversations.page(order.store_id, turn.customer.customer_id, limit=10)
    ours = (each for each in page.items if each.direction is Direction.OUTBOUND)
    last = next(ours, None)
    asked = (words.WRITE_ADDRESS, words.FILL_FORM)
    return last is not None and last.order_id == order.order_id and last.text.endswith(asked)


ADDRESS_LENGTH: Final = range(15, 1001)
POSTAL_CODE: Final = re.compile(r"\b(?:\d{5,6}|\d{3} \d{3}|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})\b")
TALK: Final = re.compile(
    r"(?:are|call|can|could|did|do|does|hello|hey|hi|how|i|i[’']m|is|no|ok|okay|please|send|thanks?"
    r"|what|when|where|which|who|why|will|would|yes)\b",
    re.IGNORECASE,
)


def looks_like_address(text: str) -> bool:
    """A number, a comma or a line break in what is neither a question nor talk; a postal code
    settles it.
    """
    if len(text) not in ADDRESS_LENGTH or "?" in text or "://" in text:
        return False
    if POSTAL_CODE.search(text):
        return True
    return not TALK.match(text) and re.search(r"[\d,\n]", text) is not None
