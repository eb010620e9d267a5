"""docs/whatsapp.md names every reason for which something is set aside or marked, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
CORE = ROOT / "layers" / "core" / "orderdesk"
PAGE = (ROOT / "docs" / "whatsapp.md").read_text("utf-8")


def rows_of(heading: str) -> set[str]:
    """Names in backticks in the first column of the table under a heading."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    firsts = re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE)
    return {name for first in firsts for name in re.findall(r"`(\w+)`", first)}


def found_in(pattern: str, *files: str) -> set[str]:
    return {
        name for file in files for name in re.findall(pattern, (CORE / file).read_text("utf-8"))
    }


def test_every_reason_to_set_aside_is_documented() -> None:
    raised = found_in(
        r'Unreadable\(\s*(?:entry\.reason or )?"(\w+)"',
        "adapters/whatsapp/inbound.py",
        "adapters/inbox.py",
        "usecases/intake/receive.py",
    )
    taken_apart = found_in(
        r'(?:_stray\(\w+, |reason, entries = |reason = )"(\w+)"', "adapters/whatsapp/envelope.py"
    )

    assert rows_of("What is set aside") == raised | taken_apart


def test_every_mark_of_an_odd_cart_is_documented() -> None:
    assert rows_of("Odd carts") == found_in(r'\("(\w+)", (?:f"|text)', "usecases/intake/carts.py")
