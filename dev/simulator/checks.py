"""Words for what Meta refuses, shared by the rules of each kind of message."""

from typing import Any
from urllib.parse import urlsplit

from dev.simulator.errors import INVALID_PARAMETER, VALUE_INVALID, GraphError


def missing(place: str, wanted: str) -> GraphError:
    return GraphError(
        INVALID_PARAMETER, f"{place}: {wanted}", message=f"The parameter {place} is required."
    )


def invalid(place: str, wanted: str) -> GraphError:
    return GraphError(VALUE_INVALID, f"{place}: {wanted}")


def length(place: str, value: Any, most: int, *, least: int = 1) -> None:
    """Raise GraphError 131009 unless it is a text of `least` to `most` characters."""
    if not isinstance(value, str) or not least <= len(value) <= most:
        found = len(value) if isinstance(value, str) else type(value).__name__
        raise invalid(place, f"length {found}; min length: {least}, max length: {most}")


def distinct(what: str, values: list[str]) -> None:
    if len(set(values)) < len(values):
        raise invalid(what, "must be different from one another")


def named(action: dict[str, Any], name: str) -> None:
    if action.get("name") != name:
        raise invalid("interactive.action.name", f"must be {name!r}")


def one_of(place: str, value: Any, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise invalid(place, f"{value!r} is not one of {', '.join(allowed)}")


def only(place: str, keys: Any, allowed: tuple[str, ...]) -> None:
    """Raise GraphError 131009 for the first key that is not one of `allowed`."""
    for key in keys:
        if key not in allowed:
            raise invalid(f"{place}.{key}", f"is not one of {', '.join(allowed)}")


def url(place: str, value: Any, schemes: tuple[str, ...] = ("https", "http")) -> None:
    parts = urlsplit(str(value or ""))
    if parts.scheme not in schemes or not (parts.netloc or parts.path):
        raise invalid(place, f"must begin with {' or '.join(f'{one}://' for one in schemes)}")
