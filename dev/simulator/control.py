"""The control API: what phone pages and tests tell the simulated people and networks to do.

Bodies and answers are JSON; a refused call answers {"error": "..."} with status 400 or 404.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from dev.simulator import acts
from dev.simulator.carrier import SCANS, SHIPROCKET, scan_body
from dev.simulator.gateway import GatewayError
from dev.simulator.handshake import verify_webhook
from dev.simulator.model import Customer, Delivery, Direction
from dev.simulator.people import changed_customer, new_customer
from dev.simulator.refunds import Refunds
from dev.simulator.runtime import Parts
from dev.simulator.webhooks import PAYMENTS, STRIPE, WHATSAPP

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

DELIVERIES_SHOWN = 60


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer wrong input in words instead of a bare 500."""
    try:
        return await handler(request)
    except KeyError as problem:
        return web.json_response({"error": f"unknown or missing: {problem.args[0]}"}, status=404)
    except (ValueError, TypeError, GatewayError) as problem:
        return web.json_response({"error": str(problem)}, status=400)


class Control:
    """Everything that can be done to the simulated world from outside."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._world = parts.world

    def routes(self) -> list[web.RouteDef]:
        one = "/control/customers/{customer}"
        link = "/control/payment_links/{link}"
        return [
            web.get("/control/health", self.health),
            web.get("/control/shop", self.shop),
            web.post("/control/reset", self.reset),
            web.get("/control/customers", self.customers),
            web.post("/control/customers", self.add_customer),
            web.get(one, self.customer),
            web.patch(one, self.change_customer),
            web.get(one + "/messages", self.messages),
            web.post(one + "/read", self.read),
            web.post(one + "/{act}", self.act),
            web.get("/control/switches", self.switches),
            web.patch("/control/switches", self.set_switches),
            web.get("/control/deliveries", self.deliveries),
            web.post("/control/deliveries/{delivery}/retry", self.retry),
            web.post("/control/webhooks/verify", self.verify),
            web.post("/control/webhooks/{channel}", self.deliver),
            web.post("/control/scans", self.scan),
            web.get("/control/payment_links", self.payment_links),
            web.post("/control/payments/{payment}/refund", self.refund),
            web.post("/control/payments/{payment}/dispute", self.dispute),
            web.post("/control/refunds/{refund}/fail", self.fail_refund),
            web.post(link + "/{outcome:pay|fail|expire|cancel}", self.settle),
        ]

    async def health(self, request: web.Request) -> web.Response:
        """Say whether webhooks and messages are under way, for tests that wait for quiet."""
        parts = self._parts
        busy = (parts.courier, parts.outbox, parts.templates)
        idle = all(part.is_idle() for part in busy)
        return web.json_response({"ok": True, "idle": idle})

    async def shop(self, request: web.Request) -> web.Response:
        settings = self._parts.settings
        about = {
            "name": settings.shop_name,
            "phone_number_id": settings.phone_number_id,
            "display_phone_number": settings.display_phone_number,
            "webhook_url": settings.webhook_url,
            "payment_webhook_url": settings.payment_webhook_url,
            "courier_webhook_url": settings.courier_webhook_url,
            "dashboard_url": settings.dashboard_url,
            "catalog": self._parts.catalog.document,
        }
        return web.json_response(about)

    async def reset(self, request: web.Request) -> web.Response:
        self._parts.courier.forget()
        self._parts.stripe.reset()
        self._parts.calls.forget()
        self._parts.catalog.reset()
        self._parts.flows.reset()
        self._parts.orders.reset()
        self._parts.media.reset()
        self._parts.templates.reset()
        self._parts.pricing.reset()
        self._parts.graph.pair_limit.forget()
        self._world.reset()
        return web.json_response({"ok": True})

    async def customers(self, request: web.Request) -> web.Response:
        everyone = [self._world.describe(c) for c in self._world.customers.values()]
        return web.json_response({"customers": everyone})

    async def add_customer(self, request: web.Request) -> web.Response:
        customer = new_customer(self._world, await json_body(request))
        self._world.save_customer(customer)
        return web.json_response(self._world.describe(customer), status=201)

    async def customer(self, request: web.Request) -> web.Response:
        return web.json_response(self._world.describe(self._named(request)))

    async def change_customer(self, request: web.Request) -> web.Response:
        before = self._named(request)
        after = self._world.save_customer(changed_customer(before, await json_body(request)))
        if before.offline and not after.offline:
            self._parts.outbox.back_online(after.id)
        return web.json_response(self._world.describe(after))

    async def messages(self, request: web.Request) -> web.Response:
        """List a thread, oldest first; `direction=outbound` is what the customer received."""
        customer, direction = self._named(request), request.query.get("direction")
        wanted = [Direction(direction)] if direction else list(Direction)
        thread = [m.to_json() for m in self._world.thread(customer.id) if m.direction in wanted]
        return web.json_response({"messages": thread})

    async def read(self, request: web.Request) -> web.Response:
        self._parts.outbox.open_thread(self._named(request).id)
        return web.json_response({"ok": True})

    async def act(self, request: web.Request) -> web.Response:
        """Let a customer write, order, answer, share or react; answers with the message."""
        act = acts.ACTS.get(request.match_info["act"])
        if act is None:
            raise KeyError(f"act {request.match_info['act']!r} (there are {', '.join(acts.ACTS)})")
        message = act(self._parts, self._named(request), await json_body(request))
        self._parts.graph.throughput.count(message.phone_number_id)
        return web.json_response(message.to_json(), status=201)

    async def switches(self, request: web.Request) -> web.Response:
        return web.json_response(self._world.switches.to_json())

    async def set_switches(self, request: web.Request) -> web.Response:
        return web.json_response(self._world.set_switches(await json_body(request)).to_json())

    async def deliveries(self, request: web.Request) -> web.Response:
        every = list(self._parts.courier.deliveries.values())
        channel = request.query.get("channel")
        wanted = [d.to_json() for d in every if channel in {None, d.channel}]
        limit = int(request.query.get("limit", DELIVERIES_SHOWN))
        return web.json_response({"deliveries": wanted[-limit:]})

    async def retry(self, request: web.Request) -> web.Response:
        delivery = self._parts.courier.deliveries[request.match_info["delivery"]]
        self._parts.courier.retry(delivery.id)
        return web.json_response({"ok": True}, status=202)

    async def verify(self, request: web.Request) -> web.Response:
        """Do Meta's GET handshake; `token` in the body tries another verify token."""
        result = await verify_webhook(
            self._parts.settings, token=(await json_body(request)).get("token")
        )
        self._world.hub.publish("handshake", result)
        return web.json_response(result)

    async def deliver(self, request: web.Request) -> web.Response:
        """Sign the raw body as it came, deliver it, and answer with the delivery."""
        channel = request.match_info["channel"]
        if channel not in {WHATSAPP, PAYMENTS, STRIPE, SCANS, SHIPROCKET}:
            raise KeyError(channel)
        body = (await request.read()).decode()
        headers = {k: v for k, v in request.headers.items() if k.startswith("x-razorpay-event-id")}
        delivery = self._parts.courier.send_body(channel, body, "given body", headers=headers)
        return await self._tried(delivery)

    async def scan(self, request: web.Request) -> web.Response:
        """Let the carrier scan a parcel, tell the application, and answer with the delivery."""
        wanted = await json_body(request)
        if not self._parts.settings.courier_webhook_url:
            raise ValueError("start with --courier-webhook-url to let a carrier scan parcels")
        channel, body = scan_body(wanted, self._world.now())
        summary = f"{wanted['status']} · {wanted['tracking_number']}"
        return await self._tried(self._parts.courier.send_body(channel, body, summary))

    async def _tried(self, delivery: Delivery) -> web.Response:
        """The delivery after its first attempt, or as it is after ten seconds."""
        for _ in range(200):
            await asyncio.sleep(0.05)
            if self._parts.courier.deliveries[delivery.id].attempts:
                break
        return web.json_response(self._parts.courier.deliveries[delivery.id].to_json())

    async def payment_links(self, request: web.Request) -> web.Response:
        described = [self._parts.gateway.described(link) for link in self._world.links.values()]
        return web.json_response({"payment_links": described})

    async def settle(self, request: web.Request) -> web.Response:
        link_id, gateway = self._world.links[request.match_info["link"]].id, self._parts.gateway
        method = str((await json_body(request)).get("method", "upi"))
        match request.match_info["outcome"]:
            case "pay":
                gateway.pay(link_id, method=method)
            case "fail":
                gateway.fail(link_id, method=method)
            case "expire":
                gateway.expire(link_id)
            case _:
                gateway.cancel(link_id)
        return web.json_response(gateway.described(self._world.links[link_id]))

    async def refund(self, request: web.Request) -> web.Response:
        """Refund a payment as at the gateway's own dashboard; {amount}, or all that is left."""
        refunds = Refunds(self._world, self._parts.gateway)
        made = refunds.create(request.match_info["payment"], await json_body(request))
        return web.json_response(made)

    async def dispute(self, request: web.Request) -> web.Response:
        """Let a bank dispute a payment: {outcome}: created, won or lost."""
        refunds = Refunds(self._world, self._parts.gateway)
        outcome = str((await json_body(request)).get("outcome", "created"))
        return web.json_response(refunds.dispute(request.match_info["payment"], outcome))

    async def fail_refund(self, request: web.Request) -> web.Response:
        refunds = Refunds(self._world, self._parts.gateway)
        return web.json_response(refunds.fail(request.match_info["refund"]))

    def _named(self, request: web.Request) -> Customer:
        name = request.match_info["customer"]
        if name not in self._world.customers:
            raise KeyError(f"customer {name!r}")
        return self._world.customers[name]


async def json_body(request: web.Request) -> dict[str, Any]:
    """Return the body; only JSON is accepted, so that no other website can post forms here."""
    raw = await request.read()
    if not raw:
        return {}
    if request.content_type != "application/json":
        raise ValueError("send JSON with Content-Type: application/json")
    body = json.loads(raw)
    if not isinstance(body, dict):
        raise ValueError("send a JSON object")
    return body
