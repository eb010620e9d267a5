"""What happens to a message after the Graph API accepted it: sent, delivered, read or failed."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from dev.simulator.config import Settings
from dev.simulator.errors import (
    RECEIVER_INCAPABLE,
    STOPPED_MARKETING,
    UNDELIVERABLE,
    WINDOW_CLOSED,
    webhook_error,
)
from dev.simulator.inbound import contact, envelope_value
from dev.simulator.model import Customer, Direction, Message
from dev.simulator.orders import Orders, status_of
from dev.simulator.pricing import FREE_ENTRY, Pricing
from dev.simulator.store import Json
from dev.simulator.webhooks import Courier
from dev.simulator.world import World

RANK = {"accepted": 0, "sent": 1, "delivered": 2, "read": 3}
ADDRESS = "address_message"


class Outbox:
    """Carries accepted messages to the customer's phone and reports each step by webhook."""

    def __init__(
        self,
        settings: Settings,
        world: World,
        courier: Courier,
        orders: Orders,
        pricing: Pricing,
    ) -> None:
        self._settings = settings
        self._pricing = pricing
        self._world = world
        self._orders = orders
        self._courier = courier
        self._tasks: set[asyncio.Task[None]] = set()

    def carry(self, message: Message) -> None:
        """Begin the way of a message that has just been accepted."""
        customer = self._world.customers[message.customer_id]
        reason = self._why_it_fails(customer, message)
        if reason:
            self._spawn(self._fail(message, reason))
        else:
            self._spawn(self._arrive(message))

    def resume(self) -> None:
        """Go on with messages that were under way when the simulator was stopped."""
        for message in list(self._world.messages.values()):
            if message.direction is Direction.OUTBOUND and message.status in {"accepted", "sent"}:
                self.carry(message)

    def open_thread(self, customer_id: str) -> None:
        """Mark a thread read, as when its customer opens it."""
        for message in self._world.mark_read(customer_id):
            self._report(message, "read")

    def back_online(self, customer_id: str) -> None:
        for message in self._world.thread(customer_id):
            if message.direction is Direction.OUTBOUND and message.status == "sent":
                self._spawn(self._arrive(message))

    def is_idle(self) -> bool:
        return not self._tasks

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _why_it_fails(self, customer: Customer, message: Message) -> Json | None:
        if customer.unreachable:
            return webhook_error(UNDELIVERABLE)
        if customer.fails_with:
            return webhook_error(customer.fails_with)
        if customer.stopped_marketing_at and message.category == "marketing":
            return webhook_error(STOPPED_MARKETING)
        if message.content["type"] != "template" and not self._world.window_is_open(customer):
            return webhook_error(WINDOW_CLOSED)
        interactive = message.content.get("interactive", {})
        too_old = set(customer.cannot_show) | (set() if customer.address_form else {ADDRESS})
        if interactive.get("type") in too_old:
            return webhook_error(RECEIVER_INCAPABLE)
        news = status_of(message.content)
        return self._orders.refuse_status(message, news) if news else None

    async def _fail(self, message: Message, reason: Json) -> None:
        await self._pause()
        self._world.save_message(replace(message, status="failed", error=reason))
        self._report(message, "failed", error=reason)

    async def _arrive(self, message: Message) -> None:
        await self._step(message.id, "sent")
        if self._world.customers[message.customer_id].offline:
            return
        await self._step(message.id, "delivered")
        self._world.hub.publish("customer", self._described(message.customer_id))
        if self._world.hub.is_reading(message.customer_id):
            await self._pause()
            self.open_thread(message.customer_id)

    async def _step(self, message_id: str, status: str) -> None:
        await self._pause()
        message = self._world.messages.get(message_id)
        if message is None or RANK.get(message.status, len(RANK)) >= RANK[status]:
            return
        message = replace(message, status=status, pricing=message.pricing or self._price(message))
        self._world.save_message(message)
        self._report(message, status)

    def _price(self, message: Message) -> Json:
        customer = self._world.customers[message.customer_id]
        return self._pricing.of(customer, message, message.category)

    def _report(self, message: Message, status: str, *, error: Json | None = None) -> None:
        if not self._world.switches.statuses:
            return
        customer = self._world.customers[message.customer_id]
        value = envelope_value(self._settings, message.phone_number_id)
        if status != "failed":
            value["contacts"] = [contact(customer)]
        value["statuses"] = [self._status(customer, message, status, error)]
        self._courier.send_change(value, f"{status} · {customer.name}")

    def _status(
        self, customer: Customer, message: Message, status: str, error: Json | None
    ) -> Json:
        body: Json = {"id": message.id, "status": status, "timestamp": str(int(self._world.now()))}
        if customer.phone:
            body["recipient_id"] = customer.phone
        if error is None or not customer.phone:
            body["recipient_user_id"] = customer.user_id
        if message.callback_data is not None:
            body["biz_opaque_callback_data"] = message.callback_data
        if error is not None:
            return body | _refused(customer, error)
        # Meta puts the price on `sent` and on one of `delivered` and `read`.
        if status in {"sent", "delivered"} and message.pricing:
            body["pricing"] = message.pricing
        if (message.pricing or {}).get("type") == FREE_ENTRY:
            body["conversation"] = self._conversation(customer, status)
        return body

    def _conversation(self, customer: Customer, status: str) -> Json:
        """Since v24 only told while everything is free after an ad."""
        origin = {"type": "referral_conversion"}
        shown: Json = {"id": f"{customer.user_id}.{int(customer.came_by_ad_at)}", "origin": origin}
        if status == "sent":
            shown["expiration_timestamp"] = str(int(customer.free_entry_until))
        return shown

    def _described(self, customer_id: str) -> Json:
        return self._world.describe(self._world.customers[customer_id])

    async def _pause(self) -> None:
        await asyncio.sleep(self._world.switches.status_ms / 1000)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _refused(customer: Customer, error: Json) -> Json:
    """Meta says of a client that is too old in another shape than of everything else."""
    body: Json = {"errors": [error]}
    if error["code"] == RECEIVER_INCAPABLE and customer.phone:
        body |= {"type": "message", "message": {"recipient_id": f"+{customer.phone}"}}
    return body
