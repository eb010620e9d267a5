"""docs/reliability.md names every fault once, each with tests that exist."""

import re

from tests.architecture.sources import ROOT

FAULTS = set(range(1, 36))
ROW = re.compile(r"^\| (\d+) \| .*\]\(\.\./(tests/faults/\w+\.py)\) \| (.*) \|$", re.MULTILINE)


def documented() -> list[tuple[int, str]]:
    text = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    return [(int(number), path) for number, path, _ in ROW.findall(text)]


def shown() -> set[tuple[int, str]]:
    return {
        (int(number), f"tests/faults/{path.name}")
        for path in (ROOT / "tests" / "faults").glob("test_*.py")
        for number in re.findall(r"^def test_fault_(\d\d)_", path.read_text("utf-8"), re.MULTILINE)
    }


def test_every_fault_is_documented_once() -> None:
    assert [number for number, _ in documented()] == sorted(FAULTS)


def test_every_documented_fault_has_a_test_of_its_number_in_the_file_that_is_named() -> None:
    assert set(documented()) == shown()
