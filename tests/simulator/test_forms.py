"""Address messages and Flows: what Meta takes of them, and what comes back."""

import json
from pathlib import Path

import pytest

from dev.simulator.client import Refused, Simulator
from dev.simulator.store import Json
from tests.simulator.bodies import address_message, flow, flow_json, interactive
from tests.simulator.harness import ACCESS_TOKEN, ASHA, Application, Running

FLOW_ID = "123456789012345"
WABA = "102290129340398"
BEARER = {"Authorization": f"Bearer {ACCESS_TOKEN}", "Content-Type": "application/json"}


@pytest.mark.parametrize(
    "message",
    [
        address_message(values={"name": "Asha", "phone_number": "+91 98000 12345"}),
        address_message(saved_addresses=[{"id": "home", "value": {"city": "Pune"}}]),
        address_message(
            values={"in_pin_code": "666666"},
            validation_errors={"in_pin_code": "We could not locate this pin code."},
        ),
        flow(),
        flow(flow_id=None, flow_name="address"),
        flow(flow_action=None, flow_action_payload=None),
        flow(flow_action="data_exchange", flow_action_payload=None),
    ],
)
def test_a_right_form_is_accepted(simulator: Running, message: Json) -> None:
    status, answer = simulator.send({"to": ASHA} | message)

    assert status == 200, answer


@pytest.mark.parametrize(
    ("message", "place"),
    [
        (address_message(values={"postal_code": "560038"}), "values.postal_code"),
        (address_message(values={"in_pin_code": "5600381"}), "values.in_pin_code"),
        (address_message(values={"city": None}), "values.city"),
        (address_message(values={"phone_number": "mine"}), "phone_number"),
        (address_message(saved_addresses=[{"id": "home"}]), "saved_addresses[0].value"),
        (address_message(saved_addresses=[{"value": {"city": "Pune"}}]), "saved_addresses[0].id"),
        (address_message(validation_errors={"town": "Which?"}), "validation_errors.town"),
        (address_message(prefilled={}), "parameters.prefilled"),
        (flow(flow_message_version=3), "flow_message_version"),
        (flow(flow_cta="x" * 21), "flow_cta"),
        (flow(flow_cta="Address 🏠"), "flow_cta"),
        (flow(mode="live"), "parameters.mode"),
        (flow(flow_action_payload={"screen": "ADDRESS", "data": {}}), "flow_action_payload.data"),
        (flow(flow_action_payload={"screen": ""}), "flow_action_payload.screen"),
        (flow(flow_action="data_exchange"), "flow_action_payload"),
    ],
)
def test_a_wrong_form_is_refused_by_the_name_of_its_field(
    simulator: Running, message: Json, place: str
) -> None:
    status, answer = simulator.send({"to": ASHA} | message)

    assert (status, answer["error"]["code"]) == (400, 131009)
    assert place in answer["error"]["error_data"]["details"]


@pytest.mark.parametrize(
    "message", [flow(flow_name="address"), flow(flow_id=None), flow(flow_action_payload=None)]
)
def test_a_flow_without_what_it_needs_is_refused_with_100(
    simulator: Running, message: Json
) -> None:
    status, answer = simulator.send({"to": ASHA} | message)

    assert (status, answer["error"]["code"]) == (400, 100)


def test_a_flow_comes_back_with_the_shops_token(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    simulator.send({"to": ASHA} | flow(flow_token="order-1042"))
    asked = phone.wait_for_message("asha")

    phone.send_flow("asha", asked["id"], city="Pune", floor=2)
    phone.wait_until_idle()

    reply = application.messages[-1]["interactive"]["nfm_reply"]
    assert reply["name"] == "flow"
    assert json.loads(reply["response_json"]) == {
        "city": "Pune",
        "floor": 2,
        "flow_token": "order-1042",
    }
    assert application.messages[-1]["context"]["id"] == asked["id"]


def test_a_message_without_a_flow_cannot_be_answered_with_one(
    simulator: Running, phone: Simulator
) -> None:
    sent = simulator.send_text()

    with pytest.raises(Refused, match="opens no Flow"):
        phone.send_flow("asha", sent, city="Pune")


@pytest.mark.parametrize(
    ("payload", "place"),
    [
        ({"screen": "START"}, "flow_action_payload.screen"),
        ({"screen": "ADDRESS", "data": {"town": "Pune"}}, "flow_action_payload.data.town"),
    ],
)
def test_a_known_flow_opens_only_at_its_screens_with_their_data(
    simulator: Running, phone: Simulator, payload: Json, place: str
) -> None:
    phone.set_flow(FLOW_ID, flow_json())
    right = {"screen": "ADDRESS", "data": {"city": "Pune"}}

    accepted, _ = simulator.send({"to": ASHA} | flow(flow_action_payload=right))
    status, answer = simulator.send({"to": ASHA} | flow(flow_action_payload=payload))

    assert accepted == 200
    assert (status, answer["error"]["code"]) == (400, 131009)
    assert place in answer["error"]["error_data"]["details"]


def test_a_draft_is_not_sent_as_published(simulator: Running, phone: Simulator) -> None:
    body = {"name": "address", "categories": ["OTHER"], "flow_json": json.dumps(flow_json())}
    _, made = simulator.call("POST", f"/v26.0/{WABA}/flows", body, BEARER)

    refused, answer = simulator.send({"to": ASHA} | flow(flow_id=made["id"]))
    simulator.call("POST", f"/v26.0/{made['id']}/publish", {}, BEARER)
    accepted, _ = simulator.send({"to": ASHA} | flow(flow_id=made["id"]))

    assert (refused, answer["error"]["code"], accepted) == (400, 131009, 200)
    assert phone.flow(made["id"])["json"] == flow_json()


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ({"screens": []}, "version is missing"),
        ({"version": "7.0", "screens": []}, "screens must not be empty"),
        (flow_json(terminal=False), "no screen is terminal"),
        (flow_json(id="ADDRESS-1"), "letters and underscores"),
        (flow_json(data={"city": {"type": "string"}}), "no __example__"),
        (flow_json(layout={"type": "SingleColumnLayout", "children": []}), "no Footer"),
    ],
)
def test_a_flows_json_is_checked_when_it_is_published(
    phone: Simulator, definition: Json, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        phone.set_flow(FLOW_ID, definition)


def test_a_flow_of_the_repository_is_known_by_any_id(
    simulator: Running, phone: Simulator, tmp_path: Path
) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "address.json").write_text(json.dumps(flow_json()))

    status, _ = simulator.send({"to": ASHA} | flow(flow_action_payload={"screen": "START"}))

    assert status == 400
    assert phone.flow("999")["json"] == flow_json()


@pytest.mark.parametrize(("kind", "message"), [("flow", flow()), ("list", None)])
def test_a_client_too_old_for_a_kind_fails_with_1026(
    simulator: Running,
    phone: Simulator,
    application: Application,
    *,
    kind: str,
    message: Json | None,
) -> None:
    phone.change_customer("asha", cannot_show=[kind])
    rows = {"button": "Choose", "sections": [{"rows": [{"id": "a", "title": "A"}]}]}
    asked = message or {
        "type": "interactive",
        "interactive": {"type": "list", "body": {"text": "Which?"}, "action": rows},
    }

    status, _ = simulator.send({"to": ASHA} | asked)
    phone.wait_until_idle()

    [failed] = application.statuses
    assert status == 200
    assert failed["errors"][0]["code"] == 1026
    assert failed["message"] == {"recipient_id": ASHA}


def test_what_a_client_did_not_show_is_not_answered(simulator: Running, phone: Simulator) -> None:
    phone.change_customer("asha", cannot_show=["flow"])
    simulator.send({"to": ASHA} | flow())
    phone.wait_until_idle()

    with pytest.raises(Refused, match="never saw message"):
        phone.send_flow("asha", phone.received("asha")[0]["id"], city="Pune")


def test_a_kind_that_does_not_exist_cannot_be_too_new(phone: Simulator) -> None:
    with pytest.raises(Refused, match="address_message"):
        phone.change_customer("asha", cannot_show=["hologram"])


def test_a_customer_whose_messages_fail_with_a_code_gets_none(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    phone.change_customer("asha", fails_with=131049)

    simulator.send_text()
    phone.wait_until_idle()

    assert application.statuses[0]["errors"][0]["code"] == 131049


def test_the_row_of_a_list_is_tapped_like_a_button(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    rows = [{"id": "pay:transfer:1", "title": "Bank transfer", "description": "With proof"}]
    action = {"button": "Choose", "sections": [{"rows": rows}]}
    simulator.send({"to": ASHA} | interactive("list", action))

    phone.tap("asha", phone.wait_for_message("asha")["id"], "pay:transfer:1")
    phone.wait_until_idle()

    assert application.messages[0]["interactive"]["list_reply"] == rows[0]
