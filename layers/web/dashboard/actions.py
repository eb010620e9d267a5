"""What can be done with an order now: buttons, what each asks for, and why some are refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dashboard.holding import choices
from dashboard.words import STAGE, Badge, names_of
from orderdesk.domain.orders.lifecycle import MoveClass, Need, Stage
from orderdesk.domain.orders.parcels import WITHOUT_ADDRESS, Fulfilment
from orderdesk.domain.orders.reasons import reasons_of
from orderdesk.domain.orders.shipping import goods_left
from orderdesk.domain.shop.stock import StockStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from dashboard.given import Given
    from dashboard.holding import Choice
    from orderdesk.domain.orders.lifecycle import Move
    from orderdesk.domain.orders.moving import Option
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.orders.reasons import Reason
    from orderdesk.domain.shop.policy import Policy

CARRIERS: Final = ("Blue Dart", "Delhivery", "DTDC", "Ekart", "India Post", "Xpressbees")
STOPS: Final = frozenset({Stage.REJECTED, Stage.CANCELLED})
# Ways that this order never went, or does not go: nothing that staff do would open them.
NOT_ITS_WAY: Final = frozenset(
    {"held_from_elsewhere", "archived_from_elsewhere", "stopped_from_elsewhere", "needs_courier"}
)
ICONS: Final = {MoveClass.UNDO: "undo", MoveClass.CLOSING: "archive"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """`rank` is primary, secondary or undo; `asks` are the parts of its form, `restock` what is
    ticked at first; `remedies` say what would make it possible.
    """

    to: str
    label: str
    why: str
    rank: str
    danger: bool
    icon: str
    stage: Badge
    asks: frozenset[Need]
    reasons: tuple[Reason, ...]
    restock: bool
    remedies: tuple[str, ...]
    input: Given

    @property
    def allowed(self) -> bool:
        return not self.remedies

    @property
    def needs_form(self) -> bool:
        return bool(self.asks)

    @property
    def open(self) -> bool:
        """The form came back: what was typed is still in it."""
        return self.input.touched


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """`undos` take a step back. What is refused stays visible, with what it is waiting for.

    `left` names what has not left yet when a part has; `ends` are moments at which a hold may end.
    """

    primary: tuple[Action, ...]
    secondary: tuple[Action, ...]
    undos: tuple[Action, ...]
    refused: tuple[Action, ...]
    left: tuple[str, ...]
    ends: tuple[Choice, ...]
    carriers: tuple[str, ...] = CARRIERS

    @property
    def any(self) -> bool:
        return bool(self.primary or self.secondary or self.undos or self.refused)

    @property
    def allowed(self) -> tuple[Action, ...]:
        return (*self.primary, *self.secondary, *self.undos)


def actions(
    options: Sequence[Option], order: Order, *, policy: Policy, now: datetime, given: Given
) -> Actions:
    found = [(_action(each, order, policy, given), each) for each in options]
    if order.fulfilment in WITHOUT_ADDRESS:  # handed over, and shipped only when that fails
        found.sort(key=lambda pair: pair[0].to == Stage.SHIPPED)
    by_rank: Mapping[str, tuple[Action, ...]] = {
        rank: tuple(each for each, _ in found if each.allowed and each.rank == rank)
        for rank in ("primary", "secondary", "undo")
    }
    return Actions(
        primary=by_rank["primary"],
        secondary=by_rank["secondary"],
        undos=by_rank["undo"],
        refused=_worth_telling([each for each in found if not each[0].allowed]),
        left=_left(order),
        ends=choices(now, policy.hours),
    )


def _action(option: Option, order: Order, policy: Policy, given: Given) -> Action:
    move = option.move
    return Action(
        to=move.target.value,
        label=move.label,
        why=move.why,
        rank=_rank(move.kind),
        danger=move.target in STOPS and move.kind is not MoveClass.UNDO,
        icon=ICONS.get(move.kind) or STAGE[move.target].icon,
        stage=STAGE[move.target],
        asks=_asks(move, order),
        reasons=reasons_of(move, policy.reasons),
        restock=move.target in STOPS,
        remedies=tuple(each.remedy for each in option.refusals),
        input=given.of(move.target.value),
    )


def _asks(move: Move, order: Order) -> frozenset[Need]:
    """Only what this order has a use for."""
    asks = {*move.needs, *move.takes}
    if Need.PICKUP_CODE in asks and not (
        order.fulfilment is Fulfilment.PICKUP and order.pickup_code
    ):
        asks -= {Need.PICKUP_CODE, Need.REASON}
    if move.target in STOPS and order.stock is not StockStatus.RESERVED:
        asks -= {Need.RESTOCK}
    return frozenset(asks)


def _left(order: Order) -> tuple[str, ...]:
    if not order.parcels:
        return ()
    names = names_of(order)
    return tuple(f"{each.quantity} × {names[each.retailer_id]}" for each in goods_left(order))


def _rank(kind: MoveClass) -> str:
    if kind in {MoveClass.FORWARD, MoveClass.RECOVERY}:
        return "primary"
    return "undo" if kind is MoveClass.UNDO else "secondary"


def _worth_telling(refused: Sequence[tuple[Action, Option]]) -> tuple[Action, ...]:
    return tuple(
        action
        for action, option in refused
        if not {each.reason for each in option.refusals} & NOT_ITS_WAY
    )
