"""The address Flow: what the file, the message that opens it and its answer agree on; and how it
comes to Meta.
"""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from dev.flows import FLOW, publish
from dev.simulator.flows import problems_of
from orderdesk.adapters.whatsapp.contents import ASKED_BY_FLOW
from orderdesk.domain.people.address import Address
from orderdesk.usecases.language.words import LANGUAGES, Words
from orderdesk.usecases.messages.address_bodies import FLOW_SCREEN
from orderdesk.usecases.messages.address_words import FIELDS, flow_screen
from tests.builders import a_store, an_address

[SCREEN] = json.loads(FLOW.read_text("utf-8"))["screens"]
CHILDREN = SCREEN["layout"]["children"]
INPUTS = [each for each in CHILDREN if each["type"] == "TextInput"]
FOOTER = CHILDREN[-1]


def screen_data(language: str = "en", known: Address | None = None) -> dict[str, Any]:
    words = Words(a_store(), language)
    return flow_screen(words, known or an_address(), {"postal_code": "No."}, country="IN")


def test_the_message_opens_the_only_screen_with_all_of_its_data() -> None:
    assert SCREEN["id"] == FLOW_SCREEN
    assert SCREEN["terminal"]
    assert screen_data().keys() == SCREEN["data"].keys()


def test_every_value_is_of_the_type_that_the_screen_expects() -> None:
    types = {"string": str, "boolean": bool}

    for name, value in screen_data().items():
        assert isinstance(value, types[SCREEN["data"][name]["type"]])


def test_everything_that_the_screen_shows_is_in_its_data() -> None:
    named = set(re.findall(r"\$\{data\.(\w+)\}", json.dumps(SCREEN["layout"])))

    assert named == set(SCREEN["data"])


def test_the_answer_has_every_field_of_the_form_under_our_names() -> None:
    payload = FOOTER["on-click-action"]["payload"]

    assert FOOTER["on-click-action"]["name"] == "complete"
    assert [each["name"] for each in INPUTS] == list(FIELDS) == list(payload)
    assert payload == {name: f"${{form.{name}}}" for name in FIELDS}
    assert payload.keys() >= ASKED_BY_FLOW


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_fit_into_a_flow_in_every_language(language: str) -> None:
    data = screen_data(language)

    assert all(0 < len(str(data[f"{name}_label"])) <= 20 for name in FIELDS)
    assert 0 < len(str(data["save"])) <= 35


def test_a_written_address_stands_in_its_street() -> None:
    data = screen_data(known=Address(text="14 MG Road\nPune", flaws="postal_code=missing"))

    assert data["address"] == "14 MG Road, Pune"


class Meta:
    """Answers as the Flows API is documented to, and keeps what it was asked."""

    def __init__(self, *flows: dict[str, str], errors: tuple[dict[str, str], ...] = ()) -> None:
        self.flows, self.errors = list(flows), list(errors)
        self.asked: list[str] = []
        self.made: list[dict[str, Any]] = []

    @property
    def client(self) -> httpx.Client:
        transport = httpx.MockTransport(self._answer)
        return httpx.Client(base_url="https://graph.example/v1", transport=transport)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/v1")
        self.asked.append(f"{request.method} {path}")
        if path == "/waba/flows" and request.method == "GET":
            return self._page(request.url.params.get("after"))
        if path == "/waba/flows":
            self.made.append(json.loads(request.read()))
            return httpx.Response(200, json={"id": "4711", "validation_errors": self.errors})
        if path.endswith("/publish"):
            return httpx.Response(200, json={"success": True})
        return httpx.Response(404, json={"error": {"message": "Unknown path"}})

    def _page(self, after: str | None) -> httpx.Response:
        """One Flow on each page."""
        at = int(after or 0)
        paging = {"cursors": {"after": str(at + 1)}}
        more = {"next": "https://graph.example/next"} if at + 1 < len(self.flows) else {}
        return httpx.Response(200, json={"data": self.flows[at : at + 1], "paging": paging | more})


def name_of_flow() -> str:
    meta = Meta()
    publish(meta.client, "waba")
    return str(meta.made[0]["name"])


def test_a_new_flow_is_made_filled_and_published_at_once() -> None:
    meta = Meta({"id": "1", "name": "another", "status": "PUBLISHED"})

    assert publish(meta.client, "waba") == "4711"
    assert meta.asked == ["GET /waba/flows", "POST /waba/flows"]
    [made] = meta.made
    assert made["publish"]
    assert made["flow_json"] == FLOW.read_text("utf-8")


def test_a_published_flow_is_only_looked_up_wherever_in_the_list_it_is() -> None:
    other = {"id": "1", "name": "another", "status": "DRAFT"}
    meta = Meta(other, other, {"id": "42", "name": name_of_flow(), "status": "PUBLISHED"})

    assert publish(meta.client, "waba") == "42"
    assert meta.asked == ["GET /waba/flows"] * 3


def test_a_draft_from_an_earlier_attempt_is_published() -> None:
    meta = Meta({"id": "42", "name": name_of_flow(), "status": "DRAFT"})

    assert publish(meta.client, "waba") == "42"
    assert meta.asked[1:] == ["POST /42/publish"]


def test_a_flow_that_was_withdrawn_is_made_again() -> None:
    meta = Meta({"id": "42", "name": name_of_flow(), "status": "DEPRECATED"})

    assert publish(meta.client, "waba") == "4711"


def test_what_meta_does_not_take_is_told() -> None:
    meta = Meta(errors=({"error": "INVALID_PROPERTY", "message": "Label is too long"},))

    with pytest.raises(SystemExit, match="INVALID_PROPERTY: Label is too long"):
        publish(meta.client, "waba")


def test_a_refusal_is_told_in_metas_words() -> None:
    with pytest.raises(SystemExit, match="Meta refused GET /other/flows: Unknown path"):
        publish(Meta().client, "other")


def test_the_simulators_check_of_a_flow_finds_nothing_wrong() -> None:
    assert list(problems_of(json.loads(FLOW.read_text("utf-8")))) == []
