"""Webhook bodies as Meta documents them, with good defaults, and a shop that receives them."""

import json
from datetime import datetime
from typing import Any

from orderdesk.adapters.memory import (
    MemoryConversations,
    MemoryCosts,
    MemoryCustomers,
    MemoryGateways,
    MemoryMediaQueue,
    MemoryMessenger,
    MemoryOrders,
    MemoryOutbox,
    MemoryPlaces,
    MemoryProducts,
    MemoryStores,
    MemoryTemplates,
    MemoryUnsent,
    Shelf,
)
from orderdesk.adapters.pages import SignedPages
from orderdesk.adapters.whatsapp.envelope import split
from orderdesk.adapters.whatsapp.inbound import parse, reread
from orderdesk.domain.errors import Unreadable
from orderdesk.domain.messages.conversation import Message
from orderdesk.domain.orders.order import Order, order_id_of
from orderdesk.domain.people.customer import Customer
from orderdesk.usecases.intake.receive import Outcome, receive
from orderdesk.usecases.intake.turn import Reception
from orderdesk.usecases.orders.enrich import PriceBook
from tests.builders import NOW, PHONE_NUMBER, STORE, a_store
from tests.goods import no_catalog
from tests.outbox import a_mailroom, send_all

type Json = dict[str, Any]

PHONE = "919876543210"
USER_ID = "IN.13491208655302741918"
SENT_AT = str(int(NOW.timestamp()) - 5)


def an_item(retailer_id: str = "kurta-m", **fields: Any) -> Json:
    default = {
        "product_retailer_id": retailer_id,
        "quantity": 2,
        "item_price": 750,
        "currency": "INR",
    }
    return default | fields


def a_message(kind: str, content: Any, message_id: Any = "wamid.1", **fields: Any) -> Json:
    default = {"from": PHONE, "id": message_id, "timestamp": SENT_AT, "type": kind, kind: content}
    return {name: value for name, value in (default | fields).items() if value is not ...}


def a_text(text: Any = "Is it in stock?", message_id: Any = "wamid.1", **fields: Any) -> Json:
    return a_message("text", {"body": text}, message_id, **fields)


def a_cart(*items: Any, message_id: Any = "wamid.cart1", text: Any = "", **fields: Any) -> Json:
    order = {"catalog_id": "catalog1", "text": text, "product_items": list(items) or [an_item()]}
    return a_message("order", order, message_id, **fields)


def a_tap(button_id: str, message_id: Any = "wamid.tap1", **fields: Any) -> Json:
    reply = {"type": "button_reply", "button_reply": {"id": button_id, "title": "Tap"}}
    return a_message("interactive", reply, message_id, **fields)


def a_form(values: Json, message_id: Any = "wamid.form1", **fields: Any) -> Json:
    """The answer to an address form."""
    answer = json.dumps({"saved_address_id": "address1", "values": values})
    reply = {"name": "address_message", "body": "Priya\n411001, MG Road", "response_json": answer}
    interactive = {"type": "nfm_reply", "nfm_reply": reply}
    return a_message("interactive", interactive, message_id, **fields)


MG_ROAD = {
    "name": "Priya",
    "phone_number": "+919876543210",
    "in_pin_code": "411001",
    "house_number": "14",
    "address": "MG Road",
    "city": "Pune",
    "building_name": "",
}


def a_status(status: str = "delivered", message_id: Any = "wamid.out1", **fields: Any) -> Json:
    default = {"id": message_id, "status": status, "timestamp": SENT_AT, "recipient_id": PHONE}
    return default | fields


def a_contact(**fields: Any) -> Json:
    return {"profile": {"name": "Priya"}, "wa_id": PHONE} | fields


def a_change(field: Any = "messages", phone_number_id: Any = PHONE_NUMBER, **value: Any) -> Json:
    metadata = {"display_phone_number": "15550783881", "phone_number_id": phone_number_id}
    frame = {"messaging_product": "whatsapp", "metadata": metadata}
    return {"field": field, "value": frame | value}


def a_body(*changes: Json) -> bytes:
    entry = {"id": "102290129340398", "changes": list(changes)}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def said(*messages: Json, **value: Any) -> bytes:
    """A body in which Priya says this."""
    return a_body(a_change(contacts=[a_contact()], messages=list(messages), **value))


class Shop:
    """Receives bodies as the two functions do, one after the other. `dead_letters` are reasons."""

    def __init__(self) -> None:
        self.shelf = Shelf()
        self.orders = MemoryOrders(self.shelf)
        self.stores = MemoryStores(self.shelf)
        self.customers = MemoryCustomers(self.shelf)
        self.conversations = MemoryConversations(self.shelf)
        self.products, self.catalog = MemoryProducts(self.shelf), no_catalog()
        self.gateways = MemoryGateways()
        self.pages = SignedPages("https://shop.example", lambda: "key")
        self.places = MemoryPlaces(self.shelf)
        self.unsent = MemoryUnsent(self.shelf)
        self.templates = MemoryTemplates()
        self.outbox = MemoryOutbox()
        self.costs, self.media_queue = MemoryCosts(self.shelf), MemoryMediaQueue()
        self.phone = MemoryMessenger()
        self.dead_letters: list[str] = []
        self.stores.put(a_store())

    @property
    def desk(self) -> Reception:
        return Reception(
            orders=self.orders,
            stores=self.stores,
            customers=self.customers,
            conversations=self.conversations,
            unsent=self.unsent,
            outbox=self.outbox,
            prices=self.prices,
            gateways=self.gateways,
            own_store_id=STORE,
            reread=reread,
            pages=self.pages,
            places=self.places,
            costs=self.costs,
            media_queue=self.media_queue,
            templates=self.templates,
        )

    @property
    def prices(self) -> PriceBook:
        return PriceBook(products=self.products, catalog=self.catalog)

    @property
    def messenger(self) -> MemoryMessenger:
        """Once everything that waits in the outbox has left."""
        ports = {"outbox": self.outbox, "messenger": self.phone, "pages": self.pages}
        send_all(a_mailroom(self.shelf, **ports), now=NOW)
        return self.phone

    def hears(self, body: bytes, *, now: datetime = NOW) -> list[Outcome]:
        outcomes = []
        for entry in split(body, received_at=now):
            try:
                outcomes.append(receive(parse(entry.text, now=now), desk=self.desk, now=now))
            except Unreadable as error:
                self.dead_letters.append(error.reason)
        return outcomes

    def order(self, message_id: str = "wamid.cart1", store_id: str = STORE) -> Order:
        return self.orders.get(store_id, order_id_of(store_id, PHONE_NUMBER, message_id))

    @property
    def people(self) -> list[Customer]:
        return list(self.shelf.customers.values())

    @property
    def customer(self) -> Customer:
        [customer] = self.people
        return customer

    @property
    def thread(self) -> list[Message]:
        """The only customer's conversation, oldest first."""
        page = self.conversations.page(STORE, self.customer.customer_id)
        return list(reversed(page.items))
