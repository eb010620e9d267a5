"""Templates with named variables: `Your order {number} is confirmed.`

A line whose variables are all empty is left out, so that nothing dangles: `It goes to: {address}`
is said of orders that have an address.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

VARIABLE: Final = re.compile(r"\{([a-z][a-z_]*)\}")
WITH_SPACE: Final = re.compile(r"( ?)\{([a-z][a-z_]*)\}")
SPACES: Final = re.compile(r"[ \t]{2,}")
GAPS: Final = re.compile(r"\n{3,}")


def fill(template: str, value: Callable[[str], str]) -> str:
    """`value` gives the text of a variable by its name; what comes from people is never read as a
    template again.
    """
    lines = (_line(line, value) for line in template.split("\n"))
    whole = "\n".join(line for line in lines if line is not None)
    return GAPS.sub("\n\n", whole).strip()


def variables_of(template: str) -> tuple[str, ...]:
    """In the order in which they stand there, each once."""
    return tuple(dict.fromkeys(VARIABLE.findall(template)))


def _line(line: str, value: Callable[[str], str]) -> str | None:
    values = {name: value(name) for name in VARIABLE.findall(line)}
    if values and not any(values.values()):
        return None
    filled = WITH_SPACE.sub(lambda found: _spaced(found[1], values[found[2]]), line)
    return SPACES.sub(" ", filled).strip()


def _spaced(space: str, value: str) -> str:
    """The space before an empty variable goes with it."""
    return space + value if value else ""
