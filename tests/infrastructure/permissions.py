"""What each role in template.yaml allows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.template import template


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy; `holder` is the logical id of the role or managed policy."""

    holder: str
    sid: str
    effect: str
    actions: tuple[str, ...]
    resources: tuple[Any, ...]
    condition: Any


def statements() -> Iterator[Statement]:
    """Every statement of every identity policy."""
    for logical_id, resource in template()["Resources"].items():
        if resource["Type"] == "AWS::IAM::ManagedPolicy":
            yield from _read(logical_id, resource["Properties"]["PolicyDocument"])
        elif resource["Type"] == "AWS::IAM::Role":
            for policy in resource["Properties"].get("Policies", ()):
                yield from _read(logical_id, policy["PolicyDocument"])


def allowed(holder: str) -> set[str]:
    """The actions that a role allows."""
    return {action for each in statements() if each.holder == holder for action in each.actions}


def _read(holder: str, document: Any) -> Iterator[Statement]:
    for each in document["Statement"]:
        yield Statement(
            holder,
            each["Sid"],
            each["Effect"],
            tuple(_listed(_on_aws(each["Action"]))),
            tuple(_on_aws(resource) for resource in _listed(each["Resource"])),
            each.get("Condition"),
        )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _on_aws(value: Any) -> Any:
    """What applies on AWS, of what differs on the emulator."""
    match value:
        case {"Fn::If": ["OnEmulator", _, on_aws]}:
            return on_aws
        case _:
            return value
