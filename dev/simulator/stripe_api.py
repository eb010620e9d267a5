"""Stripe's HTTP side: its API under /stripe/v1, its checkout page, and the control of both."""

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl

from aiohttp import web
from jinja2 import Environment

from dev.simulator.config import Settings
from dev.simulator.store import Json
from dev.simulator.stripe import OPEN, Stripe
from dev.simulator.stripe_forms import StripeError
from dev.simulator.stripe_refunds import StripeRefunds
from dev.simulator.world import World

type Answer = Callable[[web.Request], Awaitable[web.Response]]

NO_CENTS = {"jpy", "krw", "clp", "vnd"}
DELAYED = "sepa_debit"


class StripeApi:
    """Speaks Stripe's API to the application and shows its checkout to customers."""

    def __init__(
        self, settings: Settings, world: World, stripe: Stripe, pages: Environment
    ) -> None:
        self._settings = settings
        self._stripe = stripe
        self._refunds = StripeRefunds(world, stripe)
        self._pages = pages

    def routes(self) -> list[web.RouteDef]:
        sessions, control = "/stripe/v1/checkout/sessions", "/control/stripe"
        return [
            web.post(sessions, self._api(self._create)),
            web.get(sessions + "/{id}", self._api(self._show)),
            web.post(sessions + "/{id}/expire", self._api(self._expire)),
            web.get("/stripe/v1/payment_intents/{id}", self._api(self._show_payment)),
            web.post("/stripe/v1/refunds", self._api(self._refund)),
            web.get("/stripe/v1/refunds", self._api(self._list_refunds)),
            web.get("/stripe/v1/refunds/{id}", self._api(self._show_refund)),
            web.get("/stripe/pay/{id}", self.checkout),
            web.post("/stripe/pay/{id}", self.decide),
            web.get(control + "/sessions", self.sessions),
            web.post(control + "/sessions/{id}/{act}", self._answered(self.settle)),
            web.post(control + "/payments/{id}/refund", self._answered(self.refund)),
            web.post(control + "/payments/{id}/dispute", self._answered(self.dispute)),
            web.post(control + "/refunds/{id}/fail", self._answered(self.fail_refund)),
        ]

    # The API

    def _api(self, answer: Answer) -> Answer:
        async def handle(request: web.Request) -> web.Response:
            self._authorise(request)
            return await answer(request)

        return self._answered(handle)

    def _answered(self, answer: Answer) -> Answer:
        async def handle(request: web.Request) -> web.Response:
            try:
                return await answer(request)
            except StripeError as problem:
                return web.json_response(problem.body(), status=problem.http_status)

        return handle

    def _authorise(self, request: web.Request) -> None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        expected = self._settings.stripe_key or key
        if scheme != "Bearer" or not key or not hmac.compare_digest(key, expected):
            raise StripeError(f"Invalid API Key provided: {key[:8]}", http_status=401)

    async def _create(self, request: web.Request) -> web.Response:
        return await self._once(request, self._stripe.create)

    async def _refund(self, request: web.Request) -> web.Response:
        return await self._once(request, self._refunds.create)

    async def _once(
        self, request: web.Request, make: Callable[[Mapping[str, str]], Json]
    ) -> web.Response:
        if request.content_type != "application/x-www-form-urlencoded":
            raise StripeError("Send the parameters as application/x-www-form-urlencoded.")
        wanted = dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
        key = request.headers.get("Idempotency-Key", "")
        answer, again = self._stripe.once(key, wanted, lambda: dict(make(wanted)))
        headers = {"Idempotent-Replayed": "true"} if again else {}
        return web.json_response(answer, headers=headers)

    async def _show(self, request: web.Request) -> web.Response:
        found = self._stripe.find(request.match_info["id"])
        session, wanted = dict(found["session"]), request.query.getall("expand[]", [])
        if found.get("intent") and any(each.startswith("payment_intent") for each in wanted):
            intent = dict(found["intent"])
            if "payment_intent.latest_charge" in wanted:
                intent["latest_charge"] = found["charge"]
            session["payment_intent"] = intent
        return web.json_response(session)

    async def _expire(self, request: web.Request) -> web.Response:
        return web.json_response(self._stripe.expire(request.match_info["id"]))

    async def _show_payment(self, request: web.Request) -> web.Response:
        return web.json_response(self._stripe.of_payment(request.match_info["id"])["intent"])

    async def _list_refunds(self, request: web.Request) -> web.Response:
        found = self._refunds.of(request.query.get("payment_intent", ""))
        limit = int(request.query.get("limit", 10))
        listed = {"object": "list", "data": found[:limit], "has_more": len(found) > limit}
        return web.json_response(listed)

    async def _show_refund(self, request: web.Request) -> web.Response:
        return web.json_response(self._refunds.find(request.match_info["id"]))

    # The customer's page

    async def checkout(self, request: web.Request) -> web.Response:
        """Show what is to be paid, or what became of a session that is not open any more."""
        try:
            found = self._stripe.find(request.match_info["id"])
        except StripeError as problem:
            raise web.HTTPNotFound(text="There is no such checkout session.") from problem
        session = found["session"]
        is_under_way = (found.get("intent") or {}).get("status") == "processing"
        page = self._pages.get_template("stripe.html").render(
            session=session,
            amount=_amount(session),
            name=found["about"]["name"],
            shop=self._settings.shop_name,
            is_open=session["status"] == OPEN,
            is_under_way=is_under_way,
            failed="failed" in request.query,
            delayed=DELAYED,
        )
        return web.Response(text=page, content_type="text/html")

    async def decide(self, request: web.Request) -> web.Response:
        """Pay or fail as the customer chose, or settle as the bank; then show the outcome."""
        session_id, form = request.match_info["id"], await request.post()
        method, act = str(form.get("method", "card")), str(form.get("outcome", "pay"))
        outcome = "?failed" if act == "fail" else ""
        try:
            self._act(session_id, act, method=method, delayed=method == DELAYED)
        except StripeError:
            # Paid in another tab or expired meanwhile: the page says which.
            outcome = ""
        raise web.HTTPSeeOther(f"/stripe/pay/{session_id}{outcome}")

    # Control

    async def sessions(self, request: web.Request) -> web.Response:
        """List every session with its payment and refunds, oldest first."""
        return web.json_response({"sessions": list(self._stripe.documents.values())})

    async def settle(self, request: web.Request) -> web.Response:
        """Pay (with {"delayed": true} the bank decides later), fail, expire, succeed or refuse."""
        wanted = await _json(request)
        session_id, act = request.match_info["id"], request.match_info["act"]
        method, delayed = str(wanted.get("method", "card")), bool(wanted.get("delayed"))
        return web.json_response(self._act(session_id, act, method=method, delayed=delayed))

    def _act(self, session_id: str, act: str, *, method: str, delayed: bool) -> Json:
        match act:
            case "pay":
                return self._stripe.pay(session_id, method=method, delayed=delayed)
            case "fail":
                return self._stripe.fail(session_id, method=method)
            case "expire":
                return self._stripe.expire(session_id)
            case "succeed" | "refuse":
                return self._stripe.settle(session_id, arrives=act == "succeed")
            case _:
                raise StripeError(f"{act!r} is not pay, fail, expire, succeed or refuse.")

    async def refund(self, request: web.Request) -> web.Response:
        """Refund a payment as at Stripe's own dashboard; {amount}, or all that is left."""
        wanted = await _json(request)
        amount = {"amount": str(wanted["amount"])} if "amount" in wanted else {}
        form = {"payment_intent": request.match_info["id"]} | amount
        return web.json_response(self._refunds.create(form))

    async def dispute(self, request: web.Request) -> web.Response:
        """Let a bank dispute a payment; {"outcome": "opened", "won" or "lost"}."""
        outcome = str((await _json(request)).get("outcome", "opened"))
        if outcome not in {"opened", "won", "lost"}:
            raise StripeError("outcome is opened, won or lost")
        return web.json_response(self._refunds.dispute(request.match_info["id"], outcome))

    async def fail_refund(self, request: web.Request) -> web.Response:
        return web.json_response(self._refunds.fail(request.match_info["id"]))


def _amount(session: Json) -> str:
    minor, currency = session["amount_total"], session["currency"]
    shown = f"{minor:,}" if currency in NO_CENTS else f"{minor / 100:,.2f}"
    return f"₹{shown}" if currency == "inr" else f"{currency.upper()} {shown}"


async def _json(request: web.Request) -> Json:
    """Return the body; only JSON is accepted, so that no other website can post forms here."""
    raw = await request.read()
    if not raw:
        return {}
    if request.content_type != "application/json":
        raise StripeError("send JSON with Content-Type: application/json")
    body = json.loads(raw)
    if not isinstance(body, dict):
        raise StripeError("send a JSON object")
    return body
