"""The `filter` of Meta's catalog edge: eq, is_any and i_contains, joined by and / or."""

import json
from collections.abc import Callable
from typing import Any

from dev.simulator.errors import INVALID_PARAMETER, GraphError
from dev.simulator.store import Json

type Matches = Callable[[Json], bool]


def read_filter(text: str | None) -> Matches:
    """Return a test for products from Meta's filter JSON; raises GraphError 100 when malformed."""
    if not text:
        return lambda product: True
    try:
        return _rule(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise GraphError(INVALID_PARAMETER, f"filter is not valid: {text[:200]}") from problem


def _rule(rule: Json) -> Matches:
    tests = [_test(name, condition) for name, condition in rule.items()]
    return lambda product: all(test(product) for test in tests)


def _test(name: str, condition: Any) -> Matches:
    if name in {"and", "or"}:
        parts = [_rule(part) for part in condition]
        combine = all if name == "and" else any
        return lambda product: combine(part(product) for part in parts)
    checks = [_operator(operator, operand) for operator, operand in condition.items()]
    return lambda product: all(check(product.get(name)) for check in checks)


def _operator(operator: str, operand: Any) -> Callable[[Any], bool]:
    match operator:
        case "eq":
            return lambda value: bool(value == operand)
        case "is_any":
            wanted = [str(one) for one in operand]
            return lambda value: str(value) in wanted
        case "i_contains":
            text = str(operand).lower()
            return lambda value: text in str(value).lower()
    raise ValueError(operator)
