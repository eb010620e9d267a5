"""Texts are documented, and said somewhere."""

import re
from pathlib import Path

import pytest

from orderdesk.usecases.language.texts import TEXTS
from orderdesk.usecases.language.variables import DESCRIPTIONS, OWN
from tests.architecture.sources import CORE, ROOT, WEB, python_files

DOCUMENT = (ROOT / "docs" / "messages.md").read_text()
WORDS = CORE / "usecases" / "language"


def rows(title: str) -> list[tuple[str, str]]:
    """First column and the rest, of all tables under a heading."""
    part = DOCUMENT.partition(f"### {title}\n")[2].partition("\n#")[0]
    return re.findall(r"^\| `([a-z_]+)` \| (.*) \|$", part, re.MULTILINE)


def test_every_text_is_documented_with_its_variables_and_its_switch() -> None:
    documented = {
        name: (set(re.findall(r"`([a-z_]+)`", rest)), rest.rpartition(" | ")[2] == "yes")
        for name, rest in rows("Every text")
    }

    assert documented == {name: (set(text.own), text.may_mute) for name, text in TEXTS.items()}


def test_every_variable_is_documented() -> None:
    described = DESCRIPTIONS | {name: each.description for name, each in OWN.items()}

    assert dict(rows("Every variable")) == described


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_said_somewhere(name: str) -> None:
    sources = (
        path.read_text() for path in python_files(CORE, WEB) if not _is_a_table_of_words(path)
    )

    # What the shop brings itself is named after the same way with a courier.
    assert any(f'"{name.removesuffix("_by_us")}"' in source for source in sources)


def _is_a_table_of_words(path: Path) -> bool:
    return path.is_relative_to(WORDS) and path.stem.endswith(("_texts", "_parts", "texts"))
