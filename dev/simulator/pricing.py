"""What a message costs: Meta's `pricing` of a status, by the rules since 1 October 2026.

Each message is charged by category, templates inside the window too. Of what is not a template the
first thousand in a month and phone number are free, and everything is for 72 hours after the shop
answered somebody who came by an ad.

https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing
"""

from datetime import UTC, datetime

from dev.simulator.model import Customer, Message
from dev.simulator.store import Json, Store
from dev.simulator.world import World

FREE_SERVICE_MESSAGES = 1000
ANSWER_SECONDS = 24 * 3600
FREE_ENTRY_SECONDS = 72 * 3600
REGULAR, FREE_SERVICE, FREE_ENTRY = "regular", "free_customer_service", "free_entry_point"


class Pricing:
    """Counts the month's service messages, and knows who came by an ad."""

    def __init__(self, world: World, store: Store) -> None:
        self._world = world
        self._store = store
        self._counted: dict[str, int] = {d["key"]: d["count"] for d in store.documents("counted")}

    def reset(self) -> None:
        self._counted.clear()
        self._store.clear("counted")

    def counted(self, phone_number_id: str) -> int:
        """How many service messages the number has had this month."""
        return self._counted.get(self._key(phone_number_id), 0)

    def count(self, phone_number_id: str, count: int) -> None:
        key = self._key(phone_number_id)
        self._counted[key] = count
        self._store.put("counted", key, {"key": key, "count": count})

    def of(self, customer: Customer, message: Message, category: str) -> Json:
        """The price of a message that leaves now; `category` is its template's, else service."""
        if customer.free_entry_until > self._world.now():
            return _price(FREE_ENTRY, "referral_conversion")
        if category != "service":
            return _price(REGULAR, category)
        number = message.phone_number_id
        before = self.counted(number)
        self.count(number, before + 1)
        return _price(FREE_SERVICE if before < FREE_SERVICE_MESSAGES else REGULAR, category)

    def _key(self, phone_number_id: str) -> str:
        return f"{phone_number_id}#{datetime.fromtimestamp(self._world.now(), UTC):%Y-%m}"


def free_entry_until(customer: Customer, now: float) -> float:
    """Until when everything is free once the shop answers now; as before when it does not count."""
    came = customer.came_by_ad_at
    if came and now - came < ANSWER_SECONDS and customer.free_entry_until < came:
        return now + FREE_ENTRY_SECONDS
    return customer.free_entry_until


def _price(kind: str, category: str) -> Json:
    return {
        "billable": kind == REGULAR,
        "pricing_model": "PMP",
        "type": kind,
        "category": category,
    }
