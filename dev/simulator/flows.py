"""WhatsApp Flows: the registry of their JSON, and what a message may open of them.

https://developers.facebook.com/docs/whatsapp/flows/reference/flowjson
https://developers.facebook.com/docs/whatsapp/flows/reference/flowsapi
"""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aiohttp import web

from dev.simulator.access import VERSION
from dev.simulator.calls import Calls, json_of
from dev.simulator.checks import invalid, missing
from dev.simulator.errors import INVALID_PARAMETER, GraphError
from dev.simulator.store import Json, Store

DRAFT, PUBLISHED = "DRAFT", "PUBLISHED"
#: What the page can draw; another type is an error of the Flow's author.
FIELDS = frozenset(
    {"TextInput", "TextArea", "Dropdown", "RadioButtonsGroup", "CheckboxGroup", "OptIn"}
    | {"DatePicker", "ChipsSelector", "CalendarPicker"}
)


class Flows:
    """Flows by id: uploaded through Meta's API, set by a test, or found in the repository."""

    def __init__(self, store: Store, calls: Calls, folder: Path | None) -> None:
        self._store = store
        self._calls = calls
        self._folder = folder
        self._kept: dict[str, Json] = {one["id"]: one for one in store.documents("flow")}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(VERSION + r"/{waba_id:\d+}/flows", self._calls.of(self.create)),
            web.get(VERSION + r"/{waba_id:\d+}/flows", self._calls.of(self.listed)),
            web.post(VERSION + r"/{flow_id:\d+}/publish", self._calls.of(self.publish)),
        ]

    def reset(self) -> None:
        self._kept.clear()
        self._store.clear("flow")

    def put(
        self, flow_id: str, definition: Json, *, name: str = "", status: str = PUBLISHED
    ) -> Json:
        """Keep a published Flow; raises GraphError 100 when its JSON is not one."""
        problems = list(problems_of(definition))
        if problems:
            raise GraphError(INVALID_PARAMETER, "; ".join(problems), message="Invalid Flow JSON")
        flow = {"id": flow_id, "name": name or flow_id, "status": PUBLISHED, "json": definition}
        self._kept[flow_id] = flow
        self._store.put("flow", flow_id, flow)
        return flow

    def find(self, flow_id: str, name: str = "") -> Json | None:
        """A kept Flow by id or name; else the only one of the repository, whatever its id."""
        for flow in self._kept.values():
            if flow["id"] == flow_id or (name and flow["name"] == name):
                return flow
        files = sorted(self._folder.glob("*.json")) if self._folder else []
        if not files:
            return None
        chosen = next((one for one in files if one.stem in {flow_id, name}), files[0])
        definition = json.loads(chosen.read_text(encoding="utf-8"))
        return {"id": flow_id, "name": chosen.stem, "status": PUBLISHED, "json": definition}

    def check(self, parameters: Json) -> None:
        """Raise GraphError 131009 when the message opens what the Flow does not have."""
        flow = self.find(str(parameters.get("flow_id", "")), str(parameters.get("flow_name", "")))
        if flow is None:
            return
        if flow["status"] != PUBLISHED and parameters.get("mode", "published") == "published":
            raise invalid("parameters.mode", f"Flow {flow['id']} is a draft")
        payload = parameters.get("flow_action_payload")
        if payload is None:
            return
        screens = {screen["id"]: screen for screen in flow["json"]["screens"]}
        screen = screens.get(payload["screen"])
        if screen is None:
            wanted = ", ".join(screens)
            raise invalid("flow_action_payload.screen", f"{payload['screen']!r}; it has {wanted}")
        for name in payload.get("data", {}):
            if name not in screen.get("data", {}):
                raise invalid(f"flow_action_payload.data.{name}", "is not in the screen's data")

    async def create(self, request: web.Request) -> Json:
        """{name, categories, flow_json?, publish?}"""
        body = await json_of(request)
        name = str(body.get("name", ""))
        if not name or not body.get("categories"):
            raise missing("name", "name and categories of the Flow")
        if any(flow["name"] == name for flow in self._kept.values()):
            raise GraphError(INVALID_PARAMETER, f"a Flow named {name!r} exists")
        definition = body.get("flow_json", {"version": "7.0", "screens": []})
        if isinstance(definition, str):
            definition = _parsed(definition)
        flow_id = str(secrets.randbelow(9 * 10**14) + 10**14)
        problems = list(problems_of(definition)) if body.get("flow_json") else []
        status = PUBLISHED if body.get("publish") and not problems else DRAFT
        flow = {"id": flow_id, "name": name, "status": status, "json": definition}
        self._kept[flow_id] = flow
        self._store.put("flow", flow_id, flow)
        errors = [{"error": "INVALID_FLOW_JSON", "message": one} for one in problems]
        return {"id": flow_id, "success": not problems, "validation_errors": errors}

    async def listed(self, request: web.Request) -> Json:
        return {"data": [{k: f[k] for k in ("id", "name", "status")} for f in self._kept.values()]}

    async def publish(self, request: web.Request) -> Json:
        flow = self._kept.get(request.match_info["flow_id"])
        if flow is None:
            raise GraphError(INVALID_PARAMETER, "there is no such Flow")
        self.put(flow["id"], flow["json"], name=flow["name"])
        return {"success": True}


def problems_of(definition: Any) -> Iterator[str]:
    """What Meta's check of a Flow's JSON would say first."""
    if not isinstance(definition, dict) or not isinstance(definition.get("version"), str):
        yield "version is missing"
        return
    screens = definition.get("screens")
    if not isinstance(screens, list) or not screens:
        yield "screens must not be empty"
        return
    for screen in screens:
        yield from _problems_of_screen(screen)
    if not any(screen.get("terminal") for screen in screens):
        yield "no screen is terminal"


def _problems_of_screen(screen: Json) -> Iterator[str]:
    place = f"screen {screen.get('id')!r}"
    if not str(screen.get("id", "")).replace("_", "").isalpha():
        yield f"{place}: the id is letters and underscores"
    if screen.get("layout", {}).get("type") != "SingleColumnLayout":
        yield f"{place}: the layout is SingleColumnLayout"
    for name, about in screen.get("data", {}).items():
        if not isinstance(about, dict) or "__example__" not in about:
            yield f"{place}: data {name!r} has no __example__"
    yield from _problems_of_parts(place, list(parts_of(screen)))


def _problems_of_parts(place: str, parts: list[Json]) -> Iterator[str]:
    if not any(part.get("type") == "Footer" for part in parts):
        yield f"{place}: has no Footer"
    fields = [part for part in parts if part.get("type") in FIELDS]
    for part in fields:
        if not part.get("name"):
            yield f"{place}: a {part['type']} has no name"
    names = [part["name"] for part in fields if part.get("name")]
    for name in sorted({one for one in names if names.count(one) > 1}):
        yield f"{place}: the field {name!r} is there twice"


def parts_of(screen: Json) -> Iterator[Json]:
    """Every component of a screen, those inside a Form, If or Switch too."""

    def inside(children: list[Json]) -> Iterator[Json]:
        for child in children:
            yield child
            for nested in ("children", "then", "else"):
                yield from inside(child.get(nested, []))
            for case in child.get("cases", {}).values():
                yield from inside(case)

    yield from inside(screen.get("layout", {}).get("children", []))


def _parsed(text: str) -> Json:
    try:
        definition: Json = json.loads(text)
    except ValueError as problem:
        raise GraphError(INVALID_PARAMETER, "flow_json is not JSON") from problem
    return definition
