"""`make bench`: every measurement, printed and kept in bench/results.md.

Names as arguments measure only those: `python -m bench start lists`.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench import cost, life, lists, moves, sending, start, walks
from bench.report import to_markdown

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.report import Section

SECTIONS: Final[dict[str, Callable[[], Section]]] = {
    "start": start.measure,
    "moves": moves.measure,
    "lists": lists.measure,
    "life": life.measure,
    "cost": cost.measure,
    "walks": walks.measure,
    "sending": sending.measure,
}
RESULTS: Final = Path(__file__).with_name("results.md")


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - set(SECTIONS)
    if unknown:
        print(f"There is no measurement {', '.join(unknown)}: name {', '.join(SECTIONS)}.")
        return 2
    sections = []
    for name in wanted or SECTIONS:
        print(f"measuring {name}", file=sys.stderr, flush=True)
        sections.append(SECTIONS[name]())
    text = to_markdown(sections, measured_at=datetime.now(UTC))
    print(text)
    if not wanted:
        RESULTS.write_text(text, encoding="utf-8")
    return 0 if all(each.holds is not False for s in sections for each in s.figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
