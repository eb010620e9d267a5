"""The variables of texts: those of every order, of the shop, and those of a single text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.orders.parcels import Fulfilment, quantities
from orderdesk.usecases.messages.bodies import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from orderdesk.domain.orders.order import Line, Order
    from orderdesk.domain.orders.parcels import Goods, Tracking
    from orderdesk.usecases.language.words import Words

NAME_MAX: Final = 60
FIRST_NAME_MAX: Final = 30
ITEM_MAX: Final = 50
LABEL_MAX: Final = 40
ADDRESS_MAX: Final = 200
LINES_SHOWN: Final = 8
LINES_MAX: Final = 380  # characters; the question below them needs its own


class Variable(NamedTuple):
    description: str
    sample: str = ""


def number(order: Order) -> str:
    return f"#{order.number}"


def first_name(order: Order) -> str:
    names = order.customer.name.split()
    return cut(names[0], FIRST_NAME_MAX) if names else ""


def greeting(words: Words, order: Order) -> str:
    name = first_name(order)
    return words.part("greeting", first_name=name) if name else words.part("greeting_nameless")


def address_on_one_line(order: Order) -> str:
    """As much of it as fits; empty when the goods go nowhere."""
    if order.address is None or not order.needs_address:
        return ""
    return one_line(", ".join(order.address.lines), ADDRESS_MAX)


def one_line(text: str, most: int) -> str:
    """What people wrote may have any breaks in it."""
    return cut(" ".join(text.split()), most)


def lines(words: Words, order: Order) -> str:
    return first_of(words, [_line(words, each) for each in order.lines])


def contents(words: Words, order: Order, goods: Iterable[Goods]) -> str:
    """What is in a parcel or a return, by the names that the order has."""
    names = {line.retailer_id: line.name for line in order.lines}
    shown = [
        words.part("piece", quantity=str(quantity), item=one_line(names.get(key, key), ITEM_MAX))
        for key, quantity in quantities(goods).items()
    ]
    return first_of(words, shown)


def first_of(words: Words, lines: Sequence[str]) -> str:
    """As many as fit, and how many more there are."""
    shown: list[str] = []
    for line in lines[:LINES_SHOWN]:
        if shown and len("\n".join((*shown, line))) > LINES_MAX:
            break
        shown.append(line)
    more = len(lines) - len(shown)
    return "\n".join([*shown, words.part("more", count=str(more))] if more else shown)


def charges(words: Words, order: Order) -> str:
    """What the total has beside the goods, one line each."""
    amounts = order.amounts
    discount, tax = (
        one_line(label, LABEL_MAX) for label in (amounts.discount_label, amounts.tax_label)
    )
    parts = (
        (amounts.discount, "discount", discount),
        (amounts.shipping, "shipping", ""),
        (amounts.tax, "tax", tax),
    )
    return "\n".join(
        words.part(name, label=label, amount=words.money(amount))
        for amount, name, label in parts
        if amount.minor
    )


def payment(words: Words, order: Order) -> str:
    """The total, and what of it is to be paid and how."""
    if order.paid_at:
        return words.part("paid", order)
    if not owes_cash(order):
        return words.part("to_pay", order)
    return words.part(at_the_door("to_pay_in_cash", order), order)


def at_the_door(part: str, order: Order) -> str:
    """The name of the part that says when cash is paid."""
    return f"{part}_at_pickup" if order.fulfilment is Fulfilment.PICKUP else part


def owes_cash(order: Order) -> bool:
    cash = order.ledger.method is PaymentMethod.CASH_ON_DELIVERY
    return cash and order.amount_due.minor > 0


def cash_ready(words: Words, order: Order) -> str:
    return words.part("cash_ready", order) if owes_cash(order) else ""


def due(words: Words, order: Order) -> str:
    return words.money(order.amount_due) if order.amount_due.minor > 0 else ""


def payment_method(words: Words, order: Order) -> str:
    return words.button(order.ledger.method) if order.ledger.method else ""


def _line(words: Words, line: Line) -> str:
    return words.part(
        "line",
        quantity=str(line.quantity),
        item=one_line(line.name, ITEM_MAX),
        amount=words.money(line.total),
    )


def _tracked(order: Order) -> Tracking | None:
    tracking = order.tracking
    return tracking if tracking and not tracking.own_delivery else None


def _carrier(words: Words, order: Order) -> str:
    tracking = _tracked(order)
    return one_line(tracking.carrier, NAME_MAX) if tracking else ""


def _tracking_number(words: Words, order: Order) -> str:
    tracking = _tracked(order)
    return one_line(tracking.number, NAME_MAX) if tracking else ""


OF_SHOP: Final[dict[str, Callable[[Words], str]]] = {
    "shop": lambda words: one_line(words.store.name, NAME_MAX),
}
OF_ORDER: Final[dict[str, Callable[[Words, Order], str]]] = {
    "number": lambda words, order: number(order),
    "greeting": greeting,
    "first_name": lambda words, order: first_name(order),
    "name": lambda words, order: one_line(order.customer.name, NAME_MAX),
    "lines": lines,
    "charges": charges,
    "subtotal": lambda words, order: words.money(order.subtotal),
    "total": lambda words, order: words.money(order.total),
    "due": due,
    "payment": payment,
    "payment_method": payment_method,
    "cash_ready": cash_ready,
    "address": lambda words, order: address_on_one_line(order),
    "next": lambda words, order: words.part(f"next_{order.fulfilment}"),
    "carrier": _carrier,
    "tracking_number": _tracking_number,
    "pickup_code": lambda words, order: order.pickup_code,
}
DESCRIPTIONS: Final = {
    "shop": "The shop's name",
    "number": "The order's number, with #",
    "greeting": "Thanks, with the first name when it is known",
    "first_name": "The customer's first name; may be empty",
    "name": "The customer's name; may be empty",
    "lines": "What was ordered, one line each, with amounts",
    "charges": "Discount, shipping and tax, one line each; empty without",
    "subtotal": "The goods alone",
    "total": "What the order costs",
    "due": "What is still to be paid; empty when nothing is",
    "payment": "The total and how it is paid, in a sentence",
    "payment_method": "How it is paid; empty while that is open",
    "cash_ready": "To have cash ready; empty when none is to be paid",
    "address": "Where it goes, on one line; empty when it goes nowhere",
    "next": "When we write again",
    "carrier": "The courier of the last parcel; empty when the shop brings it",
    "tracking_number": "Of the last parcel; empty when the shop brings it",
    "pickup_code": "What the customer shows to get it; empty without",
}
# Those of single texts: their samples in a preview are made of an order (preview.py), or these.
OWN: Final[dict[str, Variable]] = {
    "amount": Variable("The money that this is about"),
    "closed": Variable("That the shop is closed, and when it opens; empty while it is open"),
    "contents": Variable("What is in the parcel or came back, one line each"),
    "days": Variable("How long the money takes; empty when it was handed over"),
    "instructions": Variable("The shop's own words on how to send money", "HDFC Bank, 0001234"),
    "link": Variable("The address to pay at", "https://pay.example/abc"),
    "money_back": Variable("That money goes back to the customer; empty when none does"),
    "new_total": Variable("What delivery there costs, when it is not the usual fee"),
    "opens": Variable("When the shop is open again"),
    "or_cash": Variable("That cash is fine too; empty where it is not"),
    "other_number": Variable("The number of the other order", "#1000"),
    "other_total": Variable("What the other order costs"),
    "payee": Variable("The name of the account; may be empty", "Asha Traders"),
    "pix_key": Variable("The shop's Pix key; empty without", "loja@exemplo.com.br"),
    "postal_code": Variable("Where the shop does not deliver", "411001"),
    "problems": Variable("What is missing or wrong, one line each"),
    "reason": Variable("Why, in the shop's words; may be empty"),
    "reference": Variable("What to write on the transfer", "1001-1"),
    "saved_address": Variable("An address of an earlier order"),
    "stage": Variable("Where the order is, in plain words"),
    "still_due": Variable("What is still open; empty when nothing is"),
    "upi_id": Variable("The shop's UPI id; empty without", "asha@bank"),
}
