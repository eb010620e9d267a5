"""What customers do by themselves, by a word or a button: look, cancel, change, pay, say no.

Which order is meant: the one that the answered message is about, else the only open one; with
several, a list asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Blocked, NotAllowed
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.usecases.customers import customers
from orderdesk.usecases.intake.address_answers import change_address
from orderdesk.usecases.intake.keywords import Wish
from orderdesk.usecases.intake.turn import (
    CHANGEABLE,
    STOPPED,
    WAITING,
    call_for_a_person,
    move_by_customer,
    resume,
)
from orderdesk.usecases.language.events import still_due
from orderdesk.usecases.language.spoken import Spoken, linked
from orderdesk.usecases.language.words import Words, name_of
from orderdesk.usecases.messages import bodies
from orderdesk.usecases.messages.bodies import Choice
from orderdesk.usecases.messages.questions import (
    MOST_BUTTONS,
    change_address_button,
    order_button,
    still_to_pay,
)
from orderdesk.usecases.messages.say import say
from orderdesk.usecases.orders import collect

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.intake.turn import Turn
    from orderdesk.usecases.ports import Summary

OPEN: Final = CHANGEABLE - {Stage.ABANDONED} | {Stage.SHIPPED}
LOOKED_AT: Final = 25
MOST_ROWS: Final = 10  # of a list in WhatsApp
LANGUAGE: Final = "language"


def serve(turn: Turn, wish: Wish) -> Order | None:
    """Do it, or ask which order it is about; the order that it was about. Safe to repeat."""
    if wish in OF_CUSTOMER:
        OF_CUSTOMER[wish](turn)
        return None
    answered = turn.order_answered()
    open_orders = [] if answered else _open_orders(turn)
    if len(open_orders) > 1:
        _ask_which(turn, wish, open_orders)
        return None
    only = turn.own_order(open_orders[0].order_id) if open_orders else None
    order = answered or only or turn.own_order(turn.customer.current_order_id)
    if order is None:
        _say(turn, Spoken("no_order", bodies.text(_words(turn).text("no_order"))))
        return None
    return OF_ORDER[wish](turn, order)


def _open_orders(turn: Turn) -> list[Summary]:
    customer = turn.customer
    page = turn.desk.orders.of_customer(customer.store_id, customer.customer_id, limit=LOOKED_AT)
    return [each for each in page.items if each.stage in OPEN]


def _ask_which(turn: Turn, wish: Wish, found: list[Summary]) -> None:
    words = _words(turn)
    rows = [
        Choice(f"order:{wish}:{each.order_id}", f"#{each.number}: {words.money(each.total)}")
        for each in found[:MOST_ROWS]
    ]
    said = words.text("ask_which_order")
    _say(turn, Spoken("ask_which_order", bodies.options(said, words.button("choose"), *rows)))


def track(turn: Turn, order: Order) -> Order:
    """Where it is, with the parcel's own page or what can be done now."""
    words = _words(turn)
    own = {"stage": words.stage(_stage_of(order)), "still_due": still_due(words, order)}
    link = order.tracking.link if order.tracking and order.stage is Stage.SHIPPED else ""
    choices = _choices(words, order)
    if link:
        spoken = linked(words, "order_status", order, button="track", url=link, **own)
    else:
        said = words.text("order_status", order, **own)
        body = bodies.buttons(said, *choices) if choices else bodies.text(said)
        spoken = Spoken("order_status", body, own)
    if spoken:
        _say(turn, spoken, order)
    return order


def _stage_of(order: Order) -> str:
    pickup = order.fulfilment is Fulfilment.PICKUP
    if pickup and order.stage in {Stage.PROCESSED, Stage.DELIVERED}:
        return "processed_pickup" if order.stage is Stage.PROCESSED else "picked_up"
    return order.stage.value


def _choices(words: Words, order: Order) -> list[Choice]:
    """At most three: what the customer most likely wants to do now."""
    found: list[Choice] = []
    if order.stage is Stage.ABANDONED:
        return [order_button(words, order, "resume")]
    if order.stage in WAITING and order.ledger.method and still_to_pay(order):
        found.append(Choice(f"order:pay:{order.order_id}", words.button("pay_now")))
    if order.stage in CHANGEABLE and order.needs_address:
        found.append(change_address_button(words, order))
    if order.stage in CHANGEABLE:
        found.append(order_button(words, order, "cancel"))
    if len(found) < MOST_BUTTONS and order.stage not in WAITING:
        found.append(order_button(words, order, "invoice"))
    return found


def cancel(turn: Turn, order: Order) -> Order:
    """By themselves up to the stage of the shop's choice; afterwards it is a request."""
    if order.stage in STOPPED:
        return track(turn, order)
    try:
        return move_by_customer(turn, order, Stage.CANCELLED, reason="Cancelled by the customer")
    except (NotAllowed, Blocked):
        return _ask_to_cancel(turn, turn.own_order(order.order_id) or order)


def _ask_to_cancel(turn: Turn, order: Order) -> Order:
    text = "The customer asks to cancel. The shop is at it already: decide, and tell them."
    order = call_for_a_person(turn, order, "cancel_asked", text)
    name = "cancel_asked" if order.stage in CHANGEABLE else "cannot_cancel"
    _say(turn, Spoken(name, bodies.text(_words(turn).text(name, order))), order)
    return order


def change(turn: Turn, order: Order) -> Order:
    """On its way already, or over, it goes to a person, or is said where it is."""
    if order.stage in STOPPED | {Stage.DELIVERED}:
        return track(turn, order)
    return change_address(turn, order)


def invoice(turn: Turn, order: Order) -> Order:
    """The customer's page of the order, which prints as an invoice."""
    pages = turn.desk.pages
    if pages is None or not pages.ready:
        return call_for_a_person(turn, order, "invoice_asked", "The customer asks for an invoice.")
    spoken = linked(
        _words(turn), "invoice", order, button="open_invoice", url=pages.order_page(order)
    )
    if spoken:
        _say(turn, spoken, order)
    return order


def pay(turn: Turn, order: Order) -> Order:
    """Asked to pay once more, in the way that was chosen; without one, how is asked."""
    over = order.stage in STOPPED or order.stage is Stage.DELIVERED
    if order.paid_at and not over:
        said = _words(turn).text("already_paid", order)
        _say(turn, Spoken("already_paid", bodies.text(said)), order)
        return order
    if over or order.ledger.method is None or not still_to_pay(order):
        return track(turn, order)
    return collect.choose_payment(
        order.store_id,
        order.order_id,
        order.ledger.method,
        by=turn.by,
        orders=turn.desk.orders,
        stores=turn.desk.stores,
        now=resume(turn, order),
    )


def verify(turn: Turn, order: Order) -> Order:
    """The customer says that an order to be paid in cash is theirs; that may confirm it."""
    if order.stage in STOPPED:
        return track(turn, order)
    return collect.verify(
        order.store_id,
        order.order_id,
        by=turn.by,
        orders=turn.desk.orders,
        stores=turn.desk.stores,
        now=resume(turn, order),
    )


def _menu(turn: Turn, order: Order) -> Order:
    words = _words(turn)
    titles = {Wish.TRACK: "order_status", Wish.INVOICE: "invoice", Wish.CANCEL: "cancel"}
    choices = [
        Choice(f"order:{wish}:{order.order_id}", words.button(title))
        for wish, title in titles.items()
    ]
    said = words.text("menu", order)
    _say(turn, Spoken("menu", bodies.buttons(said, *choices)), order)
    return order


def _ask_language(turn: Turn) -> None:
    """Silent in a shop that speaks but one."""
    words = _words(turn)
    spoken = words.store.policy.speech.languages
    if len(spoken) > 1:
        choices = [Choice(f"{LANGUAGE}:{each}", name_of(each)) for each in spoken[:MOST_ROWS]]
        button = words.button("choose_language")
        body = bodies.options(words.text("ask_language"), button, *choices)
        _say(turn, Spoken("ask_language", body))


def choose_language(turn: Turn, code: str) -> None:
    """A language that the shop does not speak (any more) is none."""
    store = _words(turn).store
    if code not in store.policy.speech.languages:
        return
    customers.speak(turn.customer, code, customers=turn.desk.customers)
    said = Words(store, code).text("language_chosen")
    _say(turn, Spoken("language_chosen", bodies.text(said)))


def _stop(turn: Turn) -> None:
    customers.opt_out(turn.customer, customers=turn.desk.customers, now=_said_at(turn))
    _say(turn, Spoken("opted_out", bodies.text(_words(turn).text("opted_out"))))


def _start(turn: Turn) -> None:
    desk = turn.desk
    at = _said_at(turn)
    customers.opt_in(turn.customer, source="keyword", customers=desk.customers, now=at)
    _say(turn, Spoken("opted_in", bodies.text(_words(turn).text("opted_in"))))


def _said_at(turn: Turn) -> datetime:
    """By the customer's own clock: yes and no may come in the wrong order."""
    return min(turn.message.at, turn.now)


def _words(turn: Turn) -> Words:
    return Words.for_customer(turn.desk.stores.get(turn.customer.store_id), turn.customer)


def _say(turn: Turn, spoken: Spoken, order: Order | None = None) -> None:
    """The answer to this message; to the same message it is said once."""
    say(
        turn.customer,
        spoken.body,
        key=f"{turn.message_id}:{spoken.purpose}",
        purpose=spoken.purpose,
        order=order,
        conversations=turn.desk.conversations,
        outbox=turn.desk.outbox,
        now=turn.now,
    )


OF_ORDER: Final[dict[Wish, Callable[[Turn, Order], Order]]] = {
    Wish.TRACK: track,
    Wish.CANCEL: cancel,
    Wish.CHANGE_ADDRESS: change,
    Wish.INVOICE: invoice,
    Wish.PAY: pay,
    Wish.MENU: _menu,
}
OF_CUSTOMER: Final[dict[Wish, Callable[[Turn], None]]] = {
    Wish.LANGUAGE: _ask_language,
    Wish.STOP: _stop,
    Wish.START: _start,
}
