"""A sample order of the shop, and what variables are in a preview of a text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.money.ledger import Ledger, PaymentMethod
from orderdesk.domain.money.money import Money, exponent_of
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Contact, Line, Order, order_id_of
from orderdesk.domain.orders.parcels import Goods, Parcel, Tracking
from orderdesk.domain.people.address import Address
from orderdesk.usecases.language import events, variables
from orderdesk.usecases.language.moments import when
from orderdesk.usecases.language.variables import OF_ORDER, OF_SHOP, OWN

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.domain.shop.policy import Store
    from orderdesk.usecases.language.words import Words

NUMBER: Final = 1001
THEN: Final = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
# Brazilians read names and places of their own; everybody else those of India.
BRAZIL: Final = "BR"


def sample_order(store: Store) -> Order:
    """Confirmed, in the shop's currency, on its way with a courier, to be paid in cash."""
    unit = 10 ** exponent_of(store.currency)
    price = Money(750 * unit, store.currency)
    ours = store.country == BRAZIL
    kurta = "Camiseta de algodão, M" if ours else "Cotton kurta, M"
    return Order(
        store_id=store.store_id,
        order_id=order_id_of(store.store_id, "sample", "sample"),
        number=NUMBER,
        version=1,
        stage=Stage.SHIPPED,
        stage_since=THEN,
        placed_at=THEN,
        last_customer_action_at=THEN,
        customer=Contact(customer_id="sample", name="Ana Souza" if ours else "Priya Sharma"),
        lines=(
            Line(retailer_id="sample-1", name=kurta, quantity=2, price=price),
            Line(retailer_id="sample-2", name="Chai 250 g", quantity=1, price=price),
        ),
        ledger=Ledger(currency=store.currency, method=PaymentMethod.CASH_ON_DELIVERY),
        terms=store.policy.terms,
        address=_address(ours=ours),
        parcels=(_parcel(ours=ours),),
        pickup_code="4821",
    )


def sample_of(words: Words, name: str, order: Order | None = None) -> str:
    """What a variable is in a preview: of the order, else a sample in the shop's language."""
    sample = sample_order(words.store)
    if name in OF_SHOP:
        return OF_SHOP[name](words)
    if name in OF_ORDER:
        return OF_ORDER[name](words, order) if order else OF_ORDER[name](words, sample)
    if name in MADE:
        return MADE[name](words, order or sample)
    return OWN[name].sample


def _address(*, ours: bool) -> Address:
    if ours:
        return Address(
            name="Ana Souza",
            house_number="120",
            address="Rua das Flores",
            city="São Paulo",
            postal_code="01310-100",
            country="BR",
        )
    return Address(
        name="Priya Sharma",
        house_number="14",
        address="MG Road",
        city="Pune",
        postal_code="411001",
        country="IN",
    )


def _parcel(*, ours: bool) -> Parcel:
    tracking = Tracking(
        carrier="Correios" if ours else "Delhivery",
        number="AA123456789BR" if ours else "1234567890",
        link="https://track.example/1234567890",
    )
    goods = (Goods(retailer_id="sample-1", quantity=2),)
    return Parcel(parcel_id="p1", goods=goods, tracking=tracking, shipped_at=THEN)


def _contents(words: Words, order: Order) -> str:
    return variables.contents(words, order, order.goods[:1])


def _total(words: Words, order: Order) -> str:
    return words.money(order.total)


def _still_due(words: Words, order: Order) -> str:
    return words.part("still_due", due=words.money(order.total))


def _opens(words: Words, order: Order) -> str:
    return when(words, order.placed_at + timedelta(days=1), order.placed_at)


MADE: Final[dict[str, Callable[[Words, Order], str]]] = {
    "amount": _total,
    "closed": lambda words, order: words.text("closed_now", opens=_opens(words, order)),
    "contents": _contents,
    "days": lambda words, order: words.part("refund_days"),
    "money_back": lambda words, order: events.money_back(words, order.total),
    "new_total": lambda words, order: words.part("new_total", order, shipping=_total(words, order)),
    "opens": _opens,
    "or_cash": lambda words, order: words.part("or_cash", due=_total(words, order)),
    "other_total": _total,
    "problems": lambda words, order: words.part("address_missing"),
    "reason": lambda words, order: words.reason("unreachable"),
    "saved_address": lambda words, order: variables.address_on_one_line(order),
    "stage": events.stage_of,
    "still_due": _still_due,
}
