"""Part of a batch may fail, and the order within a group holds."""

from typing import Any

from orderdesk.batch import work_off


def a_batch(*messages: tuple[str, str]) -> dict[str, Any]:
    """Messages as (group, body), numbered from 1."""
    return {
        "Records": [
            {"messageId": str(n), "body": body, "attributes": {"MessageGroupId": group}}
            for n, (group, body) in enumerate(messages, 1)
        ]
    }


def work(batch: dict[str, Any]) -> tuple[list[int], list[str], list[str]]:
    """Numbers that were handled, messages that come again, messages that were logged."""
    handled: list[int] = []
    logged: list[str] = []

    def handle(body: dict[str, Any]) -> None:
        if "fail" in body:
            raise ValueError(body["fail"])
        handled.append(body["n"])

    answer = work_off(batch, handle, failed=logged.append)
    return handled, [each["itemIdentifier"] for each in answer["batchItemFailures"]], logged


def test_a_batch_that_works_reports_nothing() -> None:
    assert work(a_batch(("a", '{"n": 1}'), ("b", '{"n": 2}'))) == ([1, 2], [], [])


def test_what_follows_a_failure_in_its_group_comes_again_in_order() -> None:
    batch = a_batch(("a", '{"n": 1}'), ("a", '{"fail": "x"}'), ("b", '{"n": 3}'), ("a", '{"n": 4}'))

    assert work(batch) == ([1, 3], ["2", "4"], ["2"])


def test_a_body_that_is_not_json_comes_again_and_stops_its_group_only() -> None:
    assert work(a_batch(("a", "{"), ("b", '{"n": 2}'))) == ([2], ["1"], ["1"])
