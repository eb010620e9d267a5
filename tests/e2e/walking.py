"""Customers, staff, a courier, the clock and bad luck in a shop of its own on the deployed stack.

Each act is one thing that somebody does; what comes of it is checked as far as it is certain while
queues, machine and sweep go on at the same time.
"""

from __future__ import annotations

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any, Final

import httpx
from botocore.exceptions import ClientError

from dev.api_key import make_key
from dev.simulator.client import AN_ADDRESS, Refused
from orderdesk.adapters.dynamo.api_keys import DynamoApiKeys
from orderdesk.adapters.dynamo.stock import DynamoStock
from orderdesk.api.context import REVERT, SCOPES
from orderdesk.domain.money.ledger import EntryKind
from orderdesk.domain.orders.actor import STAFF_ROLES, Role
from orderdesk.domain.orders.lifecycle import Stage, moves_from
from orderdesk.domain.orders.order import order_id_of
from orderdesk.domain.orders.parcels import Fulfilment, ParcelState
from orderdesk.domain.shop.policy import AutoApprove, Policy, Store
from tests.messages import Sender
from tests.shop import PATIENCE, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from orderdesk.domain.orders.order import Order
    from tests.shop import Shop

MOST_ORDERS: Final = 10
GRACE: Final = timedelta(seconds=3)
# Hours and days of a shop, as seconds: reminders, abandonment, escalation and archiving all come
# within one walk.
POLICY: Final = Policy(
    reminders=(timedelta(seconds=4), timedelta(seconds=7)),
    abandon_after=timedelta(seconds=10),
    late_payment_valid_for=timedelta(seconds=10),
    archive_after=timedelta(seconds=12),
    return_window=timedelta(seconds=8),
    grace_period=GRACE,
    escalate_after={Stage.CONFIRMED: timedelta(seconds=5), Stage.APPROVED: timedelta(seconds=5)},
    auto_approve=AutoApprove(enabled=True),
    refund_automatically=True,
    fulfilments=(Fulfilment.COURIER, Fulfilment.PICKUP),
)
COUNTED: Final = "SL-KAJU-250"
PRICES: Final = {"SL-CHAI-150": 260, COUNTED: 420}  # the catalog's: another price is held
WRITTEN: Final = "Asha Verma, 27 12th Main, Indiranagar, Bengaluru 560038"
REFUSALS: Final = {400, 403, 404, 409}
# Who comes to the desk how often: most roles may do little.
HANDS: Final = (Role.MANAGER, Role.MANAGER, Role.MANAGER, Role.AGENT, Role.AGENT, Role.PACKER)
ON_ITS_WAY: Final = (Stage.CONFIRMED, Stage.APPROVED, Stage.PROCESSED, Stage.SHIPPED)
SOMETHING_WENT_WRONG: Final = 131000


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """A key in a role; `name` stands in the history."""

    role: Role
    name: str
    api: httpx.Client


class Walk:
    """`order_ids` are those whose carts have become orders. `log` says what was done, in order."""

    def __init__(self, shop: Shop, *, seed: int) -> None:
        self.shop, self.random = shop, Random(seed)
        self.store_id, self.number = f"stroll{seed}", f"98{seed:06}"
        self.log: list[str] = []
        self.done = 0
        self._started = time.monotonic()
        self._clients = {name: shop.stack.client(name) for name in ("dynamodb", "stepfunctions")}
        self._open_shop()
        people = (("Asha", True), ("Bela", True), ("Chetan", False), ("Dilip", True))
        self.people = [
            (self._sender(f"{name} {seed}", place), self._phone(f"{name} {seed}", place, form=form))
            for place, (name, form) in enumerate(people)
        ]
        self._keys = {role: self._hand(role) for role in STAFF_ROLES}
        self._carts: dict[str, bytes] = {}
        self._placed: list[str] = []
        self._scans: list[dict[str, str]] = []
        self._serial = count(1)

    def close(self) -> None:
        for hand in self._keys.values():
            hand.api.close()
        for client in self._clients.values():
            client.close()

    def open(self) -> None:
        """The first customers come."""
        for _ in self.people:
            self.a_cart_comes_in()
        wait_for(lambda: len(self.order_ids) == len(self.people), "the first orders")

    def step(self) -> None:
        """Let somebody do something; the log says who did what to which order."""
        act = self.random.choices(ACTS, WEIGHTS)[0]
        self.done += 1
        before = time.monotonic()
        self.log.append(f"{self.done:4} at {before - self._started:5.1f} s  {act.__name__}")
        act(self)

    def calm_down(self) -> None:
        """Whatever was switched on to go wrong goes right again."""
        self.shop.phone.switch(duplicate=0, reorder=False, pair_limit=True)

    @property
    def order_ids(self) -> list[str]:
        fresh = (each for each in self._carts if each not in self._placed)
        self._placed += [each for each in fresh if self.shop.orders.find(self.store_id, each)]
        return self._placed

    def order(self, order_id: str) -> Order:
        return self.shop.orders.get(self.store_id, order_id)

    def is_between_tries(self, name: str) -> bool:
        """Whether an execution waits to try its task again. Stopped then, it would still try on the
        local cloud, and take the place of its successor; on AWS, what is stopped does nothing more.
        """
        history = self._clients["stepfunctions"].get_execution_history(
            executionArn=self.shop.execution_arn(name), maxResults=1000
        )
        return bool(history["events"][-1]["type"] == "TaskFailed")

    # ------------------------------------------------------------ customers

    def a_cart_comes_in(self) -> None:
        if len(self._carts) >= MOST_ORDERS:
            return self.a_customer_answers()
        sender, _ = self.random.choice(self.people)
        message_id = f"wamid.{self.store_id}-{next(self._serial)}"
        items = [
            {
                "product_retailer_id": product,
                "quantity": self.random.randint(1, 2),
                "item_price": price,
                "currency": "INR",
            }
            for product, price in PRICES.items()
            if product != COUNTED or self.random.random() < 0.5
        ]
        content = {"catalog_id": "194836987003835", "text": "", "product_items": items}
        body = json.dumps(sender.message(message_id, "order", content)).encode()
        order_id = order_id_of(self.store_id, self.number, message_id)
        self._carts[order_id] = body
        self._say(f"{order_id} of {sender.name}")
        self.shop.phone.deliver(body)
        return None

    def a_cart_comes_again(self) -> None:
        if self._carts:
            self.shop.phone.deliver(self.random.choice(list(self._carts.values())))

    def a_customer_answers(self) -> None:
        """One of the last things that they were asked: a form, a button, a question in words."""
        sender, phone = self.random.choice(self.people)
        asked = [m for m in self.shop.phone.received(phone)[-6:] if _is_question(m["content"])]
        if asked:
            self._answer(sender, self.random.choice(asked[-3:]))

    def a_customer_writes(self) -> None:
        sender, _ = self.random.choice(self.people)
        text = self.random.choice(["Is it fresh?", "Thank you!", WRITTEN])
        self._tell(sender, "text", {"body": text})

    def a_link_is_paid_or_not(self) -> None:
        links = [
            each
            for each in self.shop.phone.payment_links()
            if dict(each["notes"] or {}).get("store_id") == self.store_id
            and each["status"] == "created"
        ]
        if not links:
            return self.a_customer_answers()
        outcome = self.random.choice(["pay", "pay", "pay", "pay", "fail", "expire", "cancel"])
        link = self.random.choice(links)
        self._say(f"{outcome} {link['reference_id']}")
        with suppress(Refused):  # closed meanwhile
            self.shop.phone.settle(link["id"], outcome)
        return None

    def a_payment_is_told_again(self) -> None:
        told = [
            each["body"]
            for each in self.shop.phone.deliveries("payments", limit=100)
            if f'"{self.store_id}"' in each["body"]
        ]
        if told:
            self.shop.phone.deliver(self.random.choice(told).encode(), "payments")

    def the_gateway_gives_money_back(self) -> None:
        order = self._pick()
        paid = [
            entry.id
            for entry in (order.ledger.entries if order else ())
            if entry.kind is EntryKind.CAPTURED and entry.id.startswith("pay_")
        ]
        if paid:
            with suppress(Refused):  # all of it is back already
                self.shop.phone.refund(self.random.choice(paid), self.random.choice([None, 5000]))

    # ------------------------------------------------------------ staff

    def staff_do_what_is_offered(self) -> None:
        """Rather to an order that is on its way: left to chance, few get to the end."""
        on_its_way = ON_ITS_WAY if self._now_and_then(0.7) else ()
        order, hand = self._pick(*on_its_way), self._any_hand()
        if order is None:
            return self.a_cart_comes_in()
        seen = hand.api.get(f"/api/orders/{order.order_id}").json()
        allowed = [each for each in seen["moves"] if each["allowed"]]
        forward = [each for each in allowed if each["class"] == "forward"]
        waits_for_customer = order.stage is Stage.PLACED and not forward
        if not allowed or (waits_for_customer and self._now_and_then(0.8)):
            return self.a_customer_answers()
        onward = forward if forward and self._now_and_then(0.8) else allowed
        to = Stage(self.random.choice(onward)["to"])
        body = self._wanted(order, to, seen["order"]["version"])
        self._judge(hand, order, body, self._ask(hand, order, body))
        return None

    def somebody_asks_for_anything(self) -> None:
        """Any stage, in any role, at the version of now or the one before."""
        order = self._pick()
        if order is None:
            return
        hand = self._keys[self.random.choice(STAFF_ROLES)]
        version = max(1, order.version - self.random.choice([0, 0, 1]))
        body = self._wanted(order, self.random.choice(list(Stage)), version)
        answer = self._ask(hand, order, body)
        if version < order.version:
            assert answer.status_code == 409, answer.text
            assert answer.json()["error"]["code"] == "stale", answer.text
        self._judge(hand, order, body, answer)

    def two_act_on_what_they_both_saw(self) -> None:
        """One wins at most, and the other is told who won and what is possible now."""
        order = self._pick()
        if order is None:
            return
        hands = self.random.sample([self._keys[role] for role in STAFF_ROLES[:4]], 2)
        bodies = [self._wanted(order, self._some_stage(order), order.version) for _ in hands]
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda who, body: self._ask(who, order, body), hands, bodies))
        for hand, body, answer in zip(hands, bodies, answers, strict=True):
            self._judge(hand, order, body, answer)
        won = [hand for hand, each in zip(hands, answers, strict=True) if each.status_code == 200]
        assert len(won) <= 1
        for answer in answers:
            if answer.status_code == 409 and answer.json()["error"]["code"] == "stale":
                details = answer.json()["error"]["details"]
                assert details["order"]["version"] > order.version
                assert "moves" in details
                if won and details["order"]["version"] == order.version + 1:
                    assert details["changed_by"]["by"]["name"] == won[0].name

    def one_asks_twice_at_once(self) -> None:
        """As a client does that hears nothing: one key, one request, done once."""
        order, hand = self._pick(), self._any_hand()
        if order is None:
            return
        body = self._wanted(order, self._some_stage(order), order.version)
        key = str(uuid.UUID(int=self.random.getrandbits(128)))
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda _: self._ask(hand, order, body, key), range(2)))
        statuses = {each.status_code for each in answers}
        events = self.shop.orders.history(self.store_id, order.order_id, after=order.version)
        assert statuses == {200} or 200 not in statuses, [each.text for each in answers]
        own = [each for each in events if each.by.name == hand.name]
        assert len(own) == (1 if statuses == {200} else 0)

    def somebody_edits(self) -> None:
        order, hand = self._pick(), self._any_hand()
        if order is None:
            return
        method, path, body = self.random.choice(list(self._edits(order)))
        wanted = {"expected_version": order.version, **body}
        answer = hand.api.request(method, f"/api/orders/{order.order_id}/{path}", json=wanted)
        self._say(f"{order.order_id} {hand.role} {method} {path}: {answer.status_code}")
        assert answer.status_code in {200, *REFUSALS}, answer.text

    # ------------------------------------------------------------ the courier and the clock

    def the_courier_scans(self) -> None:
        order = self._pick(Stage.SHIPPED, Stage.DELIVERED)
        if order is None or order.tracking is None or not order.tracking.number:
            return self.staff_do_what_is_offered()
        states = [ParcelState.DELIVERED, ParcelState.DELIVERED, *ParcelState]
        scan = {
            "event_id": f"{self.store_id}-{next(self._serial)}",
            "tracking_number": order.tracking.number,
            "status": self.random.choice(states).value,
            "at": datetime.now(UTC).isoformat(),
        }
        self._scans.append(scan)
        self._scan(scan)
        return None

    def a_scan_comes_again(self) -> None:
        if self._scans:
            self._scan(self.random.choice(self._scans))

    def the_clock_strikes(self) -> None:
        self._sweep()

    def the_clock_strikes_twice_at_once(self) -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: self._sweep(), range(2)))

    def time_passes(self) -> None:
        time.sleep(self.random.uniform(0.5, 1.5))

    # ------------------------------------------------------------ bad luck

    def an_execution_is_stopped(self) -> None:
        order = self._pick()
        parked = order and self.shop.executions.find(self.store_id, order.order_id)
        if not parked or not parked.token or self.is_between_tries(parked.name):
            return
        self._say(f"{parked.name} in {parked.stage}")
        with suppress(ClientError):  # it has ended meanwhile
            arn = self.shop.execution_arn(parked.name)
            self._clients["stepfunctions"].stop_execution(executionArn=arn)

    def a_token_is_lost(self) -> None:
        order = self._pick()
        if order:
            self._say(order.order_id)
            key = {"pk": {"S": f"{self.store_id}#ORDER#{order.order_id}"}, "sk": {"S": "EXECUTION"}}
            table = self.shop.stack.outputs["TableName"]
            self._clients["dynamodb"].delete_item(TableName=table, Key=key)

    def whatsapp_fails(self) -> None:
        self.shop.phone.fail_next_sends(SOMETHING_WENT_WRONG)

    def webhooks_come_twice_or_in_disorder(self) -> None:
        switches = {"duplicate": self.random.choice([0, 1, 2]), "reorder": self._now_and_then(0.3)}
        self._say(str(switches))
        self.shop.phone.switch(**switches)

    # ------------------------------------------------------------ how they do it

    def _open_shop(self) -> None:
        stores = self.shop.stores
        stores.put(Store(store_id=self.store_id, name="Stroll", policy=POLICY))
        stores.map_number(self.number, self.store_id)
        stock = DynamoStock(self._clients["dynamodb"], self.shop.stack.outputs["TableName"])
        stock.count(self.store_id, COUNTED, 6)
        # How fast WhatsApp takes messages is not what is looked at here.
        self.shop.phone.switch(pair_limit=False)

    def _sender(self, name: str, place: int) -> Sender:
        return Sender(number=self.number, phone=f"91{self.number}{place:02}", name=name)

    def _phone(self, name: str, place: int, *, form: bool) -> str:
        number = f"91{self.number}{place:02}"
        return self.shop.customer(name, phone=number, address_form=form)

    def _hand(self, role: Role) -> Hand:
        keys = DynamoApiKeys(self._clients["dynamodb"], self.shop.stack.outputs["TableName"])
        # An agent's key that takes moves back would act as a manager.
        scopes = tuple(each for each in SCOPES if each != REVERT or role is not Role.AGENT)
        name = f"Key of the {role}"
        token = make_key(keys, store_id=self.store_id, name=name, scopes=scopes, role=role)
        headers = {"authorization": f"Bearer {token}"}
        api = httpx.Client(base_url=self.shop.stack.url, headers=headers, timeout=PATIENCE)
        return Hand(role=role, name=name, api=api)

    def _any_hand(self) -> Hand:
        return self._keys[self.random.choice((*HANDS, *STAFF_ROLES))]

    def _pick(self, *stages: Stage) -> Order | None:
        """Any order, rather one of these stages."""
        order_ids = self.random.sample(self.order_ids, len(self.order_ids))
        for order_id in order_ids if stages else ():
            order = self.order(order_id)
            if order.stage in stages:
                return order
        return self.order(order_ids[0]) if order_ids else None

    def _now_and_then(self, share: float) -> bool:
        return self.random.random() < share

    def _say(self, words: str) -> None:
        self.log.append(f"{'':17}{words}")

    def _tell(self, sender: Sender, kind: str, content: object, reply_to: str = "") -> None:
        one = {
            "from": sender.phone,
            "id": f"wamid.{self.store_id}-{next(self._serial)}",
            "timestamp": str(int(time.time())),
            "type": kind,
            kind: content,
        }
        if reply_to:
            one["context"] = {"from": "15550783881", "id": reply_to}
        self._say(f"{sender.name}: {json.dumps(content)[:80]}")
        self.shop.phone.deliver(json.dumps(sender.body(one)).encode())

    def _answer(self, sender: Sender, question: dict[str, Any]) -> None:
        interactive = question["content"].get("interactive", {})
        if interactive.get("type") == "address_message":
            values = json.dumps({"values": AN_ADDRESS})
            reply = {"name": "address_message", "body": WRITTEN, "response_json": values}
            form = {"type": "nfm_reply", "nfm_reply": reply}
            self._tell(sender, "interactive", form, question["id"])
        elif interactive.get("type") == "button":
            buttons = [each["reply"]["id"] for each in interactive["action"]["buttons"]]
            paying = [each for each in buttons if each.startswith("pay:")]
            button = self.random.choice(paying if paying and self._now_and_then(0.7) else buttons)
            tapped = {"type": "button_reply", "button_reply": {"id": button, "title": "Tap"}}
            self._tell(sender, "interactive", tapped, question["id"])
        else:  # in words, also below a link to the form page
            self._tell(sender, "text", {"body": WRITTEN}, question["id"])

    def _wanted(self, order: Order, to: Stage, version: int) -> dict[str, Any]:
        body: dict[str, Any] = {"to": to, "expected_version": version, "reason": "Because"}
        if to is Stage.SHIPPED:
            body["tracking"] = self._parcel_number(order)
        if to is Stage.DELIVERED and order.pickup_code:
            body["pickup_code"] = order.pickup_code
        if to is Stage.ON_HOLD and self._now_and_then(0.7):
            body["until"] = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
        if self._now_and_then(0.3):
            body["restock"] = self._now_and_then(0.5)
        return body

    def _parcel_number(self, order: Order) -> dict[str, str]:
        number = f"{self.number}X{order.number}X{next(self._serial)}"
        return {"carrier": "Delhivery", "number": number}

    def _some_stage(self, order: Order) -> Stage:
        """Where something leads, as a rule."""
        likely: list[Stage] = [move.target for move in moves_from(order.stage)]
        return self.random.choice([*likely, *likely, *list(Stage)])

    def _ask(self, hand: Hand, order: Order, body: dict[str, Any], key: str = "") -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        path = f"/api/orders/{order.order_id}/moves"
        answer = hand.api.post(path, json=body, headers=headers)
        code = "" if answer.status_code == 200 else answer.json()["error"]["code"]
        says = f"{hand.role} {body['to']} at {body['expected_version']}"
        self._say(f"{order.order_id} {says}: {answer.status_code} {code}")
        return answer

    def _judge(
        self, hand: Hand, order: Order, body: dict[str, Any], answer: httpx.Response
    ) -> None:
        assert answer.status_code in {200, *REFUSALS}, answer.text
        if answer.status_code != 200:
            return
        moved = answer.json()["order"]
        assert moved["version"] == body["expected_version"] + 1
        assert moved["stage"] == body["to"]
        assert (moved["changed_by"]["name"], moved["changed_by"]["role"]) == (hand.name, hand.role)

    def _edits(self, order: Order) -> Iterator[tuple[str, str, dict[str, Any]]]:
        line = self.random.choice(order.lines)
        one = [{"retailer_id": line.retailer_id, "quantity": 1}]
        tracking = self._parcel_number(order)
        yield "POST", "parcels", {"lines": one, "tracking": tracking}
        yield "PUT", "fulfilment", {"fulfilment": self.random.choice(list(POLICY.fulfilments))}
        yield "POST", "returns", {"lines": one, "reason_code": "damaged"}
        yield "POST", "refund-waiver", {"reason": "Agreed on the phone"}
        for parcel in order.parcels:
            yield "PATCH", f"parcels/{parcel.parcel_id}", {"tracking": tracking}
        for case in order.returns:
            yield "POST", f"returns/{case.return_id}/receive", {"restock": self._now_and_then(0.5)}
            yield "POST", f"returns/{case.return_id}/close", {}
        for item in order.attention:
            yield "POST", f"attention/{item.reason}/resolve", {"note": "Seen to"}

    def _scan(self, scan: dict[str, str]) -> None:
        answer = httpx.post(
            f"{self.shop.stack.url}/webhooks/courier?store={self.store_id}",
            json=scan,
            headers={"x-api-key": self.shop.stack.secrets.courier_secret},
            timeout=30,
        )
        self._say(f"{scan['tracking_number']} {scan['status']}: {answer.text}")
        assert answer.status_code == 200, answer.text

    def _sweep(self) -> None:
        swept = self.shop.stack.invoke("abandon_sweep", {})
        self._say(str({name: number for name, number in swept.items() if number}))
        assert swept["failed"] == 0


def _is_question(content: dict[str, Any]) -> bool:
    interactive = content.get("interactive", {})
    action = interactive.get("action", {})
    asks = interactive.get("type") == "address_message" or "buttons" in action
    form_page = "/a/" in action.get("parameters", {}).get("url", "")
    return asks or form_page or "full address" in content.get("text", {}).get("body", "")


CHANCES: Final[dict[Callable[[Walk], None], int]] = {
    Walk.a_cart_comes_in: 8,
    Walk.a_cart_comes_again: 3,
    Walk.a_customer_answers: 30,
    Walk.a_customer_writes: 3,
    Walk.a_link_is_paid_or_not: 12,
    Walk.a_payment_is_told_again: 4,
    Walk.the_gateway_gives_money_back: 1,
    Walk.staff_do_what_is_offered: 35,
    Walk.somebody_asks_for_anything: 8,
    Walk.two_act_on_what_they_both_saw: 7,
    Walk.one_asks_twice_at_once: 4,
    Walk.somebody_edits: 10,
    Walk.the_courier_scans: 8,
    Walk.a_scan_comes_again: 2,
    Walk.the_clock_strikes: 12,
    Walk.the_clock_strikes_twice_at_once: 3,
    Walk.time_passes: 5,
    Walk.an_execution_is_stopped: 3,
    Walk.a_token_is_lost: 3,
    Walk.whatsapp_fails: 2,
    Walk.webhooks_come_twice_or_in_disorder: 2,
}
ACTS, WEIGHTS = list(CHANCES), list(CHANCES.values())
