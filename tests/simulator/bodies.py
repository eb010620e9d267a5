"""Messages of a shop, right unless a test says otherwise."""

from typing import Any

from dev.simulator.store import Json


def interactive(kind: str, action: Json, *, body: str = "?", **more: Any) -> Json:
    content = {"type": kind, "body": {"text": body}, "action": action} | more
    return {"type": "interactive", "interactive": content}


def address_message(**parameters: Any) -> Json:
    action = {"name": "address_message", "parameters": {"country": "IN"} | parameters}
    return interactive("address_message", action)


def flow(**parameters: Any) -> Json:
    """A Flow that begins at ADDRESS; a parameter of None is left out."""
    wanted: Json = {
        "flow_message_version": "3",
        "flow_token": "token-1",
        "flow_id": "123456789012345",
        "flow_cta": "Give the address",
        "mode": "published",
        "flow_action": "navigate",
        "flow_action_payload": {"screen": "ADDRESS"},
    } | parameters
    kept = {name: value for name, value in wanted.items() if value is not None}
    return interactive("flow", {"name": "flow", "parameters": kept})


def flow_json(**screen: Any) -> Json:
    """A Flow of one screen with a city."""
    form = [
        {"type": "TextInput", "name": "city", "label": "City", "required": True},
        {"type": "Footer", "label": "Send", "on-click-action": {"name": "complete"}},
    ]
    made = {
        "id": "ADDRESS",
        "title": "Delivery",
        "terminal": True,
        "data": {"city": {"type": "string", "__example__": "Pune"}},
        "layout": {"type": "SingleColumnLayout", "children": [{"type": "Form", "children": form}]},
    } | screen
    return {"version": "7.0", "screens": [made]}
