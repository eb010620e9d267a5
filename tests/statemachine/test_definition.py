"""What linters do not see: a dangling Next passes both cfn-lint and `sam validate --lint`."""

from __future__ import annotations

import re

import pytest

from orderdesk.domain.orders.lifecycle import MOVES, RESTING, Stage
from tests.statemachine.machine import DEFINITION
from tests.statemachine.reader import Definition, read

TEXT = DEFINITION.read_text()
MACHINE = read(TEXT)
CHOICES = sorted(name for name, state in MACHINE.states.items() if state["Type"] == "Choice")
TASKS = sorted(name for name, state in MACHINE.states.items() if state["Type"] == "Task")
FROM_STAGES = {(move.source, move.target) for move in MOVES if move.source}


def test_the_edges_of_the_machine_are_the_moves_of_the_table() -> None:
    assert MACHINE.edges() == FROM_STAGES
    assert len(MACHINE.edges()) == 48


def test_an_execution_ends_where_an_order_rests_and_nowhere_else() -> None:
    ending = {stage for stage in Stage if "rest" in MACHINE.chosen(f"after_{stage}").values()}

    assert ending == RESTING
    assert MACHINE.states["rest"]["Type"] == "Succeed"


def test_an_execution_can_begin_in_any_stage() -> None:
    assert MACHINE.start == "resume"
    assert MACHINE.chosen("resume") == {stage: stage for stage in Stage}


def test_every_stage_is_a_state_of_its_name() -> None:
    assert sorted(Stage) == TASKS


def test_every_name_leads_to_a_state() -> None:
    named = {target for name in MACHINE.states for target in MACHINE.exits(name)}

    assert named | {MACHINE.start} == set(MACHINE.states)


def test_every_state_can_be_reached() -> None:
    assert MACHINE.reachable() == set(MACHINE.states)


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_leads_to_the_stage_it_was_told_and_refuses_any_other(name: str) -> None:
    chosen = MACHINE.chosen(name)

    assert all(value == target for value, target in chosen.items())
    assert MACHINE.states[name]["Default"] == "illegal_transition"
    assert MACHINE.states["illegal_transition"]["Type"] == "Fail"


@pytest.mark.parametrize("name", TASKS)
def test_a_stage_waits_for_its_token_and_is_parked_anew_when_the_lease_ends(name: str) -> None:
    state = MACHINE.states[name]
    after_timeout = [
        rule["Next"] for rule in state["Catch"] if "States.Timeout" in rule["ErrorEquals"]
    ]

    assert state["Resource"] == "arn:aws:states:::lambda:invoke.waitForTaskToken"
    assert state["Parameters"]["Payload"]["token.$"] == "$$.Task.Token"
    assert state["Parameters"]["Payload"]["stage"] == name
    assert after_timeout == ["resume"]
    assert state["Next"] == f"after_{name}"


def test_no_time_of_the_shop_is_in_the_machine() -> None:
    seconds = {state.get("TimeoutSeconds") for state in MACHINE.states.values()}

    assert seconds == {None, 30 * 24 * 3600}
    assert not {"Wait"} & {state["Type"] for state in MACHINE.states.values()}


def test_substitutions_stand_inside_strings_only() -> None:
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', '""', TEXT)

    assert "$" not in outside
    assert set(re.findall(r"\$\{(\w+)\}", TEXT)) == {"EnterStageFunctionArn"}


def test_the_reader_sees_an_edge_that_the_table_does_not_have() -> None:
    rule = '"StringEquals": "confirmed",\n          "Next": "{}"'
    more = read(TEXT.replace(rule.format("confirmed"), rule.format("shipped")))

    assert ("placed", "shipped") in more.edges() - MACHINE.edges()


def test_the_reader_refuses_a_state_that_is_there_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        read('{"StartAt": "a", "States": {"a": {"Type": "Fail"}, "a": {"Type": "Succeed"}}}')


def test_the_reader_finds_a_state_that_nothing_leads_to() -> None:
    lonely = {"a": {"Type": "Succeed"}, "b": {"Type": "Succeed"}}

    assert Definition(start="a", states=lonely).reachable() == {"a"}
