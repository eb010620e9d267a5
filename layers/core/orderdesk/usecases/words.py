"""Every sentence that a customer reads: plain, warm and short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.domain.actor import ActorKind
from orderdesk.domain.days import zone_of
from orderdesk.domain.ledger import PaymentMethod
from orderdesk.domain.lifecycle import Stage
from orderdesk.domain.parcels import Fulfilment, quantities
from orderdesk.domain.reasons import REASONS
from orderdesk.usecases.bodies import cut

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from orderdesk.domain.event import Event
    from orderdesk.domain.hours import OpeningHours
    from orderdesk.domain.ledger import Entry
    from orderdesk.domain.money import Money
    from orderdesk.domain.order import Line, Order
    from orderdesk.domain.parcels import Goods, Tracking
    from orderdesk.domain.paying import Transfer

LINES_SHOWN: Final = 8
NAME_MAX: Final = 60
ADDRESS_MAX: Final = 200
REASON_MAX: Final = 300

CASH_ON_DELIVERY: Final = "Cash on delivery"
PAY_ONLINE: Final = "Pay online"
WAYS: Final = {
    PaymentMethod.CASH_ON_DELIVERY: CASH_ON_DELIVERY,
    PaymentMethod.ONLINE: PAY_ONLINE,
    PaymentMethod.WHATSAPP_PAY: "Pay in WhatsApp",
    PaymentMethod.TRANSFER: "Bank or UPI transfer",
}
CHOOSE: Final = "Choose"
CHANGE_ADDRESS: Final = "Change address"
PAY_NOW: Final = "Pay now"
TRACK: Final = "Track parcel"

FILL_FORM: Final = "Where should we deliver it? Tap below to give your address."
WRITE_ADDRESS: Final = (
    "Where should we deliver it? Please reply with your full address in one message: "
    "name, house and street, area, city and PIN code."
)
HOW_TO_PAY: Final = "How would you like to pay?"
INCOMPLETE: Final = "That address is not complete yet: we also need the street and the PIN code."
WE_WRITE_AGAIN: Final = {
    Fulfilment.COURIER: "We write again when it is on its way.",
    Fulfilment.OWN_DELIVERY: "We write again when it is on its way.",
    Fulfilment.PICKUP: "We write again when it is ready to be picked up.",
    Fulfilment.DIGITAL: "We write again when it is ready.",
}
# What staff call it, said to the customer's face. Everything else is said as it is called.
TO_THE_CUSTOMER: Final = {
    "changed_mind": "you changed your mind",
    "customer_asked": "you asked us to",
    "refused": "it was not accepted at the door",
    "unreachable": "we could not reach you",
}


def number(order: Order) -> str:
    return f"#{order.number}"


def thanks(order: Order, *, again: bool) -> str:
    """The cart as we understood it; `again` when an order that rested is open once more."""
    names = order.customer.name.split()
    greeting = f"Thank you, {cut(names[0], NAME_MAX)}!" if names else "Thank you!"
    opening = "We go on with your order" if again else f"{greeting} We have your order"
    return f"{opening}, {number(order)}:\n{_lines(order)}\nTotal: {order.total}"


def waits_for_address(order: Order) -> str:
    return f"Your order {number(order)} over {order.total} still waits for your address."


def waits_for_payment(order: Order) -> str:
    return f"Your order {number(order)} over {order.total} only waits for your payment."


def closed(opens: datetime, hours: OpeningHours, now: datetime) -> str:
    """When the shop is open again, on its own clock; with the date when it is a week or more."""
    there = opens.astimezone(zone_of(hours.time_zone))
    days = (there.date() - now.astimezone(zone_of(hours.time_zone)).date()).days
    date = f" {there.day} {there:%B}" if days > 6 else ""  # noqa: PLR2004 - the same weekday
    return f"We are closed now and go on {there:%A}{date} at {there:%H:%M}."


def address_kept(order: Order) -> str:
    return f"We deliver order {number(order)} to:\n{address(order)}"


def address(order: Order) -> str:
    """On one line, as much of it as fits."""
    return cut(", ".join(order.address.lines) if order.address else "", ADDRESS_MAX)


def other_address(order: Order) -> str:
    return f"Your order {number(order)}: we change the address."


def payment_link(order: Order) -> str:
    return f"Order {number(order)}: please pay {order.amount_due} here. It is confirmed once paid."


def review_and_pay(order: Order) -> str:
    return f"Order {number(order)}: please review it and pay. It is confirmed once paid."


def transfer_to(order: Order, entry: Entry, transfer: Transfer) -> str:
    """Where to send the money, and that a picture of the receipt helps."""
    payee = f" to {transfer.payee}" if transfer.payee else ""
    parts = (
        f"Order {number(order)}: please send {order.amount_due}{payee}.",
        transfer.instructions.strip(),
        f"UPI: {transfer.upi_id}" if transfer.upi_id else "",
        f"Pix: {transfer.pix_key}" if transfer.pix_key else "",
        f"Reference: {entry.reference}",
        "Then send us a picture of the receipt here: we check it and confirm your order.",
    )
    return "\n".join(filter(None, parts))


def payment_failed(order: Order, url: str) -> str:
    """The link stands in the text, because a message has either a link button or reply buttons."""
    return (
        f"Your payment for order {number(order)} did not go through, and nothing was taken.\n"
        f"Try again: {url}\nOr pay {order.amount_due} in cash {_when_paid(order)}."
    )


def no_online_payment(order: Order) -> str:
    return f"We cannot take an online payment for order {number(order)} right now."


def payment_received(order: Order, amount: str) -> str:
    said = f"We have received {amount} for order {number(order)}. Thank you!"
    if order.stage in {Stage.CANCELLED, Stage.REJECTED, Stage.RETURNED}:
        label = order.stage.label.lower()
        return f"{said}\nThe order was {label} before, so we will send the money back to you."
    due = order.amount_due
    return f"{said}\n{due} is still open." if due.minor > 0 else said


def cash_chosen(order: Order) -> str:
    return f"You pay {order.amount_due} in cash for order {number(order)} {_when_paid(order)}."


def confirmed(order: Order, shop_is: str = "") -> str:
    """`shop_is` closed, and when it opens; empty while it is open."""
    goes_to = order.address and order.needs_address
    parts = (
        f"Your order {number(order)} is confirmed.",
        _money(order),
        f"It goes to: {address(order)}" if goes_to else "",
        shop_is,
        WE_WRITE_AGAIN[order.fulfilment],
    )
    return "\n".join(filter(None, parts))


def ready_for_pickup(order: Order, shop: str) -> str:
    parts = (
        f"Your order {number(order)} is ready to be picked up at {cut(shop, NAME_MAX)}.",
        f"Please show this code: {order.pickup_code}" if order.pickup_code else "",
        _cash_to_have_ready(order),
    )
    return "\n".join(filter(None, parts))


def shipped(order: Order) -> str:
    """All of it, or the rest of it."""
    rest = len(order.parcels) > 1
    what = f"{'The rest of your' if rest else 'Your'} order {number(order)}"
    inside = contents(order, order.parcels[-1].goods) if rest else ""
    parts = (_on_its_way(what, order.tracking), inside, _cash_to_have_ready(order))
    return "\n".join(filter(None, parts))


def part_shipped(order: Order, goods: Sequence[Goods], tracking: Tracking) -> str:
    way = _on_its_way(f"A part of your order {number(order)}", tracking)
    return f"{way}\n{contents(order, goods)}\nThe rest follows."


def tracking_changed(order: Order, tracking: Tracking) -> str:
    if tracking.own_delivery:
        return f"Your order {number(order)}: we bring this parcel ourselves."
    return f"Your order {number(order)}: here is the right way to follow your parcel.\n" + (
        f"{cut(tracking.carrier, NAME_MAX)}, tracking number: {cut(tracking.number, NAME_MAX)}"
    )


def contents(order: Order, goods: Sequence[Goods]) -> str:
    """What is in a parcel or a return, by the names that the order has."""
    names = {line.retailer_id: line.name for line in order.lines}
    shown = [
        f"{quantity} × {cut(names.get(retailer_id, retailer_id), NAME_MAX)}"
        for retailer_id, quantity in quantities(goods).items()
    ]
    return _first_of(shown)


def delivered(order: Order, shop: str) -> str:
    what = "was picked up" if order.fulfilment is Fulfilment.PICKUP else "is delivered"
    return f"Your order {number(order)} {what}. Thank you for buying at {cut(shop, NAME_MAX)}!"


def cancelled(order: Order, event: Event) -> str:
    if event.by.kind is ActorKind.CUSTOMER:
        said = f"Your order {number(order)} is cancelled, as you asked."
    else:
        said = f"We are sorry: your order {number(order)} is cancelled.\n{_reason(event)}"
    return said + _money_back(order.ledger.balance)


def rejected(order: Order, event: Event) -> str:
    said = f"We are sorry: we cannot take your order {number(order)}.\n{_reason(event)}"
    return said + _money_back(order.ledger.balance)


def returned(order: Order, event: Event) -> str:
    """All of it: from the courier who could not deliver it, or from the customer."""
    if event.source is Stage.SHIPPED:
        said = f"Your order {number(order)} could not be delivered and came back to us."
    else:
        said = f"We have all of your order {number(order)} back."
    return f"{said}\n{_reason(event)}" + _money_back(order.ledger.balance)


def return_received(order: Order, goods: Sequence[Goods], worth: Money) -> str:
    said = f"We have received what you sent back of order {number(order)}:"
    return f"{said}\n{contents(order, goods)}" + _money_back(worth)


def refunded(order: Order, amount: str, *, online: bool) -> str:
    said = f"We have paid {amount} back to you for order {number(order)}."
    return f"{said} It can take a few working days to arrive." if online else said


def on_hold(order: Order) -> str:
    """The reason is the shop's own, and not for customers."""
    return f"We are checking something about your order {number(order)} and write again soon."


def goes_on(order: Order) -> str:
    again = WE_WRITE_AGAIN[order.fulfilment]
    return f"Good news: your order {number(order)} goes on. {again}"


def _on_its_way(what: str, tracking: Tracking | None) -> str:
    if tracking is None or tracking.own_delivery:
        return f"{what} is on its way: we bring it ourselves."
    return (
        f"{what} is on its way with {cut(tracking.carrier, NAME_MAX)}.\n"
        f"Tracking number: {cut(tracking.number, NAME_MAX)}"
    )


def _lines(order: Order) -> str:
    return _first_of([_line(each) for each in order.lines])


def _first_of(lines: Sequence[str]) -> str:
    more = len(lines) - LINES_SHOWN
    return "\n".join([*lines[:LINES_SHOWN], f"… and {more} more"] if more > 0 else lines)


def _line(line: Line) -> str:
    return f"{line.quantity} × {cut(line.name, NAME_MAX)}: {line.total}"


def _money(order: Order) -> str:
    if order.paid_at:
        return f"Total: {order.total}, paid. Thank you!"
    if order.ledger.method is PaymentMethod.CASH_ON_DELIVERY:
        cash = f"You pay {order.amount_due} in cash {_when_paid(order)}."
        return f"Total: {order.total}. {cash}"
    return f"Total: {order.total}"


def _when_paid(order: Order) -> str:
    return "when you pick it up" if order.fulfilment is Fulfilment.PICKUP else "when it arrives"


def _cash_to_have_ready(order: Order) -> str:
    cash = order.ledger.method is PaymentMethod.CASH_ON_DELIVERY and order.amount_due.minor > 0
    return f"Please have {order.amount_due} in cash ready." if cash else ""


def _reason(event: Event) -> str:
    """Staff's own words before ours; the name of a reason is for staff, and some are of the
    customer.
    """
    names = {each.code: each.label for each in REASONS.get(event.target, ())}
    known = names.get(event.reason_code) == event.reason
    words = TO_THE_CUSTOMER.get(event.reason_code) if known else None
    return f"Reason: {cut(words or event.reason, REASON_MAX)}"


def _money_back(amount: Money) -> str:
    return f"\nWe will send {amount} back to you." if amount.minor > 0 else ""
