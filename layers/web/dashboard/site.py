"""Routes of the dashboard; what goes wrong becomes a page that says what to do."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from dashboard.assets import icon, static
from dashboard.edits import (
    change_fulfilment,
    change_parcel,
    open_return,
    settle_attention,
    ship_part,
    work_on_return,
)
from dashboard.headers import secured
from dashboard.money import answer_claim, work_on_refund
from dashboard.order import back_to_order, move_order, order
from dashboard.orders import changes, live_ticket, order_card, orders, stages
from dashboard.prices import choose_prices
from dashboard.render import page
from dashboard.session import SESSION, gone
from dashboard.sign_in import callback, home, see, sign_in, sign_out
from orderdesk.domain.errors import OrderdeskError, Unauthenticated
from orderdesk.http import Response, Router, error_response, status_of

if TYPE_CHECKING:
    from dashboard.context import Context, Settings
    from orderdesk.http import Request

TITLES = {
    HTTPStatus.BAD_REQUEST: "That did not work",
    HTTPStatus.UNAUTHORIZED: "Please sign in",
    HTTPStatus.FORBIDDEN: "Not for you",
    HTTPStatus.NOT_FOUND: "Nothing here",
    HTTPStatus.METHOD_NOT_ALLOWED: "Not this way",
    HTTPStatus.CONFLICT: "That is not possible now",
    HTTPStatus.CONTENT_TOO_LARGE: "Too much",
    HTTPStatus.SERVICE_UNAVAILABLE: "One moment, please",
}
JSON_PATHS = ("/live-ticket", "/orders/changes")
UNEXPECTED = "Something went wrong on our side. It has been logged; try again."


def answer(request: Request, context: Context) -> Response:
    """Every request gets an answer, with the security headers on it."""
    try:
        response = ROUTES.answer(request, context)
        if response.status == HTTPStatus.METHOD_NOT_ALLOWED:
            response = _wrong_method(response, request)
    except Unauthenticated as error:
        response = _signed_out(error, request, context)
    except OrderdeskError as error:
        response = _error(error, request)
    return secured(response, context.settings)


def unexpected(settings: Settings) -> Response:
    """For a bug of ours: the cause is in the log, not on the page."""
    return secured(_page(HTTPStatus.INTERNAL_SERVER_ERROR, UNEXPECTED), settings)


def _signed_out(error: Unauthenticated, request: Request, context: Context) -> Response:
    """To the signed-out page, and from there back here."""
    if request.path in JSON_PATHS:
        return error_response(error)
    if "hx-request" in request.headers:
        # A fragment cannot show the way to sign in: let the browser load the whole page.
        headers = {"hx-refresh": "true", "cache-control": "no-store"}
        return Response(status=HTTPStatus.UNAUTHORIZED, headers=headers)
    ended = gone(SESSION, context.settings)
    if request.path == "/callback":
        response = _page(status_of(error), error.message, retry="/sign-in")
        return Response(
            status=response.status, body=response.body, headers=response.headers, cookies=(ended,)
        )
    onward = request.path if request.method == "GET" else "/orders"
    if request.query and request.method == "GET":
        onward += f"?{urlencode(request.query)}"
    return see(f"/?{urlencode({'next': onward})}", ended)


def _error(error: OrderdeskError, request: Request) -> Response:
    if request.path in JSON_PATHS:
        return error_response(error)
    return _page(status_of(error), error.message)


def _wrong_method(response: Response, request: Request) -> Response:
    allow = response.headers["allow"]
    made = _page(response.status, f"This address answers {allow} only.")
    return Response(status=made.status, body=made.body, headers={**made.headers, "allow": allow})


def _page(status: int, message: str, *, retry: str = "") -> Response:
    title = TITLES.get(HTTPStatus(status), "Something broke")
    return page("error.html", status=status, code=status, title=title, message=message, retry=retry)


ROUTES: Router[Context] = Router()
ROUTES.add("GET", "/", home)
ROUTES.add("GET", "/sign-in", sign_in)
ROUTES.add("GET", "/callback", callback)
ROUTES.add("POST", "/sign-out", sign_out)
ROUTES.add("GET", "/live-ticket", live_ticket)
ROUTES.add("GET", "/orders", orders)
ROUTES.add("GET", "/orders/changes", changes)
ROUTES.add("GET", "/orders/stages", stages)
ROUTES.add("GET", "/orders/{order_id}", order)
ROUTES.add("GET", "/orders/{order_id}/card", order_card)
FORMS: Final = {
    "moves": move_order,
    "parcels": ship_part,
    "parcels/{parcel_id}": change_parcel,
    "returns": open_return,
    "returns/{return_id}": work_on_return,
    "fulfilment": change_fulfilment,
    "attention": settle_attention,
    "prices": choose_prices,
    "claims": answer_claim,
    "refunds": work_on_refund,
}
for form, endpoint in FORMS.items():
    ROUTES.add("POST", f"/orders/{{order_id}}/{form}", endpoint)
    ROUTES.add("GET", f"/orders/{{order_id}}/{form}", back_to_order)
ROUTES.add("GET", "/static/{file}", static)
ROUTES.add("GET", "/favicon.ico", icon)
