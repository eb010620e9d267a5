"""Templates: made, reviewed, and sent with what they need."""

import json
from pathlib import Path
from typing import Any

import pytest

from dev.simulator.client import Refused, Simulator
from dev.simulator.store import Json
from tests.simulator.bodies import order_parameters
from tests.simulator.harness import ACCESS_TOKEN, ASHA, Application, Running

EDGE = "/v26.0/102290129340398/message_templates"
BEARER = {"Authorization": f"Bearer {ACCESS_TOKEN}", "Content-Type": "application/json"}
BODY = {
    "type": "BODY",
    "text": "Order {{1}} is on its way with {{2}} today.",
    "example": {"body_text": [["1042", "Bluebird"]]},
}
BUTTONS = {
    "type": "BUTTONS",
    "buttons": [
        {
            "type": "URL",
            "text": "Track",
            "url": "https://shop/{{1}}",
            "example": ["https://shop/1"],
        },
        {"type": "QUICK_REPLY", "text": "Cancel"},
    ],
}


def definition(**changes: Any) -> Json:
    return {
        "name": "order_shipped",
        "language": "en",
        "category": "UTILITY",
        "components": [BODY],
    } | changes


def create(simulator: Running, **changes: Any) -> tuple[int, Json]:
    return simulator.call("POST", EDGE, definition(**changes), BEARER)


def send(simulator: Running, *components: Json, **changes: Any) -> tuple[int, Json]:
    template: Json = {"name": "order_shipped", "language": {"code": "en"}} | changes
    template["components"] = list(components)
    return simulator.send({"to": ASHA, "type": "template", "template": template})


def body(*texts: str, **more: Any) -> Json:
    return {"type": "body", "parameters": [{"type": "text", "text": t} | more for t in texts]}


def status_updates(application: Application) -> list[Json]:
    changes = [change for one in application.of("/whatsapp") for change in one.changes]
    return [
        change["value"] for change in changes if change["field"] == "message_template_status_update"
    ]


def test_a_new_template_is_pending_and_then_approved(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    status, made = create(simulator)
    too_early, refusal = send(simulator, body("1042", "Bluebird"))
    phone.wait_until_idle()
    accepted, _ = send(simulator, body("1042", "Bluebird"))

    assert (status, made["status"], made["category"]) == (200, "PENDING", "UTILITY")
    assert (too_early, refusal["error"]["code"], accepted) == (404, 132001, 200)
    [update] = status_updates(application)
    assert update["event"] == "APPROVED"
    assert update["message_template_id"] == int(made["id"])
    assert update["message_template_language"] == "en"


def test_a_template_may_be_rejected(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    phone.switch(reject_templates=True)
    create(simulator)
    phone.wait_until_idle()

    status, _ = send(simulator, body("1042", "Bluebird"))

    assert status_updates(application)[0]["event"] == "REJECTED"
    assert status_updates(application)[0]["reason"] == "INVALID_FORMAT"
    assert status == 404


@pytest.mark.parametrize(("verdict", "code"), [("PAUSED", 132015), ("DISABLED", 132016)])
def test_a_template_that_is_paused_or_disabled_is_refused(
    simulator: Running, phone: Simulator, application: Application, verdict: str, code: int
) -> None:
    phone.set_template("order_shipped", "It is on its way")
    phone.judge_template("order_shipped", verdict)
    phone.wait_until_idle()

    status, answer = send(simulator)

    assert (status, answer["error"]["code"]) == (400, code)
    assert status_updates(application)[0]["event"] == verdict


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "Order shipped"}, 131009),
        ({"language": "english"}, 131009),
        ({"category": "TRANSACTIONAL"}, 131009),
        ({"components": None}, 100),
        ({"components": [{"type": "FOOTER", "text": "Bye"}]}, 100),
        ({"components": [BODY, BODY]}, 131009),
        ({"components": [{"type": "BODY", "text": "x" * 1025}]}, 131009),
        ({"components": [BODY | {"example": {}}]}, 100),
        ({"components": [BODY | {"text": "{{1}} is on its way with {{2}} today"}]}, 2388299),
        ({"components": [BODY | {"text": "It is on its way with {{1}} and {{2}}"}]}, 2388299),
        ({"components": [BODY | {"text": "Your order {{1}}{{2}} is on its way"}]}, 131009),
        ({"components": [BODY | {"text": "Order {{1}} and {{3}} is on its way"}]}, 131009),
        ({"components": [BODY | {"text": "Not {{1}} but {{2}} it."}]}, 131009),
        ({"components": [BODY, {"type": "FOOTER", "text": "Bye {{1}}"}]}, 131009),
        ({"components": [BODY, {"type": "BUTTONS", "buttons": []}]}, 131009),
        (
            {
                "components": [
                    BODY,
                    {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "x" * 26}]},
                ]
            },
            131009,
        ),
    ],
)
def test_a_wrong_template_is_not_made(simulator: Running, changes: Json, code: int) -> None:
    status, answer = create(simulator, **changes)

    assert (status, answer["error"]["code"]) == (400, code)


def test_a_name_is_used_once_in_a_language(simulator: Running) -> None:
    first, _ = create(simulator)
    again, answer = create(simulator)
    other, _ = create(simulator, language="hi")

    assert (first, again, other) == (200, 400, 200)
    assert answer["error"]["code"] == 2388024


def test_templates_are_listed_by_name_and_status(simulator: Running, phone: Simulator) -> None:
    create(simulator)
    create(simulator, name="order_packed")
    phone.wait_until_idle()
    phone.judge_template("order_packed", "PAUSED")

    _, found = simulator.call("GET", f"{EDGE}?name=order_shipped&fields=name", headers=BEARER)
    _, paused = simulator.call("GET", f"{EDGE}?status=PAUSED", headers=BEARER)

    assert [set(one) for one in found["data"]] == [{"id", "name"}]
    assert [one["name"] for one in paused["data"]] == ["order_packed"]


def test_a_template_is_edited_and_reviewed_again(simulator: Running, phone: Simulator) -> None:
    _, made = create(simulator)
    phone.wait_until_idle()

    words = [{"type": "BODY", "text": "It is on its way"}]
    status, _ = simulator.call("POST", f"/v26.0/{made['id']}", {"components": words}, BEARER)

    assert status == 200
    assert [one["status"] for one in phone.templates() if one["id"] == made["id"]] == ["PENDING"]


def test_a_template_that_was_deleted_is_gone(simulator: Running, phone: Simulator) -> None:
    create(simulator)
    phone.switch(strict_templates=True)

    status, _ = simulator.call("DELETE", f"{EDGE}?name=order_shipped", headers=BEARER)

    assert status == 200
    assert send(simulator, body("1042", "Bluebird"))[0] == 404


def test_the_phone_gets_a_template_with_its_values(simulator: Running, phone: Simulator) -> None:
    header = {"type": "HEADER", "format": "TEXT", "text": "On its way"}
    footer = {"type": "FOOTER", "text": "Saffron Lane"}
    phone.set_template("order_shipped", language="en", components=[header, BODY, footer, BUTTONS])
    link: Json = {"type": "button", "sub_type": "url", "index": "0"}
    link["parameters"] = [{"type": "text", "text": "1042"}]

    send(simulator, body("1042", "Bluebird"), link)

    parts = phone.received("asha")[0]["content"]["parts"]
    assert parts["header"] == "On its way"
    assert parts["body"] == "Order 1042 is on its way with Bluebird today."
    assert parts["footer"] == "Saffron Lane"
    assert parts["buttons"][0]["url"] == "https://shop/1042"
    assert parts["buttons"][1] == {"type": "QUICK_REPLY", "text": "Cancel", "payload": "Cancel"}


def test_a_quick_reply_comes_back_with_its_payload_and_text(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    phone.set_template("order_shipped", language="en", components=[BODY, BUTTONS])
    link: Json = {"type": "button", "sub_type": "url", "index": "0"}
    link["parameters"] = [{"type": "text", "text": "1042"}]
    reply: Json = {"type": "button", "sub_type": "quick_reply", "index": "1"}
    reply["parameters"] = [{"type": "payload", "payload": "order:cancel:1"}]
    send(simulator, body("1042", "Bluebird"), link, reply)

    phone.tap("asha", phone.received("asha")[0]["id"], "order:cancel:1")
    phone.wait_until_idle()

    assert application.messages[0]["button"] == {"payload": "order:cancel:1", "text": "Cancel"}


@pytest.mark.parametrize(
    ("components", "changes", "code"),
    [
        ([body("1042")], {}, 132000),
        ([body("1042", "Bluebird", "tomorrow")], {}, 132000),
        ([body("1042", "Bluebird", parameter_name="order")], {}, 132000),
        ([body("1042", "Blue\nbird")], {}, 132007),
        ([body("1042", "Blue     bird")], {}, 132007),
        ([body("1042", "Bluebird")], {"language": {"code": "hi"}}, 132001),
        ([body("1042", "x" * 1000)], {}, 132005),
        (
            [body("1042", "Bluebird"), {"type": "button", "sub_type": "url", "index": "0"}],
            {},
            132012,
        ),
    ],
)
def test_a_template_is_sent_with_what_it_needs(
    simulator: Running, phone: Simulator, components: list[Json], changes: Json, code: int
) -> None:
    phone.set_template("order_shipped", language="en", components=[BODY])

    _, answer = send(simulator, *components, **changes)

    assert answer["error"]["code"] == code


def test_named_values_go_to_their_names(simulator: Running, phone: Simulator) -> None:
    text = "Order {{order}} is on its way with {{carrier}} today"
    phone.set_template("order_shipped", text)
    named = [
        {"type": "text", "parameter_name": "carrier", "text": "Bluebird"},
        {"type": "text", "parameter_name": "order", "text": "1042"},
    ]

    status, _ = send(simulator, {"type": "body", "parameters": named})
    missing, answer = send(simulator, body("1042", "Bluebird"))

    assert status == 200
    shown = phone.received("asha")[0]["content"]["shown"]
    assert shown == "Order 1042 is on its way with Bluebird today"
    assert (missing, answer["error"]["code"]) == (400, 132000)


def order_button(**changes: Any) -> Json:
    action = {"order_details": order_parameters(**changes)}
    parameters = [{"type": "action", "action": action}]
    return {"type": "button", "sub_type": "order_details", "index": 0, "parameters": parameters}


def test_a_template_brings_an_order_and_another_its_status(
    simulator: Running, phone: Simulator
) -> None:
    review = {"type": "BUTTONS", "buttons": [{"type": "ORDER_DETAILS", "text": "Review and Pay"}]}
    words = {"type": "BODY", "text": "Your order waits"}
    phone.set_template("order_shipped", language="en", components=[words, review])
    phone.set_template("order_news", language="en", components=[words], sub_category="ORDER_STATUS")
    phone.change_customer("asha", window_closed=True)

    bare, _ = send(simulator)
    wrong, _ = send(simulator, order_button(currency="BRL"))
    sent, _ = send(simulator, order_button())
    assert phone.pay_in_whatsapp("1042-1")["payment"] == "captured"
    without, _ = send(simulator, name="order_news")
    news = {"reference_id": "1042-1", "order": {"status": "shipped"}}
    told = {"type": "order_status", "parameters": [{"type": "order_status", "order_status": news}]}
    status, _ = send(simulator, told, name="order_news")
    phone.wait_until_idle()

    assert (bare, wrong, sent, without, status) == (400, 400, 200, 400, 200)
    assert phone.whatsapp_orders()[0]["status"] == "shipped"


def test_templates_outlive_a_restart(simulator: Running, phone: Simulator) -> None:
    phone.set_template("order_shipped", "It is on its way")

    again = simulator.restarted()
    try:
        assert "order_shipped" in {one["name"] for one in again.phone.templates()}
        again.phone.reset()
        assert "order_shipped" not in {one["name"] for one in again.phone.templates()}
    finally:
        again.stop()


def test_a_template_of_the_repository_counts_as_approved(
    simulator: Running, phone: Simulator, tmp_path: Path
) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "shipped.json").write_text(json.dumps([definition()]))

    accepted, _ = send(simulator, body("1042", "Bluebird"))
    refused, answer = send(simulator, body("1042"))

    assert (accepted, refused, answer["error"]["code"]) == (200, 400, 132000)
    assert [one["status"] for one in phone.templates()] == ["APPROVED"]


def test_a_verdict_that_meta_does_not_give_is_refused(phone: Simulator) -> None:
    phone.set_template("order_shipped", "It is on its way")

    with pytest.raises(Refused, match="APPROVED, PENDING"):
        phone.judge_template("order_shipped", "LIKED")
    with pytest.raises(Refused, match="unknown or missing"):
        phone.judge_template("nowhere", "PAUSED")
