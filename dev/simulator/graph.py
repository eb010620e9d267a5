"""The Graph API that the application calls: messages and catalog products."""

import asyncio
import json
from collections import deque
from typing import Any

from aiohttp import web

from dev.simulator.access import VERSION, authorise
from dev.simulator.catalog import Catalog
from dev.simulator.config import Settings
from dev.simulator.errors import (
    INVALID_PARAMETER,
    RECIPIENT_IS_SENDER,
    UNKNOWN_PATH,
    WINDOW_CLOSED,
    GraphError,
)
from dev.simulator.failures import Failures
from dev.simulator.limits import PairLimit, Throughput
from dev.simulator.model import Customer, Direction, Message
from dev.simulator.outbound import Outbox
from dev.simulator.recipients import find_recipient
from dev.simulator.store import Json
from dev.simulator.templates_sent import as_shown, check_template
from dev.simulator.validate import check_message
from dev.simulator.world import World, new_wamid

LOGGED = 500


class Graph:
    """Meta's side of the API, with its limits, its error shapes and its failures on demand."""

    def __init__(self, settings: Settings, world: World, catalog: Catalog, outbox: Outbox) -> None:
        self._settings = settings
        self._world = world
        self._catalog = catalog
        self._outbox = outbox
        self.throughput = Throughput(world.now)
        self.pair_limit = PairLimit(world.now)
        self.failures = Failures()
        #: The last calls with their answers, for tests.
        self.calls: deque[Json] = deque(maxlen=LOGGED)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(VERSION + r"/{phone_number_id:\d+}/messages", self.messages),
            web.get(VERSION + r"/{catalog_id:\d+}/products", self.products),
            web.route("*", VERSION + "/{path:.*}", self.unknown),
        ]

    async def messages(self, request: web.Request) -> web.Response:
        sent = await request.read()
        try:
            answer, status = await self._send(request, sent), 200
        except GraphError as problem:
            answer, status = problem.body(), problem.http_status
        logged = {"at": self._world.now(), "status": status, "answer": answer}
        call = logged | {"request": _readable(sent)}
        self.calls.append(call)
        self._world.hub.publish("call", call)
        return web.json_response(answer, status=status)

    async def _send(self, request: web.Request, sent: bytes) -> Json:
        await asyncio.sleep(self._world.switches.slow_ms / 1000)
        authorise(request, self._settings.access_token)
        self.failures.take(accepted=False)
        body = _parse(sent)
        phone_number_id = request.match_info["phone_number_id"]
        if body.get("status") == "read":
            return self._read_receipt(body)
        if self._world.switches.throughput_limit:
            self.throughput.take(phone_number_id)
        _check(body)
        customer, addressed = find_recipient(self._settings, self._world, body)
        if customer.phone == self._settings.display_phone_number:
            raise GraphError(RECIPIENT_IS_SENDER)
        if self._world.switches.pair_limit:
            self.pair_limit.take(phone_number_id, customer.id)
        self._check_window(customer, body)
        if body.get("type") == "template":
            check_template(self._world, body["template"])
        message = self._accept(customer, phone_number_id, body)
        self.failures.take(accepted=True)
        answer: Json = {"id": message.id}
        if body.get("type") == "template":
            answer["message_status"] = "accepted"
        return {"messaging_product": "whatsapp", "contacts": [addressed], "messages": [answer]}

    def _accept(self, customer: Customer, phone_number_id: str, body: Json) -> Message:
        kind = body.get("type", "text")
        message = Message(
            id=new_wamid(customer),
            customer_id=customer.id,
            direction=Direction.OUTBOUND,
            phone_number_id=phone_number_id,
            at=self._world.now(),
            content=as_shown(self._world, {"type": kind, kind: body[kind]}),
            status="accepted",
            reply_to=body.get("context", {}).get("message_id"),
            callback_data=body.get("biz_opaque_callback_data"),
        )
        self._world.hub.publish("typing", {"customer_id": customer.id, "on": False})
        self._world.save_message(message)
        if kind == "reaction":
            self._world.react(body[kind]["message_id"], "shop", body[kind].get("emoji", ""))
        self._world.hub.publish("customer", self._world.describe(customer))
        self._outbox.carry(message)
        return message

    def _read_receipt(self, body: Json) -> Json:
        message = self._world.messages.get(str(body.get("message_id")))
        if message is None or message.direction is not Direction.INBOUND:
            raise GraphError(INVALID_PARAMETER, "message_id is not a message of a customer")
        self._world.read_by_shop(message)
        if body.get("typing_indicator"):
            self._world.hub.publish("typing", {"customer_id": message.customer_id, "on": True})
        return {"success": True}

    def _check_window(self, customer: Customer, body: Json) -> None:
        outside = body.get("type") != "template" and not self._world.window_is_open(customer)
        if outside and self._world.switches.window_error_at_once:
            raise GraphError(WINDOW_CLOSED)

    async def unknown(self, request: web.Request) -> web.Response:
        problem = GraphError(UNKNOWN_PATH, message=f"Unknown path components: {request.path}")
        return web.json_response(problem.body(), status=problem.http_status)

    async def products(self, request: web.Request) -> web.Response:
        try:
            authorise(request, self._settings.access_token)
            return web.json_response(self._catalog.answer(dict(request.query)))
        except GraphError as problem:
            return web.json_response(problem.body(), status=problem.http_status)


def _parse(sent: bytes) -> Json:
    try:
        body = json.loads(sent)
    except ValueError as problem:
        raise GraphError(INVALID_PARAMETER, "the body is not JSON") from problem
    if not isinstance(body, dict):
        raise GraphError(INVALID_PARAMETER, "the body is not a JSON object")
    return body


def _check(body: Json) -> None:
    try:
        check_message(body)
    except (AttributeError, KeyError, TypeError) as problem:
        details = f"{body.get('type')}: the object is not shaped as this type requires"
        raise GraphError(INVALID_PARAMETER, details) from problem


def _readable(sent: bytes) -> Any:
    try:
        return json.loads(sent)
    except ValueError:
        return sent.decode(errors="replace")
