"""Orders that were sent as `order_details`: their page in the chat, and how far it may move.

https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-in/orderstatus
"""

from typing import Any

from dev.simulator.checks import invalid
from dev.simulator.errors import (
    BAD_ORDER_TRANSITION,
    CANCELED_WITH_PAYMENT,
    PAYMENT_TERMS,
    GraphError,
    webhook_error,
)
from dev.simulator.model import Message
from dev.simulator.store import Json, Store
from dev.simulator.validate_payment import configuration_of, mode_of
from dev.simulator.world import World

SOONEST_EXPIRY_SECONDS = 300
OVER = {"completed", "canceled"}
MOVING = {"processing", "partially_shipped", "shipped"}
GATEWAY = "payment_gateway"


class Orders:
    """By reference id, each with its status and its payment."""

    def __init__(self, world: World, store: Store) -> None:
        self._world = world
        self._store = store
        self._kept: dict[str, Json] = {o["reference_id"]: o for o in store.documents("order")}

    def reset(self) -> None:
        self._kept.clear()
        self._store.clear("order")

    def all(self) -> list[Json]:
        return list(self._kept.values())

    def find(self, reference_id: str) -> Json | None:
        return self._kept.get(reference_id)

    def save(self, order: Json) -> None:
        self._kept[order["reference_id"]] = order
        self._store.put("order", order["reference_id"], order)
        self._world.hub.publish("order", order)

    def check(self, parameters: Json) -> None:
        """Raise GraphError for a reference that was used, an early expiry, or unaccepted terms."""
        reference = str(parameters["reference_id"])
        if self._world.switches.payment_terms_missing:
            raise GraphError(PAYMENT_TERMS)
        earlier = self._kept.get(reference)
        if earlier and self._world.messages[earlier["message_id"]].status != "failed":
            words = f"{reference!r} was sent before; each message needs one of its own"
            raise invalid("parameters.reference_id", words)
        expiration = parameters["order"].get("expiration")
        soonest = self._world.now() + SOONEST_EXPIRY_SECONDS
        if expiration and int(expiration["timestamp"]) < soonest:
            raise invalid("order.expiration.timestamp", "must be 300 seconds ahead or more")

    def note(self, message: Message, parameters: Json) -> None:
        """Keep an order that has just been sent."""
        order: Json = {
            "reference_id": parameters["reference_id"],
            "message_id": message.id,
            "customer_id": message.customer_id,
            "phone_number_id": message.phone_number_id,
            "parameters": parameters,
            "mode": mode_of(parameters),
            "configuration": configuration_of(parameters),
            "status": "pending",
            "description": "",
            "status_message": "",
            #: What the shop says of a payment that Meta does not see (Brazil).
            "said": None,
            "payment": "pending",
            "transactions": [],
            "refunds": [],
        }
        self.save(order)

    def refuse_status(self, message: Message, parameters: Json) -> Json | None:
        """Move an order's page, or say by an error of the webhook why it cannot be."""
        order = self._kept.get(str(parameters["reference_id"]))
        if order is None:
            words = f"there is no order {parameters['reference_id']!r}"
            return webhook_error(BAD_ORDER_TRANSITION, words)
        if order["status_message"] == message.id:
            return None
        wanted = parameters["order"]["status"]
        if not may_follow(order["status"], wanted, parameters.get("payment")):
            words = f"{wanted} cannot follow {order['status']}"
            return webhook_error(BAD_ORDER_TRANSITION, words)
        if wanted == "canceled" and money_is_in(order):
            return webhook_error(CANCELED_WITH_PAYMENT)
        changes: dict[str, Any] = {
            "status": wanted,
            "status_message": message.id,
            "description": parameters["order"].get("description", ""),
        }
        if parameters.get("payment"):
            changes["said"] = parameters["payment"]
        self.save(order | changes)
        return None

    def is_expired(self, order: Json) -> bool:
        expiration = order["parameters"]["order"].get("expiration")
        return bool(expiration) and int(expiration["timestamp"]) <= self._world.now()


def may_follow(before: str, after: str, payment: Json | None) -> bool:
    """Whether Meta takes the next status; the same again only with news of the payment."""
    if before in OVER:
        return False
    if after == "pending":
        return before == "pending" and payment is not None
    return after in OVER or after in MOVING


def money_is_in(order: Json) -> bool:
    """Whether it was paid, or a payment is under way."""
    under_way = any(each["status"] == "pending" for each in order["transactions"])
    return order["payment"] == "captured" or under_way


def details_of(content: Json) -> Json | None:
    """The order that a message sends: its own, or in the button of a template."""
    return _parameters(content, "order_details", "action")


def status_of(content: Json) -> Json | None:
    """The order status that a message sends, in either form."""
    return _parameters(content, "order_status", "order_status")


def _parameters(content: Json, kind: str, parameter: str) -> Json | None:
    interactive = content.get("interactive", {})
    if interactive.get("type") == kind:
        return dict(interactive["action"]["parameters"])
    for component in content.get("template", {}).get("components", []):
        for one in component.get("parameters", []):
            held = one.get("action", {}) if parameter == "action" else one
            if kind in held:
                return dict(held[kind])
    return None
