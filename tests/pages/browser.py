"""A customer with a link: what they see of a page, and what they send."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from orderdesk.adapters.memory import MemoryPlaces
from orderdesk.adapters.pages import SignedPages
from orderdesk.http import Request, Response
from pages.context import Context
from pages.site import answer
from tests.builders import NOW, STORE
from tests.counter import Counter

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.places import Place

HOME: Final = {
    "name": "Priya",
    "phone_number": "+91 98765 43210",
    "postal_code": "411 001",
    "house_number": "14",
    "address": "MG Road",
    "landmark_area": "",
    "city": "Pune",
    "state": "",
}
TAGS: Final = re.compile(r"<[^>]+>")


class Browser:
    """On a shop in memory, with one customer and one order."""

    def __init__(self) -> None:
        self.counter = Counter()
        self.links = SignedPages("https://shop.example", lambda: "key")
        self.counter.pages = self.links
        self.places = MemoryPlaces(self.counter.shelf)
        self.now = NOW

    @property
    def order(self) -> Order:
        return self.counter.order

    def delivers_to(self, *places: Place) -> None:
        self.places.put(STORE, places)

    def has(self, order: Order) -> None:
        """Another order in place of the one that is there."""
        self.counter = Counter(order)
        self.places = MemoryPlaces(self.counter.shelf)

    def change(self, **fields: Any) -> None:
        self.has(replace(self.order, **fields))

    def form(self, expires_at: datetime | None = None) -> str:
        return self._path(
            self.links.address_form(self.order, expires_at or NOW + timedelta(days=7))
        )

    def order_page(self) -> str:
        return self._path(self.links.order_page(self.order))

    def _path(self, url: str) -> str:
        return url.removeprefix("https://shop.example")

    def get(self, path: str, **query: str) -> Response:
        return self._ask(Request(method="GET", path=path, query=query))

    def send(self, path: str, form: Any = HOME, **fields: Any) -> Response:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        request = Request(method="POST", path=path, headers=kind, body=urlencode(form).encode())
        return self._ask(replace(request, **fields))

    def _ask(self, request: Request) -> Response:
        counter = self.counter
        context = Context(
            links=self.links,
            orders=counter.orders,
            stores=counter.stores,
            customers=counter.customers,
            places=self.places,
            secure=True,
            now=self.now,
        )
        return answer(request, context)


def words_on(response: Response) -> str:
    """What a person reads, on one line."""
    body = re.sub(r"<(head)>.*?</\1>", "", str(response.body), flags=re.DOTALL)
    return " ".join(html.unescape(TAGS.sub(" ", body)).split())


def inputs_of(response: Response) -> dict[str, str]:
    """The attributes of each field, by its name."""
    tags = re.findall(r"<input ([^>]*)>", str(response.body))
    return {re.findall(r'name="([^"]*)"', tag)[0]: " ".join(tag.split()) for tag in tags}


def value_of(response: Response, field: str) -> str:
    return html.unescape(re.findall(r'value="([^"]*)"', inputs_of(response)[field])[0])
