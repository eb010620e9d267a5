"""A browser of the dashboard without a browser: requests in, pages out, on a shop in memory."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from bs4 import BeautifulSoup, Tag

from dashboard.context import Context, Settings
from dashboard.site import answer
from orderdesk.adapters.memory import (
    MemoryConversations,
    MemoryCounts,
    MemoryGateways,
    MemoryOrders,
    MemoryPaymentGateway,
    MemorySessions,
    MemoryStores,
    Shelf,
)
from orderdesk.domain.orders.actor import Role
from orderdesk.domain.orders.history import chain
from orderdesk.http import Response, request_of
from tests.builders import NOW, STORE, a_move, a_placed_event, a_session, a_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orderdesk.domain.orders.lifecycle import Stage
    from orderdesk.domain.orders.order import Order

SETTINGS = Settings(
    store_id=STORE,
    public_url="https://orders.shop.example",
    live_url="wss://live.shop.example/live",
    sign_in_url="https://sign-in.shop.example",
    client_id="client1",
    issuer="https://issuer.shop.example/pool1",
)


class Screen:
    """Signed in as a manager, unless told otherwise. Cookies are kept as a browser keeps them."""

    def __init__(self, role: Role | None = Role.MANAGER, settings: Settings = SETTINGS) -> None:
        self.settings = settings
        self.shelf = Shelf()
        self.orders = MemoryOrders(self.shelf)
        self.counts = MemoryCounts(self.shelf)
        self.conversations = MemoryConversations(self.shelf)
        self.gateway = MemoryPaymentGateway()
        self.stores = MemoryStores(self.shelf)
        self.sessions = MemorySessions(self.shelf)
        self.stores.put(a_store())
        self.cookies: dict[str, str] = {}
        self.now = NOW
        self.signing_key = "key1"
        self.id_token = ""
        self.exchanged: list[tuple[str, str]] = []
        if role:
            self.sit_down(role)

    def sit_down(self, role: Role) -> None:
        self.sessions.put(a_session(role=role))
        self.cookies["__Host-orderdesk_session"] = "session1"

    def context(self) -> Context:
        return Context(
            settings=self.settings,
            orders=self.orders,
            stores=self.stores,
            store=lambda: self.stores.get(STORE),
            counts=self.counts,
            sessions=self.sessions,
            conversations=self.conversations,
            gateways=MemoryGateways(self.gateway),
            signing_key=lambda: self.signing_key,
            exchange=self._exchange,
            now=self.now,
        )

    def _exchange(self, code: str, verifier: str) -> str:
        self.exchanged.append((code, verifier))
        return self.id_token

    def get(self, address: str, **headers: str) -> Response:
        return self._ask("GET", address, b"", headers)

    def post(self, address: str, **form: object) -> Response:
        body = urlencode({"csrf": "csrf1", **form}).encode()
        return self._ask(
            "POST", address, body, {"content-type": "application/x-www-form-urlencoded"}
        )

    def _ask(self, method: str, address: str, body: bytes, headers: dict[str, str]) -> Response:
        parts = urlsplit(address)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        event: dict[str, Any] = {
            "requestContext": {"http": {"method": method, "path": parts.path}},
            "rawPath": parts.path,
            "rawQueryString": parts.query,
            "headers": named,
            "cookies": [f"{name}={value}" for name, value in self.cookies.items()],
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        }
        response = answer(request_of(event), self.context())
        for cookie in response.cookies:
            self._keep(cookie)
        return response

    def _keep(self, cookie: str) -> None:
        name, _, rest = cookie.partition("=")
        value = rest.partition(";")[0]
        if "Max-Age=0" in cookie:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    def page(self, address: str, *, status: int = 200) -> BeautifulSoup:
        response = self.get(address)
        assert response.status == status, response.body
        return soup(response)

    def have(self, *orders: Order) -> None:
        """The shop has these orders, each at version 1, and counts them."""
        for order in orders:
            linked, (event,) = chain(order, [a_placed_event(order)])
            self.orders.add(linked, event, raw="{}")
            self.counts.count(replace(event, target=order.stage))

    def somebody_moves(self, order: Order, to: Stage, **fields: Any) -> Order:
        after, event = a_move(order, to, **fields)
        stored = self.orders.get(order.store_id, order.order_id)
        linked, events = chain(replace(after, history_hash=stored.history_hash), [event])
        self.orders.save(linked, events)
        return linked

    def press(self, order: Order, form: str, fields: Sequence[tuple[str, str]]) -> Response:
        """Send a form of the page that showed the order at this version, names as often as said."""
        common = [("csrf", "csrf1"), ("version", str(order.version))]
        body = urlencode([*common, *fields]).encode()
        address = f"/orders/{order.order_id}/{form}"
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return self._ask("POST", address, body, kind)

    def move(self, order: Order, to: str, **form: object) -> Response:
        """Press a button on the page that showed the order at this version."""
        fields = {"to": to, "version": order.version, **form}
        return self.post(f"/orders/{order.order_id}/moves", **fields)


def soup(response: Response) -> BeautifulSoup:
    assert isinstance(response.body, str)
    return BeautifulSoup(response.body, "html.parser")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, f"{selector}: {len(found)} found"
    return found[0]


def words(element: BeautifulSoup | Tag) -> str:
    """What a person reads, with single spaces."""
    return " ".join(element.get_text(" ").split())


def offered(page: BeautifulSoup) -> set[str]:
    """The stages that the page has a form for."""
    return {str(each["value"]) for each in page.select("#actions input[name=to]")}


def id_token(*, groups: Sequence[str] | None = ("agent",), **claims: object) -> str:
    """As Cognito's token endpoint sends it; nothing checks the signature."""
    body = {
        "iss": SETTINGS.issuer,
        "aud": SETTINGS.client_id,
        "token_use": "id",
        "sub": "user1",
        "email": "asha@shop.example",
        "name": "Asha Rao",
        "cognito:groups": groups,
        "exp": int(NOW.timestamp()) + 3600,
        **claims,
    }
    parts = ({"alg": "RS256"}, {name: value for name, value in body.items() if value is not None})
    return ".".join([*(_encoded(json.dumps(part).encode()) for part in parts), _encoded(b"sig")])


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
