"""Delivers webhooks at least once: signed, retried with back-off, and disturbed by the switches."""

import asyncio
import contextlib
import secrets
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

import aiohttp

from dev.simulator.carrier import SCANS, SHIPROCKET
from dev.simulator.config import Settings
from dev.simulator.model import Delivery
from dev.simulator.signing import (
    COURIER_TOKEN,
    courier_signature,
    meta_json,
    payment_signature,
    stripe_signature,
    whatsapp_signature,
)
from dev.simulator.store import Json, Store
from dev.simulator.world import World

WHATSAPP, PAYMENTS, STRIPE = "whatsapp", "payments", "stripe"
ANSWER_SECONDS = 20
FIRST_RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 300.0
#: Meta gives up after seven days, Razorpay after one; the simulator keeps to the longer.
GIVE_UP_SECONDS = 7 * 24 * 3600
REORDER_SECONDS = 0.4
#: Posts run side by side: without a gap they could overtake one another back into order.
REORDER_GAP_SECONDS = 0.05
BATCH_SECONDS = 0.4
KEPT = 500
AT_ONCE = 20
OK_FROM, OK_UNTIL = 200, 300
WRONG_SECRET = "not-the-secret"


@dataclass(frozen=True, slots=True)
class Change:
    """One `changes[]` entry on its way into an envelope."""

    value: Json
    summary: str
    message_id: str | None
    field: str = "messages"


class Courier:
    """Takes changes and bodies, and brings them to the application until it answers 2xx."""

    def __init__(self, settings: Settings, world: World, store: Store) -> None:
        self._settings = settings
        self._world = world
        self._store = store
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting_changes: deque[Change] = deque()
        self._held_back: list[Delivery] = []
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._retry_now: dict[str, asyncio.Event] = {}
        self.on_delivered: Callable[[str], None] = lambda message_id: None
        self.deliveries = {d.id: d for d in map(Delivery.from_json, store.documents("delivery"))}

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ANSWER_SECONDS))
        for delivery in list(self.deliveries.values()):
            if delivery.state in {"waiting", "retrying"}:
                self._spawn(self._deliver(delivery))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    def is_idle(self) -> bool:
        """Whether nothing is under way: no change waits for a batch, no POST for an answer."""
        return not self._tasks and not self._waiting_changes and not self._held_back

    def forget(self) -> None:
        """Drop every delivery, for a fresh start."""
        for task in self._tasks:
            task.cancel()
        self._waiting_changes.clear()
        self._held_back.clear()
        self.deliveries.clear()
        self._store.clear("delivery")

    def send_change(
        self, value: Json, summary: str, message_id: str | None = None, *, field: str = "messages"
    ) -> None:
        """Send one change, batched with others when the switch says so."""
        self._waiting_changes.append(Change(value, summary, message_id, field))
        if len(self._waiting_changes) >= self._world.switches.batch:
            self._flush()
        else:
            self._spawn(self._flush_later())

    def send_payment_event(self, event: Json, summary: str) -> None:
        headers = {"x-razorpay-event-id": secrets.token_hex(7)}
        # Razorpay, unlike Meta, does not escape slashes.
        self.send_body(PAYMENTS, meta_json(event).replace("\\/", "/"), summary, headers=headers)

    def send_stripe_event(self, body: str, summary: str) -> None:
        self.send_body(STRIPE, body, summary)

    def send_body(
        self,
        channel: str,
        body: str,
        summary: str,
        *,
        headers: dict[str, str] | None = None,
        message_ids: list[str] | None = None,
    ) -> Delivery:
        """Send one body, signed over exactly these characters."""
        delivery = Delivery(
            id=secrets.token_hex(6),
            channel=channel,
            body=body,
            summary=summary,
            created_at=self._world.now(),
            headers=headers or {},
            message_ids=message_ids or [],
        )
        self._keep(delivery)
        if self._world.switches.reorder:
            self._held_back.append(delivery)
            self._spawn(self._release_reversed())
        else:
            self._send_copies(delivery)
        return delivery

    def retry(self, delivery_id: str) -> None:
        """Try a waiting delivery at once, or send a finished one again as a duplicate."""
        waiting = self._retry_now.get(delivery_id)
        if waiting:
            waiting.set()
        else:
            self._spawn(self._deliver(self.deliveries[delivery_id]))

    def _flush(self) -> None:
        changes = list(self._waiting_changes)
        self._waiting_changes.clear()
        if not changes:
            return
        entry = {
            "id": self._settings.waba_id,
            "changes": [{"value": change.value, "field": change.field} for change in changes],
        }
        body = meta_json({"object": "whatsapp_business_account", "entry": [entry]})
        summary = " + ".join(change.summary for change in changes)
        ids = [change.message_id for change in changes if change.message_id]
        self.send_body(WHATSAPP, body, summary, message_ids=ids)

    async def _flush_later(self) -> None:
        await asyncio.sleep(BATCH_SECONDS)
        self._flush()

    async def _release_reversed(self) -> None:
        await asyncio.sleep(REORDER_SECONDS)
        held, self._held_back = self._held_back, []
        for delivery in reversed(held):
            self._send_copies(delivery)
            await asyncio.sleep(REORDER_GAP_SECONDS)

    def _send_copies(self, delivery: Delivery) -> None:
        self._spawn(self._deliver(delivery))
        for _ in range(self._world.switches.duplicate):
            self._spawn(self._deliver(delivery))

    async def _deliver(self, delivery: Delivery) -> None:
        """Post until an answer is 2xx, waiting twice as long after each refusal."""
        pause = FIRST_RETRY_SECONDS
        await asyncio.sleep(self._world.switches.delay_ms / 1000)
        while True:
            await self._while_paused()
            async with self._slots:
                delivered = await self._attempt(delivery)
            if delivered or self._world.now() - delivery.created_at > GIVE_UP_SECONDS:
                self._note(delivery.id, state="delivered" if delivered else "gave up")
                break
            self._note(delivery.id, state="retrying")
            await self._wait_to_retry(delivery.id, pause)
            pause = min(pause * 2, LONGEST_RETRY_SECONDS)
        if delivered:
            for message_id in delivery.message_ids:
                self.on_delivered(message_id)

    async def _while_paused(self) -> None:
        while self._world.switches.paused:
            await asyncio.sleep(0.05)

    async def _wait_to_retry(self, delivery_id: str, seconds: float) -> None:
        event = self._retry_now.setdefault(delivery_id, asyncio.Event())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), seconds)
        self._retry_now.pop(delivery_id, None)

    async def _attempt(self, delivery: Delivery) -> bool:
        assert self._session is not None
        url, headers = self._address(delivery)
        started = self._world.now()
        attempt: Json = {"at": started, "status": None, "error": ""}
        try:
            async with self._session.post(url, data=delivery.body, headers=headers) as response:
                attempt["status"] = response.status
                if not OK_FROM <= response.status < OK_UNTIL:
                    attempt["error"] = (await response.text())[:300]
        except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
            attempt["error"] = str(problem) or type(problem).__name__
        attempt["ms"] = round((self._world.now() - started) * 1000)
        current = self.deliveries.get(delivery.id, delivery)
        self._keep(replace(current, attempts=[*current.attempts, attempt]))
        return OK_FROM <= (attempt["status"] or 0) < OK_UNTIL

    def _address(self, delivery: Delivery) -> tuple[str, dict[str, str]]:
        wrong = self._world.switches.wrong_signature
        body = delivery.body.encode()
        headers = {"Content-Type": "application/json"} | delivery.headers
        if delivery.channel == PAYMENTS:
            secret = WRONG_SECRET if wrong else self._settings.payment_secret
            return self._settings.payment_webhook_url, headers | payment_signature(secret, body)
        if delivery.channel == STRIPE:
            secret = WRONG_SECRET if wrong else self._settings.stripe_secret
            signed = stripe_signature(secret, body, int(self._world.now()))
            return self._settings.payment_webhook_url, headers | signed
        if delivery.channel in {SCANS, SHIPROCKET}:
            secret = WRONG_SECRET if wrong else self._settings.courier_secret
            signs = delivery.channel == SCANS
            proof = courier_signature(secret, body) if signs else {COURIER_TOKEN: secret}
            return self._settings.courier_webhook_url, headers | proof
        secret = WRONG_SECRET if wrong else self._settings.app_secret
        headers |= {"User-Agent": "facebookexternalua"} | whatsapp_signature(secret, body)
        return self._settings.webhook_url, headers

    def _note(self, delivery_id: str, *, state: str) -> None:
        current = self.deliveries.get(delivery_id)
        # A copy that fails does not take back that another copy was delivered.
        if current and current.state != "delivered":
            self._keep(replace(current, state=state))

    def _keep(self, delivery: Delivery) -> None:
        self.deliveries[delivery.id] = delivery
        self._store.put("delivery", delivery.id, delivery.to_json())
        self._world.hub.publish("delivery", delivery.to_json())
        if len(self.deliveries) > KEPT:
            finished = next((d for d in self.deliveries.values() if d.state == "delivered"), None)
            if finished:
                del self.deliveries[finished.id]
                self._store.delete("delivery", finished.id)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
