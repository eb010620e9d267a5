"""docs/lifecycle.md: the table in words."""

from __future__ import annotations

from typing import Final

from orderdesk.domain.orders.actor import (
    PERMISSIONS,
    STAFF_ROLES,
    SYSTEM_ROLES,
    ActorKind,
    Permission,
)
from orderdesk.domain.orders.lifecycle import MOVES, RESTING, Move, MoveClass, Stage
from orderdesk.usecases.orders.enter import RETRIES
from orderdesk.usecases.orders.stage_work import EACH, IN_TURN
from statemachine import example
from statemachine.asl import LEASE_SECONDS
from statemachine.words import CLASSES, GUARDS, NEEDS, STAGES, WORK, times_of

WHO: Final = (ActorKind.CUSTOMER, ActorKind.STAFF, *SYSTEM_ROLES)
STEPS: Final = {**IN_TURN, **EACH}

PAGE: Final = f"""\
<!-- Rendered by `make render` from orderdesk/domain/orders/lifecycle.py; do not edit. -->

# The life of an order

An order stands in one of {len(Stage)} stages, and there are {len(MOVES)} moves: its creation and
{len(MOVES) - 1} ways from one stage to another. What is not in this table cannot happen, whoever
asks: the dashboard draws its buttons from it, the API lists its moves, and the
[state machine](../statemachine/order_lifecycle.asl.json) has no other edges.

![The twelve stages and the moves between them](lifecycle.svg)

Payment, address, tracking and hold are fields beside the stage, never stages. Times are the
defaults of a shop's policy.

## Stages

*On arrival* is done by the state machine's task for the stage, once per arrival; *with time* by the
sweep, which looks every minute. In the stages that rest nobody is waited for.

| Stage | What it means | On arrival | With time | Rests |
|---|---|---|---|---|
{{stages}}

## Moves

{{classes}}

*Who* may ask: the customer, staff, and of the system the timer, the payment gateway, the courier
and the shop's rules. Staff need the *permission* as well. *If* is checked at the moment of the
move; a move that is refused says what would make it possible. *With* is what whoever asks has to
bring along, *or with* what they may.

| | From | To | Button | Who | Permission | If | With | Or with | Class | Why |
|---|---|---|---|---|---|---|---|---|---|---|
{{moves}}

## Permissions

| Permission | {{roles}} |
|---|{":---:|" * len(STAFF_ROLES)}
{{permissions}}

The last three are for what is no move: editing an order beside its stage, sending money back, and
the shop's settings.

## The state machine

Each stage is a task that calls `enter_stage`, and behind it a choice of the moves that leave it:
two transitions per stage entered. An execution starts at `resume`, which leads to any stage, and
ends in `rest` once the order rests and what its stage needs was done. When the order leaves its
rest, another execution starts where it rested and walks out of there; only into the archive none
is needed. `enter_stage` does what a stage needs on arrival; when that fails, the machine tries it
{RETRIES} times again, and then a person is asked to look while the order goes on as usual.

```mermaid
{{diagram}}
```

### One order in the console

A customer orders after hours, the shop is closed until ten, the courier delivers, the goods come
back. These are the states that the order's two executions entered, which is what the console of
Step Functions lists and what AWS bills; *By* is who made the move, from the order's history.

{{example}}

Between 4 and 18 the execution waited for people, and nothing ran: it can wait for at most
{LEASE_SECONDS // 86400} days in one place, and then parks itself anew. From 18 on there is nothing
to wait for. Thirty days after its return the order is archived, without an execution.
"""


def render() -> str:
    return PAGE.format(
        stages="\n".join(_stage(stage) for stage in Stage),
        classes="\n".join(f"- **{kind.value}**: {text}" for kind, text in CLASSES.items()),
        moves="\n".join(_row(move) for move in MOVES),
        roles=" | ".join(role.value.title() for role in STAFF_ROLES),
        permissions="\n".join(_permission(permission) for permission in Permission),
        diagram=diagram(),
        example=example.render(),
    )


def _stage(stage: Stage) -> str:
    work = "; ".join(WORK[step.__name__] for step in STEPS.get(stage, ()))
    rests = "yes" if stage in RESTING else ""
    return (
        f"| **{stage.label}** | {STAGES[stage]} | {work} | {'; '.join(times_of(stage))} | {rests} |"
    )


def _row(move: Move) -> str:
    cells = (
        move.id,
        move.source.label if move.source else "–",
        move.target.label,
        move.label,
        ", ".join(who.value for who in WHO if who in move.who),
        move.permission.value if move.permission else "",
        "; ".join(GUARDS[guard] for guard in move.guards),
        "; ".join(NEEDS[need] for need in move.needs),
        "; ".join(NEEDS[need] for need in move.takes),
        move.kind.value,
        move.why,
    )
    return f"| {' | '.join(cells)} |"


def _permission(permission: Permission) -> str:
    may = ("✓" if permission in PERMISSIONS[role] else "" for role in STAFF_ROLES)
    return f"| {permission.value.replace('_', ' ')} | {' | '.join(may)} |"


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
