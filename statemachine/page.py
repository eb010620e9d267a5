"""docs/lifecycle.md: the table in words."""

from __future__ import annotations

from typing import Final

from orderdesk.domain.actor import ActorKind
from orderdesk.domain.lifecycle import MOVES, Guard, Move, MoveClass, Need, Stage
from orderdesk.domain.policy import Policy
from orderdesk.usecases.enter import RETRIES

DEFAULTS: Final = Policy()
HOURS: Final = int(DEFAULTS.abandon_after.total_seconds() // 3600)
MINUTES: Final = int(DEFAULTS.undo_window.total_seconds() // 60)

STAGES: Final = {
    Stage.PLACED: "A cart has come in. The customer is asked for address and payment.",
    Stage.ABANDONED: f"The customer went quiet for {HOURS} hours. An answer brings the order back.",
    Stage.CONFIRMED: "Address and payment are there. The shop's turn.",
    Stage.ON_HOLD: "Paused, for a review or for a morning.",
    Stage.REJECTED: "The shop does not take the order.",
    Stage.CANCELLED: "Called off before shipping, by the customer or the shop.",
    Stage.APPROVED: "Checked, and cleared for packing.",
    Stage.PROCESSED: "Packed and ready to leave.",
    Stage.SHIPPED: "With the courier.",
    Stage.DELIVERED: "With the customer. Cash on delivery counts as collected.",
    Stage.RETURNED: "All of it came back.",
    Stage.ARCHIVED: (
        f"At rest, by itself {DEFAULTS.archive_after.days} days after it closed. "
        "Can be taken back to where it was."
    ),
}
CLASSES: Final = {
    MoveClass.FORWARD: "the way an order goes when nothing comes in between",
    MoveClass.EXCEPTION: "something came in between",
    MoveClass.RECOVERY: "back on the way",
    MoveClass.CLOSING: "nothing is left to do",
    MoveClass.UNDO: "a mistake is taken back; owners and managers only",
}
WHO: Final = {
    ActorKind.CUSTOMER: "customer",
    ActorKind.STAFF: "staff",
    ActorKind.SYSTEM: "system",
}
NEEDS: Final = {
    Need.REASON: "a reason",
    Need.UNTIL: "until when",
    Need.TRACKING: "tracking, or own delivery",
    Need.PICKUP_CODE: "the pickup code",
    Need.RESTOCK: "whether it can be sold again",
}
GUARDS: Final = {
    Guard.HAS_LINES: "it has at least one line",
    Guard.ADDRESS_COMPLETE: "the address is complete",
    Guard.PAYMENT_CONDITION_MET: "it is paid, or cash on delivery is chosen",
    Guard.IDLE_LONG_ENOUGH: f"the customer did nothing for {HOURS} hours",
    Guard.STILL_INCOMPLETE: "address or payment is missing",
    Guard.NO_MONEY_IN_IT: "no money is in it",
    Guard.NO_PAYMENT_PENDING: "no payment link is open, or the gateway knows of no payment",
    Guard.HELD_FROM_TARGET: "it was held from there",
    Guard.HELD_FROM_PLACED_OR_INCOMPLETE: (
        "it was held from there, or address or payment has to be asked for again"
    ),
    Guard.NEVER_APPROVED: "it was held before it was approved",
    Guard.CUSTOMER_MAY_CANCEL: "if the customer asks: it is (or was held) before Approved",
    Guard.NO_COURIER_LEG: "it is picked up or digital",
    Guard.STOCK_SUFFICES: "what the shop counts is in stock",
    Guard.NOTHING_SHIPPED: "no parcel has left yet",
    Guard.NO_COURIER_SCAN: "the courier has not scanned it",
    Guard.NO_OPEN_RETURN: "no return is on its way",
    Guard.NO_RETURN: "the customer returns nothing",
    Guard.WITHIN_RETURN_WINDOW: (
        f"delivered at most {DEFAULTS.return_window.days} days ago (staff: any time)"
    ),
    Guard.MONEY_SETTLED: "no cash is due (delivered), or no money is left in it (stopped)",
    Guard.ARCHIVED_FROM_TARGET: "it was archived from there",
    Guard.WITHIN_UNDO_WINDOW: f"at most {MINUTES} minutes have passed",
    Guard.STOPPED_FROM_TARGET: "it was stopped there (from Processed: it goes back to Approved)",
    Guard.NO_REFUND_STARTED: "nothing was refunded yet",
}

PAGE: Final = f"""\
<!-- Rendered by `make render` from layers/core/orderdesk/domain/lifecycle.py; do not edit. -->

# The life of an order

An order stands in one of {len(Stage)} stages, and there are {len(MOVES)} moves: its creation and
{len(MOVES) - 1} ways from one stage to another. What is not in this table cannot happen, whoever
asks: the dashboard draws its buttons from it, the API lists its moves, and the
[state machine](../statemachine/order_lifecycle.asl.json) has no other edges.

![The twelve stages and the moves between them](lifecycle.svg)

Payment, address, tracking and hold are fields beside the stage, never stages. Times are the
defaults of a shop's policy.

## Stages

| Stage | What it means |
|---|---|
{{stages}}

## Moves

{{classes}}

*If* is checked at the moment of the move; a move that is refused says what would make it possible.
*With* is what whoever asks has to bring along.

| | From | To | Button | Who | If | With | Class | Why |
|---|---|---|---|---|---|---|---|---|
{{moves}}

## The state machine

Each stage but Archived is a task that waits, and behind it a choice of the moves that leave it: two
transitions per stage entered. An execution starts at `resume`, which leads to any stage, and ends
in Archived; taking an order out of the archive starts another. `enter_stage` does what a stage
needs on arrival; when that fails, the machine tries it {RETRIES} times again, and then a person is
asked to look while the order waits as usual.

```mermaid
{{diagram}}
```
"""


def render() -> str:
    return PAGE.format(
        stages="\n".join(f"| **{stage.label}** | {STAGES[stage]} |" for stage in Stage),
        classes="\n".join(f"- **{kind.value}**: {text}" for kind, text in CLASSES.items()),
        moves="\n".join(_row(move) for move in MOVES),
        diagram=diagram(),
    )


def _row(move: Move) -> str:
    cells = (
        move.id,
        move.source.label if move.source else "–",
        move.target.label,
        move.label,
        ", ".join(WHO[kind] for kind in ActorKind if kind in move.by),
        "; ".join(GUARDS[guard] for guard in move.guards),
        _brings(move),
        move.kind.value,
        move.why,
    )
    return f"| {' | '.join(cells)} |"


def _brings(move: Move) -> str:
    needs = [NEEDS[need] for need in move.needs]
    takes = [f"{NEEDS[need]}, if need be" for need in move.takes]
    return "; ".join([*needs, *takes])


def diagram() -> str:
    """As Mermaid; undoing is left to the table, because it would double the lines."""
    lines = ["stateDiagram-v2", "    direction LR"]
    lines += [f"    {stage.value}: {stage.label}" for stage in Stage]
    lines += [
        f"    {move.source.value if move.source else '[*]'} --> {move.target.value}"
        for move in MOVES
        if move.kind is not MoveClass.UNDO
    ]
    return "\n".join([*lines, f"    {Stage.ARCHIVED.value} --> [*]"])
