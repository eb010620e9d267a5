"""Every sentence that a customer reads: plain, warm and short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.domain.actor import ActorKind
from orderdesk.domain.ledger import PaymentMethod
from orderdesk.domain.lifecycle import Stage
from orderdesk.usecases.bodies import cut

if TYPE_CHECKING:
    from orderdesk.domain.event import Event
    from orderdesk.domain.order import Line, Order

LINES_SHOWN: Final = 8
NAME_MAX: Final = 60
ADDRESS_MAX: Final = 200
REASON_MAX: Final = 300

CASH_ON_DELIVERY: Final = "Cash on delivery"
PAY_ONLINE: Final = "Pay online"
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


def number(order: Order) -> str:
    return f"#{order.number}"


def thanks(order: Order, *, again: bool) -> str:
    """The cart as we understood it; `again` when an order that rested is open once more."""
    names = order.customer.name.split()
    greeting = f"Thank you, {cut(names[0], NAME_MAX)}!" if names else "Thank you!"
    opening = "Your order is open again" if again else f"{greeting} We have your order"
    return f"{opening}, {number(order)}:\n{_lines(order)}\nTotal: {order.total}"


def address_kept(order: Order) -> str:
    return f"We deliver order {number(order)} to:\n{address(order)}"


def address(order: Order) -> str:
    """On one line, as much of it as fits."""
    return cut(", ".join(order.address.lines) if order.address else "", ADDRESS_MAX)


def other_address(order: Order) -> str:
    return f"Your order {number(order)}: we change the address."


def payment_link(order: Order) -> str:
    return f"Order {number(order)}: please pay {order.amount_due} here. It is confirmed once paid."


def payment_failed(order: Order, url: str) -> str:
    """The link stands in the text, because a message has either a link button or reply buttons."""
    return (
        f"Your payment for order {number(order)} did not go through, and nothing was taken.\n"
        f"Try again: {url}\nOr pay {order.amount_due} in cash when it arrives."
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
    return f"You pay {order.amount_due} in cash when order {number(order)} arrives."


def confirmed(order: Order) -> str:
    parts = (
        f"Your order {number(order)} is confirmed.",
        _money(order),
        f"It goes to: {address(order)}" if order.address else "",
        "We write again when it is on its way.",
    )
    return "\n".join(filter(None, parts))


def shipped(order: Order) -> str:
    tracking = order.tracking
    if tracking is None or tracking.own_delivery:
        way = f"Your order {number(order)} is on its way: we bring it ourselves."
    else:
        way = (
            f"Your order {number(order)} is on its way with {cut(tracking.carrier, NAME_MAX)}.\n"
            f"Tracking number: {cut(tracking.number, NAME_MAX)}"
        )
    return "\n".join(filter(None, (way, _cash_to_have_ready(order))))


def delivered(order: Order, shop: str) -> str:
    return (
        f"Your order {number(order)} is delivered. Thank you for buying at {cut(shop, NAME_MAX)}!"
    )


def cancelled(order: Order, event: Event) -> str:
    if event.by.kind is ActorKind.CUSTOMER:
        said = f"Your order {number(order)} is cancelled, as you asked."
    else:
        said = f"We are sorry: your order {number(order)} is cancelled.\n{_reason(event)}"
    return said + _money_back(order)


def rejected(order: Order, event: Event) -> str:
    said = f"We are sorry: we cannot take your order {number(order)}.\n{_reason(event)}"
    return said + _money_back(order)


def returned(order: Order, event: Event) -> str:
    return f"Your order {number(order)} came back to us.\n{_reason(event)}" + _money_back(order)


def on_hold(order: Order) -> str:
    """The reason is the shop's own, and not for customers."""
    return f"We are checking something about your order {number(order)} and write again soon."


def goes_on(order: Order) -> str:
    return f"Good news: your order {number(order)} goes on. We write again when it is on its way."


def _lines(order: Order) -> str:
    shown = [_line(each) for each in order.lines[:LINES_SHOWN]]
    more = len(order.lines) - LINES_SHOWN
    return "\n".join([*shown, f"… and {more} more"] if more > 0 else shown)


def _line(line: Line) -> str:
    return f"{line.quantity} × {cut(line.name, NAME_MAX)}: {line.total}"


def _money(order: Order) -> str:
    if order.paid_at:
        return f"Total: {order.total}, paid. Thank you!"
    if order.ledger.method is PaymentMethod.CASH_ON_DELIVERY:
        return f"Total: {order.total}. You pay {order.amount_due} in cash when it arrives."
    return f"Total: {order.total}"


def _cash_to_have_ready(order: Order) -> str:
    cash = order.ledger.method is PaymentMethod.CASH_ON_DELIVERY and order.amount_due.minor > 0
    return f"Please have {order.amount_due} in cash ready." if cash else ""


def _reason(event: Event) -> str:
    return f"Reason: {cut(event.reason, REASON_MAX)}"


def _money_back(order: Order) -> str:
    balance = order.ledger.balance
    return f"\nWe will send {balance} back to you." if balance.minor > 0 else ""
