"""The keys of every item in the table. `store_id` is in each that belongs to a shop."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from orderdesk.domain.times import time_to_text

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.people.customer import Alias

type Key = dict[str, str]

LONGEST_PART: Final = 512  # bytes; a sort key may have 1,024, and ids from outside have no limit
STORES: Final = "STORES"
SETTINGS_CHANGE: Final = "CHANGE#"
DISCREPANCY: Final = "DISCREPANCY#"
PRODUCT: Final = "PRODUCT#"
PLACE: Final = "PLACE#"
CELL: Final = "CELL#"
SERVICE: Final = "SERVICE#"
ORDERS: Final = "ORDERS#"
COST: Final = "COST#"


def _key(pk: str, sk: str) -> Key:
    return {"pk": pk, "sk": sk}


def _part(foreign: str) -> str:
    """An id that others chose, as a part of a key: itself, or its hash when it is too long."""
    data = foreign.encode(errors="replace")
    if len(data) <= LONGEST_PART:
        return data.decode()
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def order_key(store_id: str, order_id: str) -> Key:
    return _key(f"{store_id}#ORDER#{order_id}", "ORDER")


def order_id_in(pk: str) -> str:
    return pk.rpartition("#")[2]


def history_key(store_id: str, order_id: str, version: int) -> Key:
    return order_key(store_id, order_id) | {"sk": f"HISTORY#{version:06d}"}


def raw_key(store_id: str, order_id: str) -> Key:
    return order_key(store_id, order_id) | {"sk": "RAW"}


def execution_key(store_id: str, order_id: str) -> Key:
    return order_key(store_id, order_id) | {"sk": "EXECUTION"}


def idempotency_key(store_id: str, key: str) -> Key:
    return _key(f"{store_id}#IDEMPOTENCY#{_part(key)}", "IDEMPOTENCY")


def tracking_key(store_id: str, number: str) -> Key:
    """Where an order is found by a parcel's number, in its one spelling."""
    return _key(f"{store_id}#TRACKING#{_part(number)}", "TRACKING")


def numbers_key(store_id: str) -> Key:
    return _key(f"{store_id}#NUMBERS", "NUMBERS")


def customer_key(store_id: str, customer_id: str) -> Key:
    return _key(f"{store_id}#CUSTOMER#{customer_id}", "CUSTOMER")


def alias_key(store_id: str, alias: Alias) -> Key:
    return _key(f"{store_id}#ALIAS#{alias.kind}#{_part(alias.value)}", "ALIAS")


def conversation_pk(store_id: str, customer_id: str) -> str:
    return f"{store_id}#CONVERSATION#{customer_id}"


def message_key(store_id: str, customer_id: str, at: datetime, message_id: str) -> Key:
    sk = f"MESSAGE#{time_to_text(at)}#{_part(message_id)}"
    return _key(conversation_pk(store_id, customer_id), sk)


def moved_thread_key(store_id: str, customer_id: str) -> Key:
    """Where a thread says whose it became."""
    return _key(conversation_pk(store_id, customer_id), "MOVED")


def time_of_message(place: Key) -> str:
    """The time in a message's key, as text."""
    return place["sk"].split("#")[1]


def pointer_key(store_id: str, message_id: str) -> Key:
    """Where a message is found by its id, and seen to be there already."""
    return _key(f"{store_id}#MESSAGE#{_part(message_id)}", "MESSAGE")


def store_key(store_id: str) -> Key:
    return _key(f"{store_id}#STORE", "STORE")


def settings_change_key(store_id: str, version: int) -> Key:
    return store_key(store_id) | {"sk": f"{SETTINGS_CHANGE}{version:06d}"}


def redating_key(store_id: str) -> Key:
    return store_key(store_id) | {"sk": "REDATING"}


def known_store_key(store_id: str) -> Key:
    return _key(STORES, store_id)


def products_pk(store_id: str) -> str:
    return f"{store_id}#PRODUCTS"


def product_key(store_id: str, retailer_id: str) -> Key:
    return _key(products_pk(store_id), f"{PRODUCT}{_part(retailer_id)}")


def places_pk(store_id: str) -> str:
    return f"{store_id}#PLACES"


def place_key(store_id: str, prefix: str) -> Key:
    return _key(places_pk(store_id), f"{PLACE}{prefix}")


def catalog_key(store_id: str, catalog_id: str, retailer_id: str) -> Key:
    """What Meta answered about a product."""
    return _key(f"{store_id}#CATALOG#{_part(catalog_id)}#{_part(retailer_id)}", "CATALOG")


def stock_key(store_id: str, retailer_id: str) -> Key:
    return _key(f"{store_id}#STOCK#{_part(retailer_id)}", "STOCK")


def reservation_key(store_id: str, order_id: str) -> Key:
    return order_key(store_id, order_id) | {"sk": "RESERVATION"}


def phone_number_key(phone_number_id: str) -> Key:
    return _key(f"PHONE_NUMBER#{_part(phone_number_id)}", "PHONE_NUMBER")


def discrepancy_key(store_id: str, place: str) -> Key:
    return _key(f"{store_id}#RECONCILIATION", f"{DISCREPANCY}{place}")


def last_run_key(store_id: str) -> Key:
    return _key(f"{store_id}#RECONCILIATION", "LAST_RUN")


def pace_key(phone_number_id: str, customer_id: str) -> Key:
    return _key(f"PACE#{_part(phone_number_id)}#{_part(customer_id)}", "PACE")


def pause_key(phone_number_id: str) -> Key:
    return _key(f"PHONE_NUMBER#{_part(phone_number_id)}", "PAUSE")


def templates_pk(store_id: str) -> str:
    return f"{store_id}#TEMPLATES"


def template_key(store_id: str, name: str, language: str) -> Key:
    return _key(templates_pk(store_id), f"TEMPLATE#{_part(name)}#{_part(language)}")


def session_key(store_id: str, session_id: str) -> Key:
    """By the hash: who reads the table cannot sign in with what it holds."""
    hashed = hashlib.sha256(session_id.encode(errors="replace")).hexdigest()
    return _key(f"{store_id}#SESSION#{hashed}", "SESSION")


def api_key_key(store_id: str, hashed: str) -> Key:
    return _key(f"{store_id}#API_KEY#{_part(hashed)}", "API_KEY")


def live_pk(store_id: str) -> str:
    return f"{store_id}#LIVE"


def live_key(store_id: str, connection_id: str) -> Key:
    return _key(live_pk(store_id), f"CONNECTION#{connection_id}")


def connection_key(connection_id: str) -> Key:
    return _key(f"CONNECTION#{connection_id}", "CONNECTION")


def counts_key(store_id: str) -> Key:
    return _key(f"{store_id}#COUNTS", "COUNTS")


def round_key(store_id: str) -> Key:
    return _key(f"{store_id}#DOCTOR", "DOCTOR")


def counted_key(store_id: str, event_id: str) -> Key:
    return _key(f"{store_id}#COUNTED#{event_id}", "COUNTED")


def costs_pk(store_id: str, month: str) -> str:
    return f"{store_id}#COSTS#{month}"


def cell_key(store_id: str, month: str, cell: str, shard: int) -> Key:
    """A sum of a month. In several parts, so that many messages can be counted at a time."""
    return _key(costs_pk(store_id, month), f"{CELL}{cell}#{shard}")


def service_key(store_id: str, month: str, phone_number_id: str, shard: int) -> Key:
    sk = f"{SERVICE}{_part(phone_number_id)}#{shard}"
    return _key(costs_pk(store_id, month), sk)


def orders_charged_key(store_id: str, month: str, shard: int) -> Key:
    return _key(costs_pk(store_id, month), f"{ORDERS}{shard}")


def order_cost_key(store_id: str, order_id: str, cell: str) -> Key:
    return order_key(store_id, order_id) | {"sk": f"{COST}{cell}"}


def order_charged_key(store_id: str, order_id: str, month: str) -> Key:
    """That the order is among those of the month that messages were counted for."""
    return order_key(store_id, order_id) | {"sk": f"CHARGED#{month}"}
