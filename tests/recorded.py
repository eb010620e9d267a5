"""Bodies that others recorded or documented. They are read from beside the project and never copied
into it; where they are not, what needs them skips.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

CORPUS: Final = Path(__file__).resolve().parents[2] / "shared" / "corpus"
BODIES: Final = [path.read_bytes() for path in sorted((CORPUS / "whatsapp").glob("*.json"))]
PAYMENTS: Final = sorted((CORPUS / "payments").glob("*-*.json"))
# What was said, of a message: ids are used for several messages here. How far the shop's own ones
# came is left out: a status that overtakes the echo of what staff wrote finds nothing yet.
SAID: Final = ("at", "kind", "text", "direction")
MILLISECONDS: Final = 13  # digits


def earliest(body: bytes) -> tuple[float, bytes]:
    """When the first of it was said; what says no time comes first."""
    times: list[float] = []

    def look(value: Any) -> None:
        if isinstance(value, dict):
            said_at = str(value.get("timestamp", ""))
            if said_at.isdigit():
                times.append(int(said_at) / (1000 if len(said_at) >= MILLISECONDS else 1))
            for each in value.values():
                look(each)
        elif isinstance(value, list):
            for each in value:
                look(each)

    look(json.loads(body))
    return min(times, default=0), body


def payment_of(path: Path, store_id: str, order_id: str) -> bytes:
    """As if it were of this order: what a gateway notes along with a payment comes back with it."""
    notes = {"store_id": store_id, "order_id": order_id, "reference": "1001-1"}

    def noted(value: Any) -> Any:
        if isinstance(value, list):
            return [noted(each) for each in value]
        if not isinstance(value, dict):
            return value
        found = {name: noted(each) for name, each in value.items()}
        return found | {name: notes for name in ("notes", "metadata") if name in value}

    return json.dumps(noted(json.loads(path.read_bytes()))).encode()
