"""What can be done with an order now: buttons, what each needs, and why some are refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dashboard.words import STAGE, Badge
from orderdesk.domain.lifecycle import MoveClass, Need, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from orderdesk.domain.moving import Option

# Suggestions only: the field takes any words.
REASONS: Final[dict[Stage, tuple[str, ...]]] = {
    Stage.ON_HOLD: ("Waiting for stock", "Address to be checked", "After hours", "Customer asked"),
    Stage.REJECTED: ("Out of stock", "Outside our delivery area", "Price has changed"),
    Stage.CANCELLED: ("Customer asked", "Out of stock", "Customer cannot be reached", "Duplicate"),
    Stage.RETURNED: ("Customer refused it", "Customer not reachable", "Damaged", "Wrong item"),
}
MISTAKE: Final = ("Pressed by mistake",)
CARRIERS: Final = ("Blue Dart", "Delhivery", "DTDC", "Ekart", "India Post", "Xpressbees")
STOPS: Final = frozenset({Stage.REJECTED, Stage.CANCELLED})
NOT_ITS_WAY: Final = frozenset(
    {"held_from_elsewhere", "archived_from_elsewhere", "stopped_from_elsewhere"}
)
ICONS: Final = {MoveClass.UNDO: "undo", MoveClass.CLOSING: "archive"}


@dataclass(frozen=True, slots=True)
class Input:
    """What was typed before, for a form that comes back with an error."""

    to: str = ""
    reason: str = ""
    carrier: str = ""
    number: str = ""
    link: str = ""
    own_delivery: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """`rank` is primary, secondary or undo; `remedies` say what would make it possible."""

    to: str
    label: str
    why: str
    rank: str
    danger: bool
    icon: str
    stage: Badge
    needs_reason: bool
    needs_tracking: bool
    remedies: tuple[str, ...]
    reasons: tuple[str, ...]
    input: Input

    @property
    def allowed(self) -> bool:
        return not self.remedies

    @property
    def needs_form(self) -> bool:
        return self.needs_reason or self.needs_tracking

    @property
    def open(self) -> bool:
        """The form came back: what was typed is still in it."""
        return bool(self.input.to)


@dataclass(frozen=True, slots=True)
class Actions:
    """`undos` take a step back. What is refused stays visible, with what it is waiting for."""

    primary: tuple[Action, ...] = ()
    secondary: tuple[Action, ...] = ()
    undos: tuple[Action, ...] = ()
    refused: tuple[Action, ...] = ()
    carriers: tuple[str, ...] = field(default=CARRIERS)

    @property
    def any(self) -> bool:
        return bool(self.primary or self.secondary or self.undos or self.refused)

    @property
    def allowed(self) -> tuple[Action, ...]:
        return (*self.primary, *self.secondary, *self.undos)


def actions(options: Sequence[Option], given: Input) -> Actions:
    found = [(_action(each, given), each) for each in options]
    by_rank: Mapping[str, tuple[Action, ...]] = {
        rank: tuple(each for each, _ in found if each.allowed and each.rank == rank)
        for rank in ("primary", "secondary", "undo")
    }
    return Actions(
        primary=by_rank["primary"],
        secondary=by_rank["secondary"],
        undos=by_rank["undo"],
        refused=_worth_telling([each for each in found if not each[0].allowed]),
    )


def _action(option: Option, given: Input) -> Action:
    move = option.move
    return Action(
        to=move.target.value,
        label=move.label,
        why=move.why,
        rank=_rank(move.kind),
        danger=move.target in STOPS and move.kind is not MoveClass.UNDO,
        icon=ICONS.get(move.kind) or STAGE[move.target].icon,
        stage=STAGE[move.target],
        needs_reason=Need.REASON in move.needs,
        needs_tracking=Need.TRACKING in move.needs,
        remedies=tuple(each.remedy for each in option.refusals),
        reasons=MISTAKE if move.kind is MoveClass.UNDO else REASONS.get(move.target, ()),
        input=given if given.to == move.target.value else Input(),
    )


def _rank(kind: MoveClass) -> str:
    if kind in {MoveClass.FORWARD, MoveClass.RECOVERY}:
        return "primary"
    return "undo" if kind is MoveClass.UNDO else "secondary"


def _worth_telling(refused: Sequence[tuple[Action, Option]]) -> tuple[Action, ...]:
    """Without the ways back to where this order never was: nothing would make them possible."""
    return tuple(
        action
        for action, option in refused
        if not {each.reason for each in option.refusals} & NOT_ITS_WAY
    )
