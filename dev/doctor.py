"""Find drift between orders and all that belongs to them: `python -m dev.doctor --help`.

Ends with 1 when something is found that is not put right.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from dev.console import Console
from dev.table import aligned, counted
from orderdesk.adapters.aws import client
from orderdesk.adapters.dynamo.counts import DynamoCounts
from orderdesk.adapters.dynamo.executions import DynamoExecutions
from orderdesk.adapters.dynamo.orders import DynamoOrders
from orderdesk.adapters.dynamo.stores import DynamoStores
from orderdesk.adapters.stepfunctions import StepFunctionsConductor
from orderdesk.domain.errors import OrderdeskError
from orderdesk.usecases.orders.doctor import Doctor, examine, examine_order
from orderdesk.usecases.orders.mend import fix

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from orderdesk.usecases.orders.doctor import Finding

HEAD: Final = ("Store", "Order", "Id", "Kind", "Outcome", "What does not agree")


def main(arguments: Sequence[str] | None = None) -> int:
    """Examine, print what was found, and with --fix what became of it."""
    given = _arguments(arguments)
    doctor = _doctor(given.table, given.state_machine)
    console = Console(sys.stdout)
    store_ids = [given.store] if given.store else list(doctor.stores.all_ids())
    rows: list[list[str]] = []
    unmended = 0
    for store_id, findings in _examined(store_ids, given.order, doctor, console):
        for finding in findings:
            outcome = _outcome(finding, doctor, mend=given.fix)
            unmended += outcome != "fixed"
            number = str(finding.number or "")
            told = [store_id, number, finding.order_id, finding.kind.value, outcome, finding.text]
            rows.append(told)
    for line in aligned(HEAD, rows) if rows else ["All agrees."]:
        console.say(line)
    return 1 if unmended else 0


def _examined(
    store_ids: Sequence[str], order_id: str, doctor: Doctor, console: Console
) -> Iterable[tuple[str, list[Finding]]]:
    if order_id:
        for store_id in store_ids:
            if doctor.orders.find(store_id, order_id):
                yield store_id, list(examine_order(store_id, order_id, doctor))
                return
        raise SystemExit(f"There is no order {order_id} in {', '.join(store_ids)}.")
    for store_id in store_ids:
        yield store_id, _of_store(store_id, doctor, console)


def _of_store(store_id: str, doctor: Doctor, console: Console) -> list[Finding]:
    seen = 0
    with console.step(f"Examining {store_id}") as step:

        def passed(orders: int) -> None:
            nonlocal seen
            seen += orders
            step.progress(counted(seen, "order"))

        found = list(examine(store_id, doctor, passed=passed))
        step.outcome = f"{store_id}: {counted(seen, 'order')}, {counted(len(found), 'finding')}"
    return found


def _outcome(finding: Finding, doctor: Doctor, *, mend: bool) -> str:
    if not mend:
        return "can be fixed" if finding.fixable else "known" if finding.known else "for a person"
    try:
        done = fix(finding, doctor)
    except OrderdeskError as error:
        return f"failed: {error.message}"
    if done:
        return "fixed"
    return "look again" if finding.fixable else "for a person"


def _doctor(table: str, state_machine: str) -> Doctor:
    dynamodb = client("dynamodb")
    return Doctor(
        orders=DynamoOrders(dynamodb, table),
        stores=DynamoStores(dynamodb, table),
        executions=DynamoExecutions(dynamodb, table),
        conductor=StepFunctionsConductor(client("stepfunctions"), state_machine),
        counts=DynamoCounts(dynamodb, table),
        now=datetime.now(UTC),
        wait=time.sleep,
    )


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.doctor", description=__doc__)
    parser.add_argument("--table", required=True, help="TableName of the stack's outputs")
    parser.add_argument(
        "--state-machine", required=True, help="StateMachineArn of the stack's outputs"
    )
    parser.add_argument("--store", default="", help="only this one; all of them by default")
    parser.add_argument("--order", default="", help="only the order of this id")
    parser.add_argument("--fix", action="store_true", help="put right what can be")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
