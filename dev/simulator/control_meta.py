"""The control API's half that is about Meta: what it refuses, and what it took."""

from aiohttp import web

from dev.simulator import identity
from dev.simulator.control import json_body
from dev.simulator.errors import GraphError
from dev.simulator.model import Direction
from dev.simulator.registry import ANY_LANGUAGE, APPROVED
from dev.simulator.runtime import Parts
from dev.simulator.store import Json

DEFAULT_SECONDS = 60


class MetaControl:
    """Failures, outages, the catalog and the record of what was sent."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._world = parts.world

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/control/failures", self.failures),
            web.post("/control/failures", self.plan_failure),
            web.delete("/control/failures", self.clear_failures),
            web.get("/control/outage", self.outage),
            web.post("/control/outage", self.begin_outage),
            web.delete("/control/outage", self.end_outage),
            web.get("/control/calls", self.calls),
            web.get("/control/accepted", self.accepted),
            web.get("/control/products", self.products),
            web.patch("/control/products/{retailer_id}", self.change_product),
            web.patch("/control/catalog", self.change_catalog),
            web.get("/control/flows/{flow_id}", self.flow),
            web.put("/control/flows/{flow_id}", self.set_flow),
            web.get("/control/whatsapp_payments", self.whatsapp_payments),
            web.post("/control/whatsapp_payments/{reference}/{outcome}", self.pay_in_whatsapp),
            web.post(
                "/control/whatsapp_payments/{reference}/refunds/{refund}/fail", self.fail_refund
            ),
            web.get("/control/templates", self.templates),
            web.put("/control/templates/{name}", self.set_template),
            web.post("/control/templates/{name}/{status}", self.judge_template),
            web.post("/control/customers/{customer}/identity/{change}", self.change_identity),
            web.delete("/control/media/{media_id}", self.forget_media),
            web.get("/control/pricing", self.pricing),
            web.put("/control/pricing", self.set_pricing),
        ]

    async def failures(self, request: web.Request) -> web.Response:
        return web.json_response({"failures": self._parts.calls.failures.waiting()})

    async def plan_failure(self, request: web.Request) -> web.Response:
        """{code, count?, after_accepting?, http_status?}: fail the next sends."""
        wanted = await json_body(request)
        self._parts.calls.failures.plan(
            int(wanted["code"]),
            count=int(wanted.get("count", 1)),
            after_accepting=bool(wanted.get("after_accepting")),
            http_status=int(wanted.get("http_status", 0)),
        )
        return await self.failures(request)

    async def clear_failures(self, request: web.Request) -> web.Response:
        self._parts.calls.failures.clear()
        return await self.failures(request)

    async def outage(self, request: web.Request) -> web.Response:
        return web.json_response(self._parts.calls.outage.to_json())

    async def begin_outage(self, request: web.Request) -> web.Response:
        """{seconds?, mode?, share?}: every Graph API call, or that share of a hundred."""
        wanted, outage = await json_body(request), self._parts.calls.outage
        outage.begin(
            mode=str(wanted.get("mode", "error")),
            seconds=float(wanted.get("seconds", DEFAULT_SECONDS)),
            share=int(wanted.get("share", 100)),
        )
        return self._shown_outage()

    async def end_outage(self, request: web.Request) -> web.Response:
        self._parts.calls.outage.end()
        return self._shown_outage()

    def _shown_outage(self) -> web.Response:
        shown = self._parts.calls.outage.to_json()
        self._world.hub.publish("outage", shown)
        return web.json_response(shown)

    async def calls(self, request: web.Request) -> web.Response:
        return web.json_response({"calls": list(self._parts.calls.log)})

    async def accepted(self, request: web.Request) -> web.Response:
        """What Meta took, in that order; `twice` are callback data that it took more than once."""
        customer = request.query.get("customer")
        data = request.query.get("callback_data")
        taken = [
            {
                "message_id": m.id,
                "customer_id": m.customer_id,
                "at": m.at,
                "type": m.content["type"],
                "kind": m.content.get("interactive", {}).get("type", ""),
                "callback_data": m.callback_data,
                "status": m.status,
            }
            for m in self._world.messages.values()
            if m.direction is Direction.OUTBOUND
            and customer in {None, m.customer_id}
            and data in {None, m.callback_data}
        ]
        return web.json_response({"accepted": taken, "twice": _twice(taken)})

    async def products(self, request: web.Request) -> web.Response:
        return web.json_response({"products": list(self._parts.catalog.products.values())})

    async def change_product(self, request: web.Request) -> web.Response:
        """{price?, sale_price?, availability?, name?, description?, removed?}"""
        catalog, retailer_id = self._parts.catalog, request.match_info["retailer_id"]
        changed = catalog.change(retailer_id, await json_body(request))
        self._world.hub.publish("catalog", catalog.document)
        return web.json_response(changed)

    async def change_catalog(self, request: web.Request) -> web.Response:
        """{currency}: sell everything in another currency."""
        catalog = self._parts.catalog
        catalog.sell_in(str((await json_body(request))["currency"]))
        self._world.hub.publish("catalog", catalog.document)
        return web.json_response(catalog.document)

    async def flow(self, request: web.Request) -> web.Response:
        """The Flow that the page draws: an uploaded one, or that of the repository."""
        flow = self._parts.flows.find(request.match_info["flow_id"])
        if flow is None:
            raise KeyError(f"flow {request.match_info['flow_id']!r}")
        return web.json_response(flow)

    async def set_flow(self, request: web.Request) -> web.Response:
        """A Flow's JSON, published under this id; refused in words when it is not one."""
        definition = await json_body(request)
        try:
            flow = self._parts.flows.put(request.match_info["flow_id"], definition)
        except GraphError as problem:
            raise ValueError(problem.details) from problem
        return web.json_response(flow)

    async def whatsapp_payments(self, request: web.Request) -> web.Response:
        return web.json_response({"orders": self._parts.orders.all()})

    async def pay_in_whatsapp(self, request: web.Request) -> web.Response:
        """{method?}: pay, fail, pending, then capture or decline; cancel closes the sheet."""
        method = str((await json_body(request)).get("method", "upi"))
        named = request.match_info
        return web.json_response(
            self._parts.whatsapp_pay.act(named["reference"], named["outcome"], method)
        )

    async def fail_refund(self, request: web.Request) -> web.Response:
        named = request.match_info
        return web.json_response(
            self._parts.whatsapp_pay.fail_refund(named["reference"], named["refund"])
        )

    async def templates(self, request: web.Request) -> web.Response:
        return web.json_response({"templates": list(self._parts.templates.every())})

    async def set_template(self, request: web.Request) -> web.Response:
        """{body} in any language, or {language, components}; {category?, status?, sub_category?}

        The template is there without Meta's review.
        """
        given = await json_body(request)
        wanted: Json = {"name": request.match_info["name"], "category": "UTILITY"}
        wanted["language"] = str(given.get("language", ANY_LANGUAGE))
        if "body" in given:
            wanted["components"] = [{"type": "BODY", "text": str(given["body"])}]
        names = ("components", "category", "sub_category")
        wanted |= {name: given[name] for name in names if name in given}
        if not isinstance(wanted.get("components"), list):
            raise ValueError("give a body, or components")
        status = str(given.get("status", APPROVED))
        return web.json_response(self._parts.templates.put(wanted, status=status))

    async def judge_template(self, request: web.Request) -> web.Response:
        """{reason?}: Meta approves, rejects, pauses or disables it, and tells by webhook."""
        named, given = request.match_info, await json_body(request)
        judged = self._parts.templates.set_status(
            named["name"], named["status"].upper(), str(given.get("reason", "NONE"))
        )
        return web.json_response({"templates": judged})

    async def change_identity(self, request: web.Request) -> web.Response:
        """number {phone}, user_id, show_phone {phone}, stop_marketing, resume_marketing."""
        name, change = request.match_info["customer"], request.match_info["change"]
        if name not in self._world.customers:
            raise KeyError(f"customer {name!r}")
        customer, given = self._world.customers[name], await json_body(request)
        match change:
            case "number":
                changed = identity.change_number(self._parts, customer, str(given["phone"]))
            case "show_phone":
                changed = identity.show_phone(self._parts, customer, str(given["phone"]))
            case "user_id":
                changed = identity.change_user_id(self._parts, customer)
            case "stop_marketing" | "resume_marketing":
                stops = change == "stop_marketing"
                changed = identity.choose_marketing(self._parts, customer, stops=stops)
            case _:
                raise KeyError(f"change {change!r}")
        return web.json_response(self._world.describe(changed))

    async def forget_media(self, request: web.Request) -> web.Response:
        """Lose a file, as after its days."""
        self._parts.media.forget(request.match_info["media_id"])
        return web.json_response({"ok": True})

    async def pricing(self, request: web.Request) -> web.Response:
        number = self._parts.settings.phone_number_id
        return web.json_response({"service_messages": self._parts.pricing.counted(number)})

    async def set_pricing(self, request: web.Request) -> web.Response:
        """{service_messages}: how many the shop has sent this month; 1000 of them are free."""
        count = int((await json_body(request))["service_messages"])
        self._parts.pricing.count(self._parts.settings.phone_number_id, count)
        return await self.pricing(request)


def _twice(taken: list[Json]) -> list[str]:
    seen: set[str] = set()
    found: list[str] = []
    for one in taken:
        data = one["callback_data"]
        if data and data in seen and data not in found:
            found.append(data)
        seen.add(data or "")
    return found
