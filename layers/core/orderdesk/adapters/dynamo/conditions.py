"""Every condition of a write, by name. `#x` is the attribute x, `:x` a value given with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NOT_THERE_YET: Final = "attribute_not_exists(#pk)"
STILL_THERE: Final = "attribute_exists(#pk)"
STILL_AT_THIS_VERSION: Final = "#version = :seen"
# Whose an order is may change without a version: whoever writes it as another's has to look again.
STILL_THEIRS_AT_THIS_VERSION: Final = (
    f"{STILL_AT_THIS_VERSION} AND #customer.#customer_id = :theirs"
)
NEVER_CHANGED: Final = "attribute_not_exists(#version)"
# Not only the same stage: an order may have left it and come back since.
STANDS_WHERE_ITS_EXECUTION_DOES: Final = "#stage = :reached AND #stage_version <= :since"
STILL_THIS_EXECUTION: Final = "#token = :token AND #version = :reached_at"
STILL_THEIRS: Final = "#customer_id = :owner"
LATER_THAN_BEFORE: Final = (
    "attribute_exists(#pk) AND (attribute_not_exists(#last_inbound_at) OR #last_inbound_at < :at)"
)
STILL_ONE_OF_ITS_OWN: Final = "attribute_not_exists(#merged_into)"
STILL_UNREVISED: Final = f"{STILL_ONE_OF_ITS_OWN} AND attribute_not_exists(#revision)"
STILL_THIS_REVISION: Final = f"{STILL_ONE_OF_ITS_OWN} AND #revision = :seen"
STILL_ENOUGH: Final = "#available >= :wanted"
STILL_COUNTED: Final = "attribute_exists(#available)"
STILL_AS_SEEN: Final = "#revision = :seen"
STILL_PAID_BACK_THEN: Final = "#paid_back_at = :seen"
STILL_PAUSED_UNTIL_THEN: Final = "#until = :seen AND attribute_not_exists(#probing)"
NO_LONGER_PAUSE: Final = "attribute_not_exists(#pk) OR #until < :then OR attribute_exists(#probing)"
NOTHING_LATER_KNOWN: Final = "attribute_not_exists(#pk) OR #at <= :then"
FURTHER_THAN_BEFORE: Final = "#delivery_rank < :rank"


def still_counted(name: str, seen: int) -> str:
    """One counter of several: as it was seen, or never counted, which is seen as 0."""
    as_seen = f"#{name} = :seen_{name}"
    return as_seen if seen else f"({as_seen} OR attribute_not_exists(#{name}))"


def unchanged(record: Mapping[str, Any], names: Iterable[str]) -> tuple[str, dict[str, object]]:
    """Each of these attributes as it was read, or absent still; the condition and its values."""
    named = tuple(names)
    parts = [
        f"#{name} = :was_{name}" if name in record else f"attribute_not_exists(#{name})"
        for name in named
    ]
    values = {f"was_{name}": record[name] for name in named if name in record}
    return " AND ".join(parts), values
