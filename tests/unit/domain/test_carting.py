from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from orderdesk.domain.money.ledger import Ledger
from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.carting import (
    belong_together,
    can_join,
    is_undecided,
    join,
    joined,
    replace_cart,
)
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Attention
from orderdesk.domain.orders.reasons import Reason
from orderdesk.domain.shop.policy import Policy
from tests.builders import NOW, a_capture, a_line, an_actor, an_order, rupees

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Line

BY = an_actor(ActorKind.CUSTOMER)
HOURS = timedelta(hours=1)
OLDER = an_order(lines=(a_line("kurta-m", quantity=2), a_line("mug", quantity=1)))
NEWER = an_order(
    message_id="wamid.cart2",
    number=1002,
    placed_at=NOW + HOURS,
    lines=(a_line("kurta-m", quantity=3, price=rupees(800)), a_line("plate", quantity=4)),
)


def pieces(*carts: tuple[Line, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for cart in carts:
        for line in cart:
            found[line.retailer_id] = found.get(line.retailer_id, 0) + line.quantity
    return found


lines = st.lists(
    st.builds(
        a_line,
        st.sampled_from(["kurta-m", "mug", "plate", ""]),
        quantity=st.integers(1, 9),
        price=st.integers(1, 900).map(rupees),
    ),
    min_size=1,
    max_size=6,
).map(tuple)


@given(lines, lines)
def test_no_piece_is_lost_or_doubled_when_two_carts_become_one(
    older: tuple[Line, ...], newer: tuple[Line, ...]
) -> None:
    assert pieces(joined(older, newer)) == pieces(older, newer)


def test_a_product_of_both_costs_what_the_newer_cart_says() -> None:
    assert [
        (each.retailer_id, each.quantity, each.price) for each in joined(OLDER.lines, NEWER.lines)
    ] == [
        ("mug", 1, rupees(750)),
        ("kurta-m", 5, rupees(800)),
        ("plate", 4, rupees(750)),
    ]


def test_the_older_order_takes_the_goods_and_the_newer_one_is_cancelled() -> None:
    doubt = Attention(reason="price_odd", text="Look", at=NOW)
    newer = replace(NEWER, attention=(doubt,), note="Gift wrap")

    (whole, told), (gone, cancelled) = join(OLDER, newer, by=BY, policy=Policy(), now=NOW)

    assert (whole.stage, whole.version) == (Stage.PLACED, 2)
    assert whole.total == rupees(750 + 5 * 800 + 4 * 750)
    assert (whole.note, whole.attention) == ("Gift wrap", (doubt,))
    assert told.type is EventType.LINES_CHANGED
    assert told.data["why"] == "merged"
    assert (gone.stage, gone.merged_into) == (Stage.CANCELLED, OLDER.order_id)
    assert (cancelled.reason_code, cancelled.data["merged_into"]) == ("merged", OLDER.order_id)


def test_reasons_of_a_shop_do_not_keep_carts_apart() -> None:
    own = MappingProxyType({Stage.CANCELLED: (Reason("no", "No"),)})

    after, event = replace_cart(OLDER, by=BY, policy=Policy(reasons=own), now=NOW)

    assert (after.stage, event.reason_code) == (Stage.CANCELLED, "replaced")


def test_money_keeps_carts_apart() -> None:
    paid = replace(OLDER, ledger=Ledger(currency="INR").book(a_capture(OLDER)))

    assert can_join(OLDER, NEWER)
    assert not is_undecided(paid)
    assert not can_join(paid, NEWER)
    assert not can_join(OLDER, replace(NEWER, ledger=paid.ledger))


def test_carts_belong_together_for_some_hours() -> None:
    def asked(hours: float, **older: Any) -> bool:
        return belong_together(
            replace(OLDER, **older),
            NEWER,
            within=timedelta(hours=hours),
        )

    assert asked(2)
    assert not asked(0.5)
    assert not asked(0)
    assert not asked(2, stage=Stage.CONFIRMED)
    assert not asked(2, ledger=Ledger(currency="EUR"))
    assert not belong_together(NEWER, OLDER, within=9 * HOURS)
