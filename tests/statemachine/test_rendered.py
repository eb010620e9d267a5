"""What is committed is what the table says, and says so when it is not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as Xml

import pytest

from orderdesk.domain.lifecycle import MOVES, Guard, Stage
from statemachine import page, picture
from statemachine.render import RENDERED, ROOT, main, stale

if TYPE_CHECKING:
    from pathlib import Path

PAGE = page.render()
PICTURE = picture.render()


def a_project(tmp_path: Path) -> Path:
    for name in RENDERED:
        (tmp_path / name).parent.mkdir(exist_ok=True)
    assert main([], root=tmp_path) == 0
    return tmp_path


def test_what_is_committed_is_fresh() -> None:
    assert stale(ROOT) == []


@pytest.mark.parametrize("name", RENDERED)
def test_a_file_that_somebody_edited_is_named(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = a_project(tmp_path)
    assert main(["--check"], root=root) == 0
    (root / name).write_text((root / name).read_text() + "\n")

    assert main(["--check"], root=root) == 1
    assert f"{name} is not what the table says: run `make render`" in capsys.readouterr().err


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    assert stale(tmp_path) == list(RENDERED)


def test_checking_writes_nothing(tmp_path: Path) -> None:
    main(["--check"], root=tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_the_page_has_a_row_for_every_move_in_the_order_of_the_table() -> None:
    rows = re.findall(r"^\| (T\d\d) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|", PAGE, re.MULTILINE)

    assert rows == [
        (move.id, move.source.label if move.source else "–", move.target.label, move.label)
        for move in MOVES
    ]


def test_every_row_of_the_page_says_who_may_and_under_which_guards() -> None:
    cells = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("| T")]

    for move, row in zip(MOVES, cells, strict=True):
        assert set(row[4].split(", ")) == set(move.by)
        assert row[5] == "; ".join(page.GUARDS[guard] for guard in move.guards)


def test_every_guard_and_every_stage_is_put_into_words() -> None:
    assert set(page.GUARDS) == set(Guard)
    assert set(page.STAGES) == set(Stage)
    assert len(set(page.GUARDS.values())) == len(Guard)


def test_the_picture_has_a_line_for_every_move_and_a_box_for_every_stage() -> None:
    drawn = Xml.fromstring(PICTURE)
    space = "{http://www.w3.org/2000/svg}"
    lines = {each.get("id"): each.get("class") for each in drawn.iter(f"{space}path")}
    names = [each.text for each in drawn.iter(f"{space}text") if each.get("class") == "name"]

    assert {move.id: f"{move.kind} line" for move in MOVES}.items() <= lines.items()
    assert names == [stage.label for stage in Stage]


def test_a_move_without_a_line_is_refused() -> None:
    more = (*MOVES, replace(MOVES[1], id="T50", target=Stage.SHIPPED))

    with pytest.raises(ValueError, match="T50"):
        picture.check(more)


def test_a_line_that_leads_elsewhere_is_refused() -> None:
    changed = tuple(
        replace(move, target=Stage.RETURNED) if move.id == "T02" else move for move in MOVES
    )

    with pytest.raises(ValueError, match="T02"):
        picture.check(changed)


def test_the_picture_is_readable_on_a_dark_page() -> None:
    assert "prefers-color-scheme: dark" in PICTURE
    assert "<script" not in PICTURE
