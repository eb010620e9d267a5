"""Our templates: the files of the repository, and how they come to Meta."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dev.simulator.template_rules import check_definition
from dev.templates import FOLDER, PREFIX, definitions, files, publish, write
from orderdesk.usecases.language.approved import TEMPLATED
from orderdesk.usecases.language.words import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path


class Meta:
    """Keeps templates as its API is documented to, two on a page."""

    def __init__(self, *templates: dict[str, str], refuses: str = "") -> None:
        self.templates = list(templates)
        self.refuses = refuses
        self.made: list[dict[str, Any]] = []

    @property
    def client(self) -> httpx.Client:
        transport = httpx.MockTransport(self._answer)
        return httpx.Client(base_url="https://graph.example/v1", transport=transport)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/v1/waba/message_templates":
            return httpx.Response(404, json={"error": {"message": "Unknown path"}})
        if request.method == "GET":
            return self._page(int(request.url.params.get("after", 0)))
        wanted = json.loads(request.read())
        if wanted["name"] == self.refuses:
            return httpx.Response(400, json={"error": {"error_user_msg": "Too many variables"}})
        check_definition(wanted)
        self.made.append(wanted)
        return httpx.Response(200, json={"id": "1", "status": "PENDING"})

    def _page(self, at: int) -> httpx.Response:
        paging: dict[str, Any] = {"cursors": {"after": str(at + 2)}}
        if at + 2 < len(self.templates):
            paging["next"] = "https://graph.example/next"
        return httpx.Response(200, json={"data": self.templates[at : at + 2], "paging": paging})


def a_template(name: str, language: str, status: str = "APPROVED") -> dict[str, str]:
    return {"name": PREFIX + name, "language": language, "status": status}


def test_the_files_are_those_that_our_texts_make() -> None:
    kept = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.json")}

    assert kept == files(), "run: python -m dev.templates --write"


def test_writing_takes_away_what_is_no_text_any_more(tmp_path: Path) -> None:
    (tmp_path / "gone.json").write_text("[]")

    write(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files())


def test_meta_is_asked_for_every_text_in_every_language() -> None:
    meta = Meta()

    lines = list(publish(meta.client, "waba"))

    assert len(meta.made) == len(lines) == len(TEMPLATED) * len(LANGUAGES)
    assert f"{PREFIX}shipped hi: PENDING (new)" in lines


def test_what_meta_has_is_left_alone_wherever_in_the_list_it_is() -> None:
    others = [a_template("other", "en") for _ in range(4)]
    meta = Meta(*others, a_template("shipped", "en"), a_template("delivered", "hi", "REJECTED"))

    lines = list(publish(meta.client, "waba", ["en", "hi"]))

    made = {(each["name"], each["language"]) for each in meta.made}
    assert (PREFIX + "shipped", "hi") in made
    assert not {(PREFIX + "shipped", "en"), (PREFIX + "delivered", "hi")} & made
    assert f"{PREFIX}delivered hi: REJECTED" in lines


def test_a_refusal_is_told_in_metas_words() -> None:
    meta = Meta(refuses=f"{PREFIX}shipped")

    with pytest.raises(SystemExit, match="Too many variables"):
        list(publish(meta.client, "waba"))


def test_a_template_is_named_after_its_text_in_each_language() -> None:
    made = definitions("shipped", ["hi", "pt_BR"])

    assert [each["name"] for each in made] == ["orderdesk_shipped"] * 2
    assert "{{carrier}}" in made[1]["components"][0]["text"]
