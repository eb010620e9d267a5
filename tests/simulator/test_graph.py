"""The Graph API: Meta's answers, limits and error shapes."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from dev.simulator.client import Simulator
from dev.simulator.store import Json
from tests.simulator.harness import (
    ACCESS_TOKEN,
    ASHA,
    MEERA_USER_ID,
    PHONE_NUMBER_ID,
    Clock,
    Running,
)

CATALOG_ID = "194836987003835"
BEARER = {"Authorization": f"Bearer {ACCESS_TOKEN}"}


def test_a_send_answers_with_the_number_and_a_message_id(simulator: Running) -> None:
    status, answer = simulator.send({"to": ASHA, "type": "text", "text": {"body": "Hello"}})

    assert status == 200
    assert answer["messaging_product"] == "whatsapp"
    assert answer["contacts"] == [{"input": "+919800012345", "wa_id": "919800012345"}]
    assert answer["messages"][0]["id"].startswith("wamid.")


def test_a_send_to_a_user_id_answers_without_a_number(simulator: Running) -> None:
    wanted = {"recipient": MEERA_USER_ID, "type": "text", "text": {"body": "Hello"}}

    status, answer = simulator.send(wanted)

    assert status == 200
    assert answer["contacts"] == [{"input": MEERA_USER_ID, "user_id": MEERA_USER_ID}]


def test_a_number_without_a_plus_is_read_as_national(simulator: Running, phone: Simulator) -> None:
    _, answer = simulator.send({"to": "919800012345", "type": "text", "text": {"body": "Hello"}})
    phone.wait_until_idle()

    assert answer["contacts"][0]["wa_id"] == "1919800012345"
    assert phone.received("asha") == []
    [lost] = phone.received("1919800012345")
    assert lost["error"]["code"] == 131026


def test_a_stranger_becomes_a_customer(simulator: Running, phone: Simulator) -> None:
    simulator.send_text("+919700000001")
    phone.wait_until_idle()

    assert phone.customer("919700000001")["country"] == "IN"
    assert [m["status"] for m in phone.received("919700000001")] == ["delivered"]


@pytest.mark.parametrize("token", ["", "another"])
def test_a_wrong_token_is_refused_with_190(simulator: Running, token: str) -> None:
    status, answer = simulator.send({"to": ASHA}, token=token)

    assert status == 401
    assert answer["error"]["code"] == 190
    assert answer["error"]["type"] == "OAuthException"


def a_text(body: str) -> Json:
    return {"type": "text", "text": {"body": body}}


def interactive(kind: str, action: Json, *, body: str = "?", **more: Any) -> Json:
    content = {"type": kind, "body": {"text": body}, "action": action} | more
    return {"type": "interactive", "interactive": content}


def buttons(*titles: str, button_id: str = "") -> Json:
    replies = [{"id": button_id or f"b{n}", "title": title} for n, title in enumerate(titles)]
    action = {"buttons": [{"type": "reply", "reply": reply} for reply in replies]}
    return interactive("button", action)


def rows(count: int, *, title: str = "Row") -> Json:
    made = [{"id": str(n), "title": title} for n in range(count)]
    return interactive("list", {"button": "Choose", "sections": [{"title": "All", "rows": made}]})


def link(text: str = "Pay", url: str = "https://pay") -> Json:
    parameters = {"display_text": text, "url": url}
    return interactive("cta_url", {"name": "cta_url", "parameters": parameters})


def address(country: str = "IN") -> Json:
    return interactive(
        "address_message", {"name": "address_message", "parameters": {"country": country}}
    )


@pytest.mark.parametrize(
    "message",
    [
        a_text("x" * 4096),
        buttons("One", "Two", "x" * 20),
        buttons("One", button_id="x" * 256),
        rows(10, title="x" * 24),
        link("x" * 20),
        address(),
        interactive("catalog_message", {"name": "catalog_message"}, body="x" * 1024),
        interactive("location_request_message", {"name": "send_location"}),
        interactive("product", {"catalog_id": "1", "product_retailer_id": "SL-KAJU-250"}),
        {"type": "image", "image": {"link": "https://picture"}},
        {"type": "document", "document": {"link": "https://invoice", "filename": "invoice.pdf"}},
        {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "👍"}},
    ],
)
def test_a_message_at_its_limit_is_accepted(simulator: Running, message: Json) -> None:
    status, answer = simulator.send({"to": ASHA} | message)

    assert status == 200, answer


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (100, a_text("x" * 4097)),
        (100, a_text(" ")),
        (100, {"type": "smoke_signal"}),
        (100, {"type": "text"}),
        (100, {"type": "image", "image": {}}),
        (100, {"type": "template", "template": {"name": "x"}}),
        (131009, interactive("button", {"buttons": []})),
        (131009, buttons("1", "2", "3", "4")),
        (131009, buttons("x" * 21)),
        (131009, buttons("One", button_id="x" * 257)),
        (131009, buttons("Same", "Same")),
        (131009, rows(11)),
        (131009, rows(1, title="x" * 25)),
        (131009, link("x" * 21)),
        (131009, link(url="ftp://pay")),
        (131009, address("GB")),
        (131009, interactive("button", buttons("One")["interactive"]["action"], body="x" * 1025)),
        (
            131009,
            interactive(
                "button", buttons("One")["interactive"]["action"], footer={"text": "x" * 61}
            ),
        ),
        (
            131009,
            interactive(
                "button",
                buttons("One")["interactive"]["action"],
                header={"type": "text", "text": "x" * 61},
            ),
        ),
        (131009, interactive("hologram", {})),
        (100, {"type": "interactive", "interactive": {"type": "button", "body": "no object"}}),
    ],
)
def test_a_message_over_its_limit_is_refused(simulator: Running, code: int, message: Json) -> None:
    status, answer = simulator.send({"to": ASHA} | message)

    assert status == 400
    error = answer["error"]
    assert error["code"] == code
    assert error["message"].startswith(f"(#{code}) ")
    assert error["error_data"]["messaging_product"] == "whatsapp"
    assert error["error_data"]["details"]
    assert error["fbtrace_id"]


@pytest.mark.parametrize(
    "body",
    [b"not json", b"[]", b'{"to": "+1", "type": "text", "text": {"body": "x"}}'],
)
def test_a_body_that_is_no_message_is_refused_with_100(simulator: Running, body: bytes) -> None:
    status, answer = simulator.call("POST", f"/v26.0/{PHONE_NUMBER_ID}/messages", body, BEARER)

    assert status == 400
    assert answer["error"]["code"] == 100


def test_a_burst_over_the_pair_limit_is_refused_until_time_passes(
    simulator: Running, phone: Simulator, clock: Clock
) -> None:
    phone.switch(throughput_limit=False)
    for _ in range(45):
        simulator.send_text()

    status, answer = simulator.send({"to": ASHA} | a_text("one more"))
    assert (status, answer["error"]["code"]) == (400, 131056)

    simulator.send_text("+919800067890")
    clock.now += 6
    simulator.send_text()


def test_the_81st_message_of_a_second_is_refused(
    simulator: Running, phone: Simulator, clock: Clock
) -> None:
    for number in range(80):
        simulator.send_text(f"+9197000000{number:02d}")

    status, answer = simulator.send({"to": ASHA} | a_text("one more"))
    assert (status, answer["error"]["code"]) == (400, 130429)

    clock.now += 1
    simulator.send_text()


def test_planned_failures_come_once_each(simulator: Running, phone: Simulator) -> None:
    phone.fail_next_sends(131000)
    phone.fail_next_sends(2)

    answers = [simulator.send({"to": ASHA} | a_text("Hello")) for _ in range(3)]

    assert [status for status, _ in answers] == [500, 503, 200]
    assert answers[0][1]["error"]["code"] == 131000
    assert len(phone.received("asha")) == 1


def test_an_answer_can_be_lost_after_the_message_went_out(
    simulator: Running, phone: Simulator
) -> None:
    phone.fail_next_sends(131000, after_accepting=True)

    status, _ = simulator.send({"to": ASHA} | a_text("Hello"))

    assert status == 500
    assert [m["content"]["text"]["body"] for m in phone.received("asha")] == ["Hello"]


def test_a_closed_window_can_be_refused_at_once(simulator: Running, phone: Simulator) -> None:
    phone.change_customer("asha", window_closed=True)
    phone.switch(window_error_at_once=True)

    status, answer = simulator.send({"to": ASHA} | a_text("Hello"))

    assert (status, answer["error"]["code"]) == (400, 131047)


def test_a_read_receipt_turns_the_ticks_and_shows_typing(
    simulator: Running, phone: Simulator
) -> None:
    first, second = phone.text("asha", "One"), phone.text("asha", "Two")
    phone.wait_until_idle()

    status, answer = simulator.send(
        {"status": "read", "message_id": second["id"], "typing_indicator": {"type": "text"}}
    )

    assert (status, answer) == (200, {"success": True})
    read = {m["id"]: m["status"] for m in phone.messages("asha", "inbound")}
    assert read == {first["id"]: "read", second["id"]: "read"}


def test_a_read_receipt_of_an_unknown_message_is_refused(simulator: Running) -> None:
    status, answer = simulator.send({"status": "read", "message_id": "wamid.unknown"})

    assert (status, answer["error"]["code"]) == (400, 100)


def test_a_known_template_is_filled_in_and_counted(simulator: Running, phone: Simulator) -> None:
    phone.set_template("order_shipped", "Order {{1}} is on its way with {{2}}.")

    def template(*texts: str) -> Json:
        parameters = [{"type": "text", "text": text} for text in texts]
        components = [{"type": "body", "parameters": parameters}]
        named = {"name": "order_shipped", "language": {"code": "en"}, "components": components}
        return {"to": ASHA, "type": "template", "template": named}

    accepted, answer = simulator.send(template("1042", "Bluebird"))
    refused, error = simulator.send(template("1042"))

    assert accepted == 200
    assert answer["messages"][0]["message_status"] == "accepted"
    shown = phone.received("asha")[0]["content"]["shown"]
    assert shown == "Order 1042 is on its way with Bluebird."
    assert (refused, error["error"]["code"]) == (400, 132000)


def test_an_unknown_template_is_refused_when_templates_are_strict(
    simulator: Running, phone: Simulator
) -> None:
    phone.switch(strict_templates=True)
    template = {"name": "nowhere", "language": {"code": "en"}}

    status, answer = simulator.send({"to": ASHA, "type": "template", "template": template})

    assert (status, answer["error"]["code"]) == (404, 132001)


def products(simulator: Running, **query: str) -> tuple[int, Json]:
    joined = "&".join(f"{name}={quote(value)}" for name, value in query.items())
    return simulator.call("GET", f"/v26.0/{CATALOG_ID}/products?{joined}", headers=BEARER)


def test_products_are_found_by_retailer_id(simulator: Running) -> None:
    wanted = {"retailer_id": {"is_any": ["SL-KAJU-250", "SL-NAMAK-250", "gone"]}}

    status, answer = products(
        simulator, filter=json.dumps(wanted), fields="retailer_id,name,price,sale_price,currency"
    )

    assert status == 200
    found = {one["retailer_id"]: one for one in answer["data"]}
    assert set(found) == {"SL-KAJU-250", "SL-NAMAK-250"}
    assert found["SL-KAJU-250"]["price"] == "₹420.00"
    assert found["SL-KAJU-250"]["currency"] == "INR"
    assert "sale_price" not in found["SL-KAJU-250"]
    assert found["SL-NAMAK-250"]["sale_price"] == "₹140.00"


def test_a_malformed_filter_is_refused_with_100(simulator: Running) -> None:
    status, answer = products(simulator, filter='{"retailer_id": {"sounds_like": 1}}')

    assert (status, answer["error"]["code"]) == (400, 100)


def test_an_unknown_path_is_refused_in_metas_shape(simulator: Running) -> None:
    status, answer = simulator.call("POST", "/v26.0/me/dreams", {}, BEARER)

    assert status == 400
    assert answer["error"]["code"] == 2500


def test_a_reaction_of_the_shop_shows_on_the_message(simulator: Running, phone: Simulator) -> None:
    sent = phone.text("asha", "Thank you!")

    reaction = {"message_id": sent["id"], "emoji": "🙏"}
    simulator.send({"to": ASHA, "type": "reaction", "reaction": reaction})

    assert phone.messages("asha", "inbound")[0]["reactions"] == {"shop": "🙏"}
