"""The Graph API that the application calls: messages, under its limits."""

from dataclasses import replace

from aiohttp import web

from dev.simulator.access import VERSION
from dev.simulator.calls import Calls, json_of
from dev.simulator.config import Settings
from dev.simulator.contents import Contents
from dev.simulator.errors import (
    INVALID_PARAMETER,
    RECIPIENT_IS_SENDER,
    UNKNOWN_PATH,
    WINDOW_CLOSED,
    GraphError,
)
from dev.simulator.limits import PairLimit, Throughput
from dev.simulator.model import Customer, Direction, Message
from dev.simulator.outbound import Outbox
from dev.simulator.pricing import free_entry_until
from dev.simulator.recipients import find_recipient
from dev.simulator.store import Json
from dev.simulator.validate import check_message
from dev.simulator.world import World, new_wamid


class Graph:
    """Meta's side of the API: messages under its limits."""

    def __init__(
        self,
        settings: Settings,
        world: World,
        outbox: Outbox,
        calls: Calls,
        contents: Contents,
    ) -> None:
        self._settings = settings
        self._world = world
        self._outbox = outbox
        self._calls = calls
        self._contents = contents
        self.throughput = Throughput(world.now)
        self.pair_limit = PairLimit(world.now)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(VERSION + r"/{phone_number_id:\d+}/messages", self._calls.of(self.messages)),
            web.route("*", VERSION + "/{path:.*}", self._calls.of(self.unknown)),
        ]

    async def messages(self, request: web.Request) -> Json:
        body, phone_number_id = await json_of(request), request.match_info["phone_number_id"]
        if body.get("status") == "read":
            return self._read_receipt(body)
        self._calls.failures.take(accepted=False)
        if self._world.switches.throughput_limit:
            self.throughput.take(phone_number_id)
        _check(body)
        content = self._contents.check(body)
        customer, addressed = find_recipient(self._settings, self._world, body)
        if customer.phone == self._settings.display_phone_number:
            raise GraphError(RECIPIENT_IS_SENDER)
        if self._world.switches.pair_limit:
            self.pair_limit.take(phone_number_id, customer.id)
        self._check_window(customer, body)
        message = self._accept(customer, phone_number_id, body, content)
        self._calls.failures.take(accepted=True)
        answer: Json = {"id": message.id}
        if body.get("type") == "template":
            answer["message_status"] = "accepted"
        return {"messaging_product": "whatsapp", "contacts": [addressed], "messages": [answer]}

    def _accept(
        self, customer: Customer, phone_number_id: str, body: Json, content: Json
    ) -> Message:
        kind = content["type"]
        message = Message(
            id=new_wamid(customer),
            customer_id=customer.id,
            direction=Direction.OUTBOUND,
            phone_number_id=phone_number_id,
            at=self._world.now(),
            content=content,
            category=self._contents.category_of(content),
            status="accepted",
            reply_to=body.get("context", {}).get("message_id"),
            callback_data=body.get("biz_opaque_callback_data"),
        )
        self._world.hub.publish("typing", {"customer_id": customer.id, "on": False})
        until = free_entry_until(customer, self._world.now())
        if until != customer.free_entry_until:
            customer = self._world.save_customer(replace(customer, free_entry_until=until))
        self._world.save_message(message)
        self._contents.accepted(message)
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

    async def unknown(self, request: web.Request) -> Json:
        raise GraphError(UNKNOWN_PATH, message=f"Unknown path components: {request.path}")


def _check(body: Json) -> None:
    try:
        check_message(body)
    except (AttributeError, KeyError, TypeError) as problem:
        details = f"{body.get('type')}: the object is not shaped as this type requires"
        raise GraphError(INVALID_PARAMETER, details) from problem
