"""Payments inside WhatsApp: what customers do, what Meta tells of it, and Meta's own endpoints.

https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-in/pg
"""

from typing import Any

from aiohttp import web

from dev.simulator import bank
from dev.simulator.access import VERSION
from dev.simulator.calls import Calls, json_of
from dev.simulator.checks import invalid, missing, one_of
from dev.simulator.config import Settings
from dev.simulator.errors import INVALID_PARAMETER, GraphError
from dev.simulator.gateway import new_id
from dev.simulator.inbound import contact, envelope_value
from dev.simulator.orders import GATEWAY, Orders
from dev.simulator.store import Json
from dev.simulator.webhooks import Courier
from dev.simulator.world import World

METHODS = ("upi", "card", "netbanking", "wallet")
PENDING, CAPTURED, SUCCESS, FAILED = "pending", "captured", "success", "failed"
OUTCOMES = ("pay", "fail", "pending", "capture", "decline", "cancel")
SPEEDS = ("normal", "instant", "optimum")
OFFSET = 100


class WhatsappPay:
    """Takes payments of orders in the chat. Meta tells only of those through a gateway."""

    def __init__(
        self, settings: Settings, world: World, courier: Courier, orders: Orders, calls: Calls
    ) -> None:
        self._settings = settings
        self._world = world
        self._courier = courier
        self._orders = orders
        self._calls = calls

    def routes(self) -> list[web.RouteDef]:
        number = VERSION + r"/{phone_number_id:\d+}"
        payment = number + "/payments/{configuration}/{reference_id}"
        return [
            web.get(payment, self._calls.of(self.look_up)),
            web.post(number + "/payments_refund", self._calls.of(self.refund)),
        ]

    def act(self, reference_id: str, outcome: str, method: str) -> Json:
        """What the customer or the bank does; returns the order.

        pay and fail are whole attempts, pending begins one, capture and decline end it, cancel
        closes the sheet. Raises KeyError for an unknown order, ValueError for what cannot be.
        """
        order = self._order(reference_id)
        if outcome not in OUTCOMES:
            raise ValueError(f"outcome is one of {', '.join(OUTCOMES)}, not {outcome!r}")
        if method not in METHODS:
            raise ValueError(f"method is one of {', '.join(METHODS)}, not {method!r}")
        if outcome == "cancel":
            return order
        if outcome in {"capture", "decline"}:
            return self._end(order, SUCCESS if outcome == "capture" else FAILED)
        self._check_open(order)
        if order["mode"] != GATEWAY:
            return self._paid_elsewhere(order, outcome)
        order = self._begin(order, method)
        if outcome == "pending":
            return order
        return self._end(order, SUCCESS if outcome == "pay" else FAILED)

    def fail_refund(self, reference_id: str, refund_id: str) -> Json:
        """The bank refuses a refund after all."""
        order = self._order(reference_id)
        refund = next((each for each in order["refunds"] if each["id"] == refund_id), None)
        if refund is None or refund["status"] == FAILED:
            raise ValueError(f"order {reference_id} has no refund {refund_id} that could fail")
        now = int(self._world.now())
        failed = refund | {"status": FAILED, "updated_timestamp": now}
        refunds = [failed if each is refund else each for each in order["refunds"]]
        return self._save_and_tell(order | {"refunds": refunds}, order["transactions"][-1])

    def _order(self, reference_id: str) -> Json:
        order = self._orders.find(reference_id)
        if order is None:
            raise KeyError(f"order {reference_id!r}")
        return order

    def _check_open(self, order: Json) -> None:
        if self._world.messages[order["message_id"]].status == "failed":
            raise ValueError("The customer never saw this order: its message failed.")
        if order["payment"] == CAPTURED:
            raise ValueError("This order is paid.")
        if order["status"] == "canceled":
            raise ValueError("The shop canceled this order.")
        if self._orders.is_expired(order):
            raise ValueError("This order can no longer be paid: its time is over.")
        if any(each["status"] == PENDING for each in order["transactions"]):
            raise ValueError("A payment of this order is under way.")

    def _paid_elsewhere(self, order: Json, outcome: str) -> Json:
        """By UPI, Pix or a link: Meta sees nothing of it, so nothing is told."""
        read = bank.read(order["parameters"])
        if outcome == "pay":
            seen = {"at": self._world.now(), "mode": order["mode"], "bank": read}
            order |= {"elsewhere": seen}
            self._orders.save(order)
        return order

    def _begin(self, order: Json, method: str) -> Json:
        now = int(self._world.now())
        total = order["parameters"]["total_amount"]
        transaction = {
            "id": new_id("order"),
            "pg_transaction_id": new_id("pay"),
            "type": self._gateway_of(order)["type"],
            "status": PENDING,
            "created_timestamp": now,
            "updated_timestamp": now,
            "amount": {"value": total["value"], "offset": OFFSET},
            "currency": order["parameters"]["currency"],
            "method": {"type": method},
        }
        changed = order | {"transactions": [*order["transactions"], transaction]}
        return self._save_and_tell(changed, transaction)

    def _end(self, order: Json, status: str) -> Json:
        pending = [each for each in order["transactions"] if each["status"] == PENDING]
        if not pending:
            raise ValueError("No payment of this order is under way.")
        ended = pending[0] | {"status": status, "updated_timestamp": int(self._world.now())}
        if status == FAILED:
            ended["error"] = {"code": "BAD_REQUEST_ERROR", "reason": "payment_failed"}
        others = [ended if each is pending[0] else each for each in order["transactions"]]
        payment = CAPTURED if status == SUCCESS else PENDING
        return self._save_and_tell(order | {"transactions": others, "payment": payment}, ended)

    def _save_and_tell(self, order: Json, transaction: Json) -> Json:
        self._orders.save(order)
        if self._world.switches.payment_statuses:
            customer = self._world.customers[order["customer_id"]]
            value = envelope_value(self._settings, order["phone_number_id"])
            value["contacts"] = [contact(customer)]
            value["statuses"] = [self._status(order, transaction)]
            words = f"payment {order['payment']} ({transaction['status']}) · {customer.name}"
            self._courier.send_change(value, words)
        return order

    def _status(self, order: Json, transaction: Json) -> Json:
        customer = self._world.customers[order["customer_id"]]
        total = order["parameters"]["total_amount"]
        shown = {name: value for name, value in transaction.items() if name != "amount"}
        payment: Json = {
            "reference_id": order["reference_id"],
            "amount": {"value": total["value"], "offset": OFFSET},
            "currency": order["parameters"]["currency"],
            "transaction": {name: value for name, value in shown.items() if name != "currency"},
        } | self._said(order)
        if order["refunds"]:
            payment["refunds"] = order["refunds"]
        body: Json = {"id": order["message_id"]}
        if customer.phone:
            body["recipient_id"] = customer.phone
        body["recipient_user_id"] = customer.user_id
        body |= {"type": "payment", "status": order["payment"], "payment": payment}
        return body | {"timestamp": str(int(self._world.now()))}

    def _said(self, order: Json) -> Json:
        """What the shop gave the gateway along: receipt and notes, or its own fields."""
        gateway = self._gateway_of(order)
        return dict(gateway.get(gateway["type"], {}))

    def _gateway_of(self, order: Json) -> Json:
        gateway: Json = order["parameters"]["payment_settings"][0]["payment_gateway"]
        return gateway

    async def look_up(self, request: web.Request) -> Json:
        """`GET /{phone_number_id}/payments/{configuration}/{reference_id}`"""
        reference = request.match_info["reference_id"]
        order = self._orders.find(reference)
        configuration = request.match_info["configuration"]
        if order is None or order["mode"] != GATEWAY or order["configuration"] != configuration:
            words = f"there is no payment {reference!r} under {configuration!r}"
            raise GraphError(INVALID_PARAMETER, words)
        total = order["parameters"]["total_amount"]
        transactions = [self._with_refunds(order, each) for each in order["transactions"]]
        payment: Json = {
            "reference_id": reference,
            "status": order["payment"],
            "currency": order["parameters"]["currency"],
            "total_amount": {"value": total["value"], "offset": OFFSET},
            "transactions": transactions,
        }
        return {"payments": [payment | self._said(order)]}

    def _with_refunds(self, order: Json, transaction: Json) -> Json:
        """The lookup has refunds inside of the transaction that brought the money."""
        if transaction["status"] != SUCCESS or not order["refunds"]:
            return transaction
        return transaction | {"refunds": order["refunds"]}

    async def refund(self, request: web.Request) -> Json:
        """`POST /{phone_number_id}/payments_refund`"""
        body = await json_of(request)
        order = self._orders.find(str(body.get("reference_id", "")))
        if order is None:
            raise missing("reference_id", "the order's reference_id")
        if body.get("payment_config_id") != order["configuration"]:
            raise missing("payment_config_id", "the order's payment configuration")
        one_of("speed", body.get("speed", "normal"), SPEEDS)
        amount = self._refundable(order, body.get("amount"))
        now = int(self._world.now())
        refund: Json = {
            "id": new_id("rfnd"),
            "amount": {"value": amount, "offset": OFFSET},
            "speed_processed": body.get("speed", "normal"),
            "status": SUCCESS,
            "created_timestamp": now,
            "updated_timestamp": now,
        }
        refunds = [*order["refunds"], refund]
        paid = next(each for each in order["transactions"] if each["status"] == SUCCESS)
        self._save_and_tell(order | {"refunds": refunds}, paid)
        return {name: refund[name] for name in ("id", "status", "speed_processed")}

    def _refundable(self, order: Json, amount: Any) -> int:
        if order["payment"] != CAPTURED:
            raise invalid("reference_id", "the payment is not captured")
        if not isinstance(amount, dict) or amount.get("offset") != OFFSET:
            raise invalid("amount", "must be {currency, value, offset: 100}")
        if amount.get("currency") != order["parameters"]["currency"]:
            raise invalid("amount.currency", f"must be {order['parameters']['currency']}")
        value = amount.get("value")
        gone = sum(e["amount"]["value"] for e in order["refunds"] if e["status"] != FAILED)
        left = order["parameters"]["total_amount"]["value"] - gone
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= left:
            raise invalid("amount.value", f"is {value}, at most {left} can be refunded")
        return value
