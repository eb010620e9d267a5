"""How large DynamoDB finds an item."""

from typing import Any


def size_of(value: dict[str, Any]) -> int:
    """As DynamoDB counts an item.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    """
    ((kind, content),) = value.items()
    if kind == "M":
        return 3 + sum(len(name.encode()) + 1 + size_of(each) for name, each in content.items())
    if kind == "L":
        return 3 + sum(1 + size_of(each) for each in content)
    if kind == "N":
        return len(content) // 2 + 2
    return len(content.encode() if kind == "S" else content) if kind in {"S", "B"} else 1
