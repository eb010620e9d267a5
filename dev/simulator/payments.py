"""The payment gateway's HTTP side: its API under /payments/v1 and its checkout page."""

import base64
import hmac
import json
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from jinja2 import Environment

from dev.simulator.config import Settings
from dev.simulator.gateway import METHODS, OPEN, PAID, Gateway, GatewayError
from dev.simulator.model import Link
from dev.simulator.refunds import Refunds
from dev.simulator.signing import hex_hmac
from dev.simulator.store import Json
from dev.simulator.world import World

type Answer = Callable[[web.Request], Awaitable[Json]]


class Payments:
    """Speaks the gateway's API to the application and shows its checkout to customers."""

    def __init__(
        self, settings: Settings, world: World, gateway: Gateway, pages: Environment
    ) -> None:
        self._settings = settings
        self._world = world
        self._gateway = gateway
        self._refunds = Refunds(world, gateway)
        self._pages = pages

    def routes(self) -> list[web.RouteDef]:
        api = "/payments/v1/payment_links"
        return [
            web.post(api, self._api(self._create)),
            web.get(api, self._api(self._list)),
            web.get(api + "/{id}", self._api(self._show)),
            web.post(api + "/{id}/cancel", self._api(self._cancel)),
            web.post("/payments/v1/payments/{id}/refund", self._api(self._refund)),
            web.get("/payments/v1/payments/{id}", self._api(self._show_payment)),
            web.get("/payments/v1/payments/{id}/refunds", self._api(self._list_refunds)),
            web.get("/payments/v1/payments/{id}/refunds/{refund}", self._api(self._show_refund)),
            web.get("/payments/pay/{id}", self.checkout),
            web.post("/payments/pay/{id}", self.decide),
        ]

    def _api(self, answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            try:
                self._authorise(request)
                return web.json_response(await answer(request))
            except GatewayError as problem:
                return web.json_response(problem.body(), status=problem.http_status)

        return handle

    def _authorise(self, request: web.Request) -> None:
        scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            credentials = base64.b64decode(credentials + "==").decode(errors="replace")
        expected = self._settings.payment_key or credentials
        if not credentials or not hmac.compare_digest(credentials, expected):
            raise GatewayError("Authentication failed", http_status=401)

    async def _create(self, request: web.Request) -> Json:
        return self._gateway.described(self._gateway.create(await _body(request)))

    async def _list(self, request: web.Request) -> Json:
        reference = request.query.get("reference_id")
        links = self._gateway.with_reference(reference) if reference else self._world.links.values()
        return {"payment_links": [self._gateway.described(link) for link in links]}

    async def _show(self, request: web.Request) -> Json:
        return self._gateway.described(self._gateway.find(request.match_info["id"]))

    async def _cancel(self, request: web.Request) -> Json:
        return self._gateway.described(self._gateway.cancel(request.match_info["id"]))

    async def _refund(self, request: web.Request) -> Json:
        key = request.headers.get("X-Refund-Idempotency", "")
        return self._refunds.create(request.match_info["id"], await _body(request), key)

    async def _list_refunds(self, request: web.Request) -> Json:
        found = self._refunds.of(request.match_info["id"])[: int(request.query.get("count", 10))]
        return {"entity": "collection", "count": len(found), "items": found}

    async def _show_payment(self, request: web.Request) -> Json:
        return self._refunds.payment(request.match_info["id"])

    async def _show_refund(self, request: web.Request) -> Json:
        found = self._refunds.of(request.match_info["id"])
        wanted = request.match_info["refund"]
        refund = next((each for each in found if each["id"] == wanted), None)
        if refund is None:
            raise GatewayError("The id provided does not exist")
        return refund

    async def checkout(self, request: web.Request) -> web.Response:
        """Show what is to be paid, or what became of a link that is not open any more."""
        try:
            link = self._gateway.find(request.match_info["id"])
        except GatewayError as problem:
            raise web.HTTPNotFound(text="There is no such payment link.") from problem
        return self._page(link, failed="failed" in request.query)

    async def decide(self, request: web.Request) -> web.Response:
        """Pay or fail as the customer chose, and show the outcome (redirect, so reload is safe)."""
        link_id = request.match_info["id"]
        form = await request.post()
        method = str(form.get("method", METHODS[0]))
        outcome = ""
        try:
            if form.get("outcome") == "fail":
                self._gateway.fail(link_id, method=method)
                outcome = "?failed"
            else:
                payment = self._gateway.pay(link_id, method=method)
                self._back_to_the_shop(self._world.links[link_id], payment)
        except GatewayError:
            # Paid in another tab or expired meanwhile: the page says which.
            pass
        raise web.HTTPSeeOther(f"/payments/pay/{link_id}{outcome}")

    def _back_to_the_shop(self, link: Link, payment: Json) -> None:
        """Go to the shop's callback address, signed as the gateway signs it, when there is one."""
        callback = link.entity["callback_url"]
        if not callback:
            return
        values = [link.id, link.entity["reference_id"], PAID, payment["id"]]
        query = {
            "razorpay_payment_id": payment["id"],
            "razorpay_payment_link_id": link.id,
            "razorpay_payment_link_reference_id": link.entity["reference_id"],
            "razorpay_payment_link_status": PAID,
            "razorpay_signature": hex_hmac(
                self._settings.payment_secret, "|".join(values).encode()
            ),
        }
        joint = "&" if urlsplit(callback).query else "?"
        raise web.HTTPSeeOther(f"{callback}{joint}{urlencode(query)}")

    def _page(self, link: Link, *, failed: bool) -> web.Response:
        template = self._pages.get_template("pay.html")
        entity = link.entity
        page = template.render(
            link=entity,
            amount=f"{entity['amount'] / 100:,.2f}",
            symbol="₹" if entity["currency"] == "INR" else entity["currency"] + " ",
            shop=self._settings.shop_name,
            is_open=entity["status"] == OPEN,
            failed=failed,
            payment=link.payments[-1] if link.payments else None,
        )
        return web.Response(text=page, content_type="text/html")


async def _body(request: web.Request) -> Json:
    try:
        wanted = json.loads(await request.read() or b"{}")
    except ValueError as problem:
        raise GatewayError("The body is not valid JSON.") from problem
    if not isinstance(wanted, dict):
        raise GatewayError("The body must be a JSON object.")
    return wanted
