"""A state machine in memory that keeps to the table as the real one does."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orderdesk.domain.orders.lifecycle import RESTING, find_move
from orderdesk.usecases.orders.conduct import execution_name
from orderdesk.usecases.ports import Execution

if TYPE_CHECKING:
    from orderdesk.domain.orders.lifecycle import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A stage that an execution entered and waits in: what `enter_stage` is invoked with."""

    store_id: str
    order_id: str
    name: str
    stage: Stage
    version: int
    token: str

    @property
    def execution(self) -> Execution:
        return Execution(
            store_id=self.store_id,
            order_id=self.order_id,
            name=self.name,
            stage=self.stage,
            version=self.version,
            token=self.token,
        )


class MemoryConductor:
    """`tasks` are the stages entered and not yet left, oldest first; a test hands each one on.

    `walks` has the stages that every execution came through, by its name.
    """

    def __init__(self) -> None:
        self.tasks: list[Task] = []
        self.walks: dict[str, list[Stage]] = {}
        self.failures: dict[str, str] = {}
        self._tokens = itertools.count(1)

    def start(
        self, *, store_id: str, order_id: str, stage: Stage, version: int, anew: bool = False
    ) -> bool:
        same = self._begun_at(order_id, version)
        running = [name for name in same if self._waits(name)]
        if running and not anew:
            return False
        for name in running:
            self.lose(name)
        name = execution_name(order_id, version, restart=len(same))
        self.walks[name] = []
        self._enter(store_id, order_id, name, stage, version)
        return True

    def advance(self, execution: Execution, *, stage: Stage, version: int) -> bool:
        task = self._take(execution.token)
        if task is None:
            return False
        if find_move(task.stage, stage) is None:
            self.failures[task.name] = f"no way from {task.stage} to {stage}"
            return True
        self._enter(task.store_id, task.order_id, task.name, stage, version)
        return True

    def rest(self, execution: Execution) -> bool:
        task = self._take(execution.token)
        if task and task.stage not in RESTING:
            self.failures[task.name] = f"no rest in {task.stage}"
        return task is not None

    def fail(self, execution: Execution, *, error: str, cause: str) -> None:
        task = self._take(execution.token)
        if task:
            self.failures[task.name] = f"{error}: {cause}"

    def is_running(self, execution: Execution) -> bool:
        return self._waits(execution.name)

    def running(self, *, order_id: str, version: int) -> str | None:
        begun = self._begun_at(order_id, version)
        return next((name for name in begun if self._waits(name)), None)

    def stop(self, execution: Execution) -> None:
        self.lose(execution.name)

    def lose(self, name: str) -> None:
        """End the execution as an outage would: its token is gone."""
        self.tasks = [task for task in self.tasks if task.name != name]

    def _enter(self, store_id: str, order_id: str, name: str, stage: Stage, version: int) -> None:
        self.walks[name].append(stage)
        task = Task(
            store_id=store_id,
            order_id=order_id,
            name=name,
            stage=stage,
            version=version,
            token=f"token-{next(self._tokens)}",
        )
        self.tasks.append(task)

    def _take(self, token: str) -> Task | None:
        found = next((task for task in self.tasks if task.token == token), None)
        if found:
            self.tasks.remove(found)
        return found

    def _begun_at(self, order_id: str, version: int) -> list[str]:
        base = execution_name(order_id, version)
        return [name for name in self.walks if name == base or name.startswith(f"{base}-r")]

    def _waits(self, name: str) -> bool:
        return any(task.name == name for task in self.tasks)
