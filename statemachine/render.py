"""Write what is made from the table: `python -m statemachine.render`; with `--check`, compare."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from statemachine import asl, page, picture

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT: Final = Path(__file__).resolve().parent.parent
RENDERED: Final[dict[str, Callable[[], str]]] = {
    "statemachine/order_lifecycle.asl.json": asl.render,
    "docs/lifecycle.md": page.render,
    "docs/lifecycle.svg": picture.render,
}


def main(arguments: Sequence[str] | None = None, *, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(prog="python -m statemachine.render", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when stale")
    if parser.parse_args(arguments).check:
        return _report(stale(root))
    for name, render in RENDERED.items():
        (root / name).write_text(render(), encoding="utf-8")
    return 0


def stale(root: Path) -> list[str]:
    """Names of rendered files that are missing or not what the table says."""
    return [
        name
        for name, render in RENDERED.items()
        if not (root / name).is_file() or (root / name).read_text(encoding="utf-8") != render()
    ]


def _report(names: list[str]) -> int:
    for name in names:
        print(f"{name} is not what the table says: run `make render`", file=sys.stderr)
    return 1 if names else 0


if __name__ == "__main__":
    raise SystemExit(main())
