"""Whatever fails lands somewhere that is watched, and stays there long enough to be seen."""

from collections.abc import Iterator
from typing import Any

import pytest

from orderdesk.adapters.metrics import NAMESPACE
from orderdesk.domain.orders.event import EventType
from orderdesk.usecases.messages.notify_customer import HEARD_OF
from tests.architecture.sources import ROOT
from tests.template import functions, template

TWO_WEEKS = 1_209_600
RESOURCES: dict[str, Any] = template()["Resources"]


def of_type(kind: str) -> dict[str, Any]:
    return {
        logical_id: resource.get("Properties", {})
        for logical_id, resource in RESOURCES.items()
        if resource["Type"] == kind
    }


QUEUES = of_type("AWS::SQS::Queue")
SUBSCRIPTIONS = {
    name: properties
    for name, properties in of_type("AWS::SNS::Subscription").items()
    if properties["Protocol"] == "sqs"
}
ALARMS = of_type("AWS::CloudWatch::Alarm")


def dead_letter_queue_of(properties: Any) -> str:
    target = properties["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"]
    return str(target.removesuffix(".Arn"))


def sources(kind: str) -> Iterator[tuple[str, Any, Any]]:
    """Function, its properties and the event's, for each event source of a kind."""
    for logical_id, function in functions():
        for event in function["Properties"].get("Events", {}).values():
            if event["Type"] == kind:
                yield logical_id, function["Properties"], event["Properties"]


def test_a_queue_gives_up_on_a_message_by_setting_it_aside() -> None:
    consumed = {event["Queue"]["Fn::GetAtt"].removesuffix(".Arn") for *_, event in sources("SQS")}

    assert {dead_letter_queue_of(QUEUES[queue]) for queue in consumed} == {
        queue.replace("Queue", "DeadLetterQueue") for queue in consumed
    }


def test_one_bad_message_does_not_take_its_batch_with_it() -> None:
    batches = [*sources("SQS"), *sources("DynamoDB")]

    assert batches
    assert all(
        event["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for *_, event in batches
    )


def test_a_message_is_not_handed_out_again_while_it_is_worked_on() -> None:
    default = template()["Globals"]["Function"]["Timeout"]

    for _, function, event in sources("SQS"):
        queue = QUEUES[event["Queue"]["Fn::GetAtt"].removesuffix(".Arn")]
        assert queue["VisibilityTimeout"] >= 6 * function.get("Timeout", default)


def test_a_history_item_that_cannot_be_told_is_set_aside() -> None:
    [(_, _, stream)] = sources("DynamoDB")

    assert stream["DestinationConfig"]["OnFailure"]["Destination"] == {
        "Fn::GetAtt": "RelayDeadLetterQueue.Arn"
    }
    assert stream["BisectBatchOnFunctionError"] is True
    assert stream["StartingPosition"] == "TRIM_HORIZON"


@pytest.mark.parametrize(
    ("schedule", "function", "queue"),
    [
        ("SweepSchedule", "AbandonSweepFunction", "SweepDeadLetterQueue"),
        ("DoctorSchedule", "DoctorFunction", "DoctorDeadLetterQueue"),
    ],
)
def test_a_missed_minute_or_night_is_set_aside(schedule: str, function: str, queue: str) -> None:
    target = RESOURCES[schedule]["Properties"]["Target"]
    invoked = RESOURCES[function]["Properties"]["EventInvokeConfig"]["DestinationConfig"]
    aside = {"Fn::GetAtt": f"{queue}.Arn"}

    assert target["Arn"] == {"Fn::GetAtt": f"{function}.Arn"}
    assert target["DeadLetterConfig"]["Arn"] == aside
    assert invoked["OnFailure"]["Destination"] == aside


def test_drift_rings_by_the_name_under_which_the_function_measures_it() -> None:
    alarm = ALARMS["DriftAlarm"]

    assert (alarm["Namespace"], alarm["MetricName"]) == (NAMESPACE, "Drift")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "DoctorFunction"}}]


def test_the_limit_for_messages_rings_by_the_name_under_which_sending_measures_it() -> None:
    alarm = ALARMS["MessageLimitAlarm"]
    mailroom = (ROOT / "layers/core/orderdesk/mailroom.py").read_text()

    assert (alarm["Namespace"], alarm["MetricName"]) == (NAMESPACE, "MessageLimitReached")
    assert f'measure("{alarm["MetricName"]}"' in mailroom
    assert alarm["Dimensions"] == [
        {"Name": "FunctionName", "Value": {"Ref": "SendMessagesFunction"}}
    ]


@pytest.mark.parametrize("name", SUBSCRIPTIONS)
def test_an_event_that_does_not_reach_its_queue_is_set_aside(name: str) -> None:
    assert dead_letter_queue_of(SUBSCRIPTIONS[name]) in QUEUES
    assert SUBSCRIPTIONS[name]["RawMessageDelivery"] is True


@pytest.mark.parametrize("name", SUBSCRIPTIONS)
def test_a_filter_names_events_that_exist(name: str) -> None:
    wanted = SUBSCRIPTIONS[name].get("FilterPolicy", {}).get("event_type", [])

    assert set(wanted) <= {kind.value for kind in EventType}


def test_the_sender_hears_of_all_that_customers_are_told_of() -> None:
    [wanted] = [
        each["FilterPolicy"]["event_type"]
        for name, each in SUBSCRIPTIONS.items()
        if name.startswith("NotifyCustomer")
    ]

    assert set(wanted) == {kind.value for kind in HEARD_OF}


@pytest.mark.parametrize("name", [queue for queue in QUEUES if "DeadLetter" in queue])
def test_what_is_set_aside_is_kept_two_weeks_and_rings(name: str) -> None:
    watched = [
        alarm
        for alarm in ALARMS.values()
        if {"Name": "QueueName", "Value": {"Fn::GetAtt": f"{name}.QueueName"}}
        in alarm.get("Dimensions", [])
    ]

    assert QUEUES[name]["MessageRetentionPeriod"] == TWO_WEEKS
    assert [alarm["Threshold"] for alarm in watched] == [0]


def test_the_errors_of_every_function_ring_once() -> None:
    watched = [
        metric["MetricStat"]["Metric"]["Dimensions"][0]["Value"]["Ref"]
        for alarm in ALARMS.values()
        for metric in alarm.get("Metrics", [])
        if "MetricStat" in metric and metric["MetricStat"]["Metric"]["MetricName"] == "Errors"
    ]

    assert sorted(watched) == sorted(logical_id for logical_id, _ in functions())


@pytest.mark.parametrize("name", ALARMS)
def test_every_alarm_is_heard(name: str) -> None:
    assert ALARMS[name]["AlarmActions"] == [{"Ref": "AlarmTopic"}]


def test_the_table_outlives_the_stack_and_can_be_set_back() -> None:
    table = RESOURCES["Table"]

    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    assert table["Properties"]["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": True
    }


@pytest.mark.parametrize("name", ["InboxBucket", "MediaBucket", "Staff"])
def test_what_customers_and_staff_entrusted_to_us_outlives_the_stack(name: str) -> None:
    assert RESOURCES[name]["DeletionPolicy"] == RESOURCES[name]["UpdateReplacePolicy"] == "Retain"
