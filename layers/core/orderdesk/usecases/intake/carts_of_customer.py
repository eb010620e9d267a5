"""A customer who sends another cart while the one before is unfinished: together, instead, or both?

Asked once, in place of the newer order's first question; whoever does not answer has two orders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.errors import Blocked, Invalid, NotAllowed, Stale
from orderdesk.domain.orders.carting import (
    belong_together,
    can_join,
    is_undecided,
    join,
    replace_cart,
)
from orderdesk.domain.orders.guards import is_address_complete
from orderdesk.domain.orders.history import chain
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.language.spoken import Spoken
from orderdesk.usecases.messages import bodies
from orderdesk.usecases.messages.address_question import Asked
from orderdesk.usecases.messages.bodies import Choice
from orderdesk.usecases.messages.questions import what_next
from orderdesk.usecases.messages.say import say
from orderdesk.usecases.orders import collect
from orderdesk.usecases.orders.change import change, with_deadline
from orderdesk.usecases.payments.offers import offered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.policy import Policy
    from orderdesk.usecases.intake.turn import Turn
    from orderdesk.usecases.ports import Orders

ATTEMPTS: Final = 5
ASK_ABOUT_CART: Final = "ask_about_cart"
LOOKED_AT: Final = 25


def cart_question(asked: Asked, *, orders: Orders) -> Spoken | None:
    """What to do with two carts; None when there is but one. Asked of an order that is new."""
    older = next(_older(asked.order, asked.store.policy, orders), None)
    if older is None or asked.order.version > 1 or not is_undecided(asked.order):
        return None
    words, newer = asked.words, asked.order
    own = {"other_number": f"#{older.number}", "other_total": words.money(older.total)}
    choices = [
        Choice(f"cart:{verb}:{newer.order_id}", words.button(verb))
        for verb in ("merge", "replace", "keep")
    ]
    said = words.text(ASK_ABOUT_CART, newer, **own)
    return Spoken(ASK_ABOUT_CART, bodies.buttons(said, *choices), own)


def _older(newer: Order, policy: Policy, orders: Orders) -> Iterator[Order]:
    """Unfinished orders that this one came soon after, the newest first."""
    page = orders.of_customer(newer.store_id, newer.customer.customer_id, limit=LOOKED_AT)
    for each in page.items:
        if each.stage is not Stage.PLACED or each.order_id == newer.order_id:
            continue
        found = orders.find(newer.store_id, each.order_id)
        if found and belong_together(found, newer, within=policy.ask_about_carts_within):
            yield found


def merge(turn: Turn, newer: Order) -> Order:
    """One order of both, in one transaction, so that no piece is lost or doubled on the way."""
    older = _joined(turn, newer)
    if older is None:
        return keep(turn, newer)
    merged = turn.own_order(newer.order_id) or newer
    older = _taken_over(turn, older, merged)
    asked_to_pay = older.ledger.open_request
    if asked_to_pay and older.amount_due != asked_to_pay.amount and older.ledger.method:
        # Asked anew, which withdraws the request for less.
        collect.choose_payment(
            older.store_id,
            older.order_id,
            older.ledger.method,
            by=turn.by,
            orders=turn.desk.orders,
            stores=turn.desk.stores,
            now=turn.now,
        )
        _tell(turn, older, "carts_merged", ask=False, key=f"{newer.order_id}:cart:merged")
    else:
        _tell(turn, older, "carts_merged", key=f"{newer.order_id}:cart:merged")
    return older


def _joined(turn: Turn, newer: Order) -> Order | None:
    """The order that holds both now; None when they can no longer become one.

    The older one is read first: whatever happens to the newer one afterwards is seen, and whatever
    happens to the older one is in its version.
    """
    orders, policy = turn.desk.orders, _policy(turn)
    for _ in range(ATTEMPTS):
        older = next(_older(newer, policy, orders), None)
        newer = orders.get(newer.store_id, newer.order_id)
        if newer.merged_into:
            return turn.own_order(newer.merged_into)
        if older is None or not can_join(older, newer):
            return None
        try:
            (whole, told), (gone, cancelled) = join(
                older, newer, by=turn.by, policy=policy, now=turn.now
            )
            changes = [_linked(whole, told, policy), _linked(gone, cancelled, policy)]
            orders.save_together(changes)
        except Stale:
            continue
        except (Invalid, NotAllowed, Blocked):  # too much for one order
            return None
        return changes[0][0]
    raise Stale(newer)


def _linked(order: Order, event: Event, policy: Policy) -> tuple[Order, Sequence[Event]]:
    return chain(with_deadline(order, policy), [event])


def _taken_over(turn: Turn, older: Order, newer: Order) -> Order:
    """What the customer answered for the newer cart counts for both. Safe to repeat."""
    ports: Any = {"orders": turn.desk.orders, "stores": turn.desk.stores}
    more: Any = {"by": turn.by, "now": turn.now, **ports}
    store_id, order_id = older.store_id, older.order_id
    if newer.address and not is_address_complete(older) and is_address_complete(newer):
        older = collect.receive_address(store_id, order_id, newer.address, **more)
    if newer.ledger.method and older.ledger.method is None:
        older = collect.choose_payment(store_id, order_id, newer.ledger.method, **more)
    return older


def replace(turn: Turn, newer: Order) -> Order:
    """The newer one counts. The older one is read first, as when they become one."""
    orders, policy = turn.desk.orders, _policy(turn)
    older = next(_older(newer, policy, orders), None)
    if older is None:
        return keep(turn, newer)
    replaced: list[Order] = []

    def decide(stored: Order) -> tuple[Order, list[Event]] | None:
        replaced.clear()
        other = orders.get(newer.store_id, newer.order_id)
        if not (is_undecided(stored) and other.stage is Stage.PLACED):
            return None
        after, event = replace_cart(stored, by=turn.by, policy=policy, now=turn.now)
        replaced.append(after)
        return after, [event]

    change(older.store_id, older.order_id, decide, orders=orders, policy=policy)
    if not replaced:
        return keep(turn, newer)
    key = f"{newer.order_id}:cart:replaced"
    return _tell(turn, newer, "cart_replaced", key=key, other_number=f"#{older.number}")


def keep(turn: Turn, newer: Order) -> Order:
    """Two orders, each asked for what it still needs. Silent about what is over."""
    newer = turn.desk.orders.get(newer.store_id, newer.order_id)
    if newer.stage is not Stage.PLACED:
        return newer
    key = f"{newer.order_id}:cart:kept"
    older = next(_older(newer, _policy(turn), turn.desk.orders), None)
    if older is None:
        return _tell(turn, newer, "order_received", key=key)
    missing = "waits_for_payment" if is_address_complete(older) else "waits_for_address"
    _tell(turn, older, missing, key=f"{key}:older")
    return _tell(turn, newer, "carts_kept", key=key, other_number=f"#{older.number}")


def _policy(turn: Turn) -> Policy:
    return turn.desk.stores.get(turn.customer.store_id).policy


def _tell(turn: Turn, order: Order, name: str, *, key: str, ask: bool = True, **own: str) -> Order:
    """What became of it, and below that what it needs next."""
    desk = turn.desk
    store = desk.stores.get(order.store_id)
    asked = Asked(order=order, customer=turn.customer, store=store, pages=desk.pages, now=turn.now)
    said = asked.words.text(name, order, **own)
    ways = offered(order, store.policy, desk.gateways)
    question = what_next(said, asked, ways=ways) if ask and order.stage is Stage.PLACED else None
    spoken = question or Spoken(name, bodies.text(said), own)
    say(
        turn.customer,
        spoken.body,
        key=key,
        purpose=spoken.purpose,
        order=order,
        conversations=desk.conversations,
        outbox=desk.outbox,
        now=turn.now,
    )
    return order
