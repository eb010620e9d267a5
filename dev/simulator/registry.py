"""The template registry of a WhatsApp Business Account, with Meta's review of each.

https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-management
"""

import asyncio
import json
import secrets
from collections.abc import Iterator
from pathlib import Path

from aiohttp import web

from dev.simulator.access import VERSION
from dev.simulator.calls import Calls, json_of
from dev.simulator.errors import INVALID_PARAMETER, TEMPLATE_EXISTS, GraphError
from dev.simulator.store import Json, Store
from dev.simulator.template_rules import check_definition
from dev.simulator.webhooks import Courier
from dev.simulator.world import World

ANY_LANGUAGE = "*"
APPROVED, PENDING, REJECTED, PAUSED, DISABLED = (
    "APPROVED",
    "PENDING",
    "REJECTED",
    "PAUSED",
    "DISABLED",
)
STATUSES = (APPROVED, PENDING, REJECTED, PAUSED, DISABLED)
MOST = 250
FIELD = "message_template_status_update"
CHANGEABLE = ("components", "category")


class Templates:
    """By id; each name has one template in each language."""

    def __init__(
        self, world: World, store: Store, courier: Courier, calls: Calls, folder: Path | None
    ) -> None:
        self._world = world
        self._store = store
        self._courier = courier
        self._calls = calls
        self._folder = folder
        self._kept: dict[str, Json] = {t["id"]: t for t in store.documents("message_template")}
        self._tasks: set[asyncio.Task[None]] = set()

    def routes(self) -> list[web.RouteDef]:
        edge = VERSION + r"/{waba_id:\d+}/message_templates"
        return [
            web.get(edge, self._calls.of(self.listed)),
            web.post(edge, self._calls.of(self.create)),
            web.delete(edge, self._calls.of(self.remove)),
            web.post(VERSION + r"/{template_id:\d+}", self._calls.of(self.edit)),
        ]

    def is_idle(self) -> bool:
        """Whether no template waits for its review."""
        return not self._tasks

    def reset(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._kept.clear()
        self._store.clear("message_template")

    def every(self) -> Iterator[Json]:
        """Those that were made here, then those of the repository that were not."""
        yield from list(self._kept.values())
        made = {one["name"] for one in self._kept.values()}
        for template in self._of_the_repository():
            if template["name"] not in made:
                yield template

    def named(self, name: str) -> list[Json]:
        return [one for one in self.every() if one["name"] == name]

    def find(self, template_id: str) -> Json | None:
        return self._kept.get(template_id)

    def put(self, wanted: Json, *, status: str = APPROVED) -> Json:
        """Keep a template without a review, replacing that of its name and language."""
        if status not in STATUSES:
            raise ValueError(f"status is one of {', '.join(STATUSES)}, not {status!r}")
        for old in self.named(wanted["name"]):
            if old["language"] == wanted["language"]:
                self._kept.pop(old["id"], None)
                self._store.delete("message_template", old["id"])
        return self._save({"id": _new_id(), "status": status, "category": "UTILITY"} | wanted)

    def set_status(self, name: str, status: str, reason: str = "NONE") -> list[Json]:
        """Let Meta approve, reject, pause or disable each language, and tell of it."""
        if status not in STATUSES:
            raise ValueError(f"status is one of {', '.join(STATUSES)}, not {status!r}")
        found = self.named(name)
        if not found:
            raise KeyError(f"template {name!r}")
        return [self._judge(one, status, reason) for one in found]

    async def listed(self, request: web.Request) -> Json:
        """`GET /{waba}/message_templates` with name, language, status, category, limit."""
        query = request.query
        wanted = [name for name in ("language", "status", "category") if query.get(name)]
        found = [
            one
            for one in self.every()
            if query.get("name", "") in one["name"]
            and all(one.get(name) == query[name] for name in wanted)
        ]
        limit = int(query["limit"]) if query.get("limit", "").isdigit() else 25
        names = query["fields"].split(",") if query.get("fields") else None
        shown = [
            {k: v for k, v in one.items() if names is None or k in {*names, "id"}}
            for one in found[:limit]
        ]
        return {"data": shown, "paging": {"cursors": {"before": "MAZDZD", "after": "MjQZD"}}}

    async def create(self, request: web.Request) -> Json:
        wanted = await json_of(request)
        check_definition(wanted)
        if any(one["language"] == wanted["language"] for one in self.named(wanted["name"])):
            raise GraphError(TEMPLATE_EXISTS, f"{wanted['name']} exists in {wanted['language']}")
        if len(self._kept) >= MOST:
            raise GraphError(INVALID_PARAMETER, f"an account has at most {MOST} templates")
        names = ("name", "language", "category", "components", "sub_category", "parameter_format")
        kept = {name: wanted[name] for name in names if name in wanted}
        template = self._save({"id": _new_id(), "status": PENDING} | kept)
        self._review_later(template)
        return {name: template[name] for name in ("id", "status", "category")}

    async def edit(self, request: web.Request) -> Json:
        """`POST /{template_id}`: other components, which are reviewed again."""
        template = self._kept.get(request.match_info["template_id"])
        if template is None:
            raise GraphError(INVALID_PARAMETER, "there is no such template")
        wanted = await json_of(request)
        changed = template | {name: wanted[name] for name in CHANGEABLE if name in wanted}
        check_definition(changed)
        self._save(changed | {"status": PENDING})
        self._review_later(changed)
        return {"success": True}

    async def remove(self, request: web.Request) -> Json:
        found = [one for one in self._kept.values() if one["name"] == request.query.get("name")]
        if not found:
            raise GraphError(INVALID_PARAMETER, "there is no template of that name")
        for one in found:
            del self._kept[one["id"]]
            self._store.delete("message_template", one["id"])
        return {"success": True}

    def _review_later(self, template: Json) -> None:
        async def review() -> None:
            await asyncio.sleep(self._world.switches.review_ms / 1000)
            current = self._kept.get(template["id"])
            if current and current["status"] == PENDING:
                rejected = self._world.switches.reject_templates
                reason = "INVALID_FORMAT" if rejected else "NONE"
                self._judge(current, REJECTED if rejected else APPROVED, reason)

        task = asyncio.create_task(review())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _judge(self, template: Json, status: str, reason: str) -> Json:
        judged = self._save(template | {"status": status, "rejected_reason": reason})
        value = {
            "event": status,
            "message_template_id": int(judged["id"]),
            "message_template_name": judged["name"],
            "message_template_language": judged["language"],
            "reason": reason,
            "message_template_category": judged["category"],
        }
        self._courier.send_change(value, f"template {judged['name']} {status}", field=FIELD)
        return judged

    def _save(self, template: Json) -> Json:
        self._kept[template["id"]] = template
        self._store.put("message_template", template["id"], template)
        self._world.hub.publish("template", template)
        return template

    def _of_the_repository(self) -> Iterator[Json]:
        """The project's own templates count as approved until they are made here."""
        files = sorted(self._folder.glob("*.json")) if self._folder else []
        for number, file in enumerate(files):
            written = json.loads(file.read_text(encoding="utf-8"))
            for place, one in enumerate(written if isinstance(written, list) else [written]):
                if isinstance(one, dict) and "name" in one and "components" in one:
                    template_id = str(10**14 + number * 1000 + place)
                    yield {"id": template_id, "status": APPROVED, "category": "UTILITY"} | one


def _new_id() -> str:
    return str(secrets.randbelow(9 * 10**14) + 10**14)
