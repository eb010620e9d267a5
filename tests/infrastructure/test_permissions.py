"""Each function may do what it does, and nothing else."""

from collections import Counter

from tests.infrastructure.permissions import allowed, statements
from tests.template import functions, template

# AWS knows no resource for these; the template says so beside each.
WITHOUT_RESOURCE = {
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
}


def test_no_action_is_a_wildcard() -> None:
    assert not [each for each in statements() if any("*" in action for action in each.actions)]


def test_a_wildcard_resource_is_only_for_what_knows_no_other() -> None:
    everything = {
        action for each in statements() if "*" in each.resources for action in each.actions
    }

    assert everything == WITHOUT_RESOURCE


def test_every_function_has_a_role_of_its_own() -> None:
    roles = {name: function["Properties"]["Role"]["Fn::GetAtt"] for name, function in functions()}

    assert roles == {name: f"{name.removesuffix('Function')}Role.Arn" for name in roles}


def test_a_function_writes_only_its_own_log() -> None:
    logs = {
        each.holder: each.resources for each in statements() if "logs:PutLogEvents" in each.actions
    }

    assert logs == {
        f"{name}Role": ({"Fn::GetAtt": f"{name}Log.Arn"},)
        for name in (logical_id.removesuffix("Function") for logical_id, _ in functions())
    }


def test_who_talks_to_the_internet_without_a_signature_cannot_read_the_table() -> None:
    assert allowed("WhatsappWebhookRole") == {
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "sqs:SendMessage",
        "s3:PutObject",
        "ssm:GetParameter",
    }


def test_relay_tells_what_is_committed_and_touches_nothing() -> None:
    assert not {action for action in allowed("RelayRole") if action.endswith("Item")}


def test_nobody_scans() -> None:
    assert not [each for each in statements() if "dynamodb:Scan" in each.actions]


def test_nothing_is_deleted_but_sessions_connections_lists_and_who_a_customer_is() -> None:
    """A BatchWriteItem may hold deletes. Of an order nothing is."""
    deletes = {"dynamodb:DeleteItem", "dynamodb:BatchWriteItem"}
    deletable = {
        key
        for each in statements()
        if deletes & set(each.actions)
        for key in each.condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    }

    counts = {"*#COUNTS", "*#COUNTED#*"}
    lists = {"*#PRODUCTS", "*#PLACES", "*#CATALOG#*"}
    people = {"*#CONVERSATION#*", "*#MESSAGE#*", "*#ALIAS#*"}
    assert deletable == {"*#SESSION#*", "*#LIVE", "CONNECTION#*"} | counts | lists | people


def test_the_machine_invokes_the_one_function_that_it_is_made_of() -> None:
    invoked = [
        each.resources
        for each in statements()
        if each.holder == "OrderLifecycleRole" and "lambda:InvokeFunction" in each.actions
    ]

    assert invoked == [({"Fn::GetAtt": "EnterStageFunction.Arn"},)]


def test_a_statement_is_named_once_in_its_role() -> None:
    twice = [key for key, n in Counter((s.holder, s.sid) for s in statements()).items() if n > 1]

    assert not twice


def test_queues_take_events_from_our_topic_only() -> None:
    policy = template()["Resources"]["EventsQueuePolicy"]["Properties"]["PolicyDocument"]

    assert [each["Condition"] for each in policy["Statement"]] == [
        {"ArnEquals": {"aws:SourceArn": {"Ref": "EventsTopic"}}}
    ]
