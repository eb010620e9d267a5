"""What is committed is what the table says, and says so when it is not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as Xml

import pytest

from orderdesk.domain.orders.actor import PERMISSIONS, STAFF_ROLES, Permission, Role
from orderdesk.domain.orders.lifecycle import MOVES, Guard, Need, Stage
from orderdesk.domain.shop.policy import Policy
from orderdesk.usecases.orders.stage_work import EACH, IN_TURN
from statemachine import page, picture, words
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
        assert set(row[4].split(", ")) == set(move.who)
        assert row[5] == (move.permission or "")
        assert row[6] == "; ".join(words.GUARDS[guard] for guard in move.guards)
        assert row[7] == "; ".join(words.NEEDS[need] for need in move.needs)
        assert row[8] == "; ".join(words.NEEDS[need] for need in move.takes)


def test_every_name_of_the_table_is_put_into_words() -> None:
    assert set(words.GUARDS) == set(Guard)
    assert set(words.STAGES) == set(Stage)
    assert set(words.NEEDS) == set(Need)
    assert len(set(words.GUARDS.values())) == len(Guard)


def test_every_step_of_entry_work_is_put_into_words_and_no_other() -> None:
    steps = {step.__name__ for stage in (*IN_TURN.values(), *EACH.values()) for step in stage}

    assert set(words.WORK) == steps


def test_a_stage_tells_what_time_does_to_its_orders() -> None:
    by_time = {move.source for move in MOVES if Role.TIMER in move.who}

    assert {stage for stage in Stage if list(words.times_of(stage))} == (
        by_time | set(Policy().escalate_after)
    )


def test_the_permissions_of_every_role_are_shown() -> None:
    rows = re.findall(r"^\| ([a-z ]+) ((?:\| ?✓? ?)+)\|$", PAGE, re.MULTILINE)
    shown = {name: [cell.strip() for cell in cells.split("|")[1:]] for name, cells in rows}

    assert shown == {
        permission.replace("_", " "): [
            "✓" if permission in PERMISSIONS[role] else "" for role in STAFF_ROLES
        ]
        for permission in Permission
    }


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
