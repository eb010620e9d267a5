"""What a customer is asked for next: the address, how to pay, to pay, or whether it is theirs.

The question stands below what has just been understood, the opening, which may be empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.domain.money.ledger import PaymentMethod, PaymentStatus
from orderdesk.domain.money.pix import REAL
from orderdesk.domain.money.terms import ConfirmOn
from orderdesk.domain.money.upi import RUPEE
from orderdesk.domain.orders.guards import is_address_complete
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.language.spoken import Spoken
from orderdesk.usecases.messages import bodies
from orderdesk.usecases.messages.address_question import address_question
from orderdesk.usecases.messages.bodies import Choice
from orderdesk.usecases.payments.order_details import payment_body

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orderdesk.domain.money.ledger import Entry
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.language.words import Words
    from orderdesk.usecases.messages.address_question import Asked

MOST_BUTTONS: Final = 3
STOPPED: Final = frozenset({Stage.CANCELLED, Stage.REJECTED, Stage.RETURNED, Stage.ARCHIVED})
ASK_ADDRESS: Final = "ask_address"


def what_next(opening: str, asked: Asked, *, ways: Sequence[PaymentMethod]) -> Spoken | None:
    """Asks for what the order needs next; None when that is nothing. `ways` are those to pay."""
    order, words = asked.order, asked.words
    if not is_address_complete(order):
        return Spoken(ASK_ADDRESS, address_question(opening, asked))
    partly_paid = order.payment_status is PaymentStatus.PARTIALLY_PAID
    if order.ledger.method is None or partly_paid:
        change = order.needs_address
        return payment_question(words, opening, order, ways=ways, change_address=change)
    request = order.ledger.open_request
    # One for another amount is on its way out: what takes its place comes by itself.
    if request and still_to_pay(order) and request.amount == order.amount_due:
        return payment_request(words, order, request, opening)
    return verify_question(words, order) if is_to_be_verified(order) else None


def payment_question(
    words: Words,
    opening: str,
    order: Order,
    *,
    ways: Sequence[PaymentMethod],
    change_address: bool,
) -> Spoken:
    """Buttons for the ways to pay, or a list when they are too many for buttons."""
    choices = [pay_button(words, order, each) for each in ways]
    said = bodies.below(opening, words.text("ask_payment", order))
    if change_address and len(choices) != MOST_BUTTONS:
        choices.append(change_address_button(words, order))
    if len(choices) > MOST_BUTTONS:
        return Spoken("ask_payment", bodies.options(said, words.button("choose"), *choices))
    return Spoken("ask_payment", bodies.buttons(said, *choices))


def payment_request(words: Words, order: Order, entry: Entry, opening: str = "") -> Spoken:
    """What a ledger entry asks the customer to pay, in the way that it asks for."""
    name = NAMES.get(entry.method, "payment_link")
    own = transfer_of(words, entry) if entry.method is PaymentMethod.TRANSFER else {}
    said = words.text(name, order, **own)
    whole = bodies.below(opening, said, most=bodies.TEXT_MAX if own else bodies.INTERACTIVE_MAX)
    own |= {"link": entry.link}
    return Spoken(name, payment_body(order, entry, words, said=whole), own)


def transfer_of(words: Words, entry: Entry) -> dict[str, str]:
    """Where the money goes, and what to write on it."""
    account = words.store.policy.transfer
    return {
        "payee": account.payee,
        "instructions": account.instructions.strip(),
        "upi_id": account.upi_id if entry.amount.currency == RUPEE else "",
        "pix_key": account.pix_key if entry.amount.currency == REAL else "",
        "reference": entry.reference,
    }


def is_to_be_verified(order: Order) -> bool:
    """Whether the customer has to say that the order is theirs, before it is confirmed."""
    asked = order.confirm_on is ConfirmOn.VERIFIED and order.verified_at is None
    return asked and order.paid_at is None and order.stage not in STOPPED


def verify_question(words: Words, order: Order) -> Spoken:
    """Its text shows the whole order: nothing has to stand above it."""
    choices = [order_button(words, order, "verify"), order_button(words, order, "cancel")]
    if order.needs_address:
        choices.append(change_address_button(words, order))
    return Spoken("verify_cash", bodies.buttons(words.text("verify_cash", order), *choices))


def still_to_pay(order: Order) -> bool:
    """Otherwise than in cash."""
    online = order.ledger.method is not PaymentMethod.CASH_ON_DELIVERY
    unpaid = order.payment_status not in {PaymentStatus.PAID, PaymentStatus.OVERPAID}
    return online and unpaid and order.stage not in STOPPED


def pay_button(words: Words, order: Order, method: PaymentMethod) -> Choice:
    title = transfer_title(words, order) if method is PaymentMethod.TRANSFER else method.value
    return Choice(f"pay:{method}:{order.order_id}", words.button(title))


def transfer_title(words: Words, order: Order) -> str:
    """The name of the title of what the shop can be sent: UPI is for rupees, Pix for reais."""
    account, currency = words.store.policy.transfer, order.ledger.currency
    if account.pix_key and currency == REAL:
        return "transfer_pix"
    return "transfer" if account.upi_id and currency == RUPEE else "transfer_bank"


def order_button(words: Words, order: Order, verb: str) -> Choice:
    """`verb` is what the tap asks for (verify, cancel, track …), and the name of the title."""
    return Choice(f"order:{verb}:{order.order_id}", words.button(verb))


def change_address_button(words: Words, order: Order) -> Choice:
    return Choice(f"address:change:{order.order_id}", words.button("change_address"))


NAMES: Final = {
    PaymentMethod.TRANSFER: "transfer",
    PaymentMethod.WHATSAPP_PAY: "whatsapp_pay",
}
