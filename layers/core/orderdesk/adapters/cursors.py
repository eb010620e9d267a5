"""Where a list goes on: an opaque text that fits only the list it was made for."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST: Final = 2000
REFUSED: Final = "This cursor belongs to another list or was changed: begin again without a cursor."


def cursor_of(scope: str, position: Sequence[str]) -> str:
    """`scope` names the list (index, lane, direction), `position` is the last row's sort key."""
    text = json.dumps([_checksum(scope, position), *position], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def position_of(scope: str, cursor: str, *, parts: int) -> tuple[str, ...]:
    """The position, of so many parts. Raises Invalid for anything but a cursor of this list.

    The checksum catches mistakes and not attacks: a forged cursor shows another place of the same
    list, because the list itself comes from the query and never from the cursor.
    """
    if len(cursor) > LONGEST:
        raise Invalid(REFUSED, field="cursor")
    try:
        checksum, *position = json.loads(
            base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        )
        ours = len(position) == parts and checksum == _checksum(scope, position)
    except (ValueError, TypeError, RecursionError) as error:
        raise Invalid(REFUSED, field="cursor") from error
    if not ours:
        raise Invalid(REFUSED, field="cursor")
    return tuple(position)


def _checksum(scope: str, position: Sequence[str]) -> str:
    seed = "\n".join((scope, *position)).encode()
    return hashlib.sha256(seed).hexdigest()[:12]
