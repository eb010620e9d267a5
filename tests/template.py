"""template.yaml as plain data, for tests that hold code and template against each other."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms: `!Ref X` as {"Ref": "X"}, `!Sub s` as {"Fn::Sub": s}."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        raise yaml.YAMLError(f"!{suffix} takes a text or a list{node.start_mark}")
    return {name: value}


_Loader.add_multi_constructor("!", _short_form)


@cache
def template() -> dict[str, Any]:
    """The whole template."""
    loaded: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(), _Loader)
    return loaded


def functions() -> Iterator[tuple[str, dict[str, Any]]]:
    """Logical id and resource of every Lambda function."""
    for logical_id, resource in template()["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            yield logical_id, resource


def folder_of(function: dict[str, Any]) -> str:
    """The folder's name in functions/."""
    return Path(function["Properties"]["CodeUri"]).name


def layers_of(function: dict[str, Any]) -> list[str]:
    """Logical ids of the layers of a function, those for every function first."""
    everywhere = template()["Globals"]["Function"].get("Layers", [])
    return [layer["Ref"] for layer in everywhere + function["Properties"].get("Layers", [])]


def variables_of(function: dict[str, Any]) -> set[str]:
    """Names of the environment variables that a function is given."""
    everywhere = template()["Globals"]["Function"].get("Environment", {}).get("Variables", {})
    own = function["Properties"].get("Environment", {}).get("Variables", {})
    return {*everywhere, *own}
