"""What Stripe's API takes and refuses: forms with nested fields, and errors in its words.

https://docs.stripe.com/api/errors and https://docs.stripe.com/api/checkout/sessions/create
"""

import secrets
import string
from collections.abc import Iterator, Mapping

from dev.simulator.store import Json

ALPHABET = string.ascii_letters + string.digits
SHORTEST_SECONDS, LONGEST_SECONDS = 30 * 60, 24 * 3600
REFERENCE_MAX, NOTES_MAX = 200, 50


class StripeError(Exception):
    """A refused call, answered in Stripe's form."""

    def __init__(
        self,
        message: str,
        *,
        http_status: int = 400,
        code: str = "parameter_invalid",
        param: str = "",
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.http_status = http_status
        self._error = {"type": kind, "code": code, "message": message, "param": param}

    def body(self) -> Json:
        return {"error": {name: value for name, value in self._error.items() if value}}


def missing(kind: str, name: str) -> StripeError:
    return StripeError(f"No such {kind}: '{name}'", http_status=404, code="resource_missing")


def amount_of(wanted: Mapping[str, str], *, expires_at: int, now: float) -> int:
    """What a session is for, in Stripe's units; raises StripeError when it is refused."""
    for name in ("mode", "success_url", "line_items[0][quantity]"):
        if not wanted.get(name):
            raise StripeError(f"Missing required param: {name}.", param=name)
    if len(wanted.get("client_reference_id", "")) > REFERENCE_MAX:
        raise StripeError(
            f"Invalid string: must be at most {REFERENCE_MAX} characters",
            param="client_reference_id",
        )
    if len(nested(wanted, "metadata")) > NOTES_MAX:
        raise StripeError(f"You can only have {NOTES_MAX} metadata keys.", param="metadata")
    ahead = expires_at - now
    if not SHORTEST_SECONDS <= ahead <= LONGEST_SECONDS:
        raise StripeError(
            "The `expires_at` timestamp must be at least 30 minutes and less than 24 hours "
            "from Checkout Session creation.",
            param="expires_at",
        )
    amount = wanted.get("line_items[0][price_data][unit_amount]", "")
    if not amount.isdigit():
        raise StripeError(f"Invalid integer: {amount}", param="unit_amount")
    if int(amount) < 1:
        raise StripeError(
            "The Checkout Session's total amount due must add up to at least 0.50 usd",
            code="amount_too_small",
        )
    return int(amount) * int(wanted["line_items[0][quantity]"])


def new_id(kind: str) -> str:
    """Return an id shaped like Stripe's, e.g. re_3MmlLrLkdIwHu7ix0uke3Ezy."""
    return f"{kind}_{random_text(24)}"


def random_text(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def nested(form: Mapping[str, str], name: str) -> dict[str, str]:
    """The fields `name[x]` of a form, by x."""

    def found() -> Iterator[tuple[str, str]]:
        for path, value in form.items():
            if path.startswith(f"{name}[") and path.endswith("]"):
                inner = path[len(name) + 1 : -1]
                if "[" not in inner:
                    yield inner, value

    return dict(found())
