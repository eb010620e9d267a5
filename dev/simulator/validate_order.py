"""Meta's rules for `order_details` and `order_status` (payments in India).

https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-in/pg
"""

import re
from typing import Any

from dev.simulator.errors import VALUE_INVALID, GraphError
from dev.simulator.store import Json

REFERENCE_ID = re.compile(r"[A-Za-z0-9_.-]{1,35}")
OFFSET = 100
ORDER_STATUSES = (
    "pending",
    "processing",
    "partially_shipped",
    "shipped",
    "completed",
    "canceled",
)
DESCRIPTION_MAX = 120


def check_order_details(action: Json) -> None:
    """Raise GraphError 131009 when the amounts do not add up or something required is missing."""
    if action.get("name") != "review_and_pay":
        raise _invalid("action.name", "must be 'review_and_pay'")
    parameters = action.get("parameters")
    if not isinstance(parameters, dict):
        raise _invalid("action.parameters", "must be an object")
    check_reference(parameters)
    if parameters.get("currency") != "INR":
        raise _invalid("parameters.currency", "must be INR")
    order = parameters.get("order", {})
    items = order.get("items", [])
    if not items:
        raise _invalid("order.items", "must not be empty")
    if not order.get("catalog_id"):
        _importers(items)
    _sums(order, items, total=_amount(parameters, "total_amount"))


def check_order_status(action: Json) -> None:
    """Raise GraphError 131009 when the status or its description is not one that Meta knows."""
    if action.get("name") != "review_order":
        raise _invalid("action.name", "must be 'review_order'")
    parameters = action.get("parameters", {})
    check_reference(parameters)
    order = parameters.get("order", {})
    if order.get("status") not in ORDER_STATUSES:
        wanted = ", ".join(ORDER_STATUSES)
        raise _invalid("order.status", f"{order.get('status')!r} is not one of {wanted}")
    if len(order.get("description", "")) > DESCRIPTION_MAX:
        raise _invalid("order.description", f"at most {DESCRIPTION_MAX} characters")


def check_reference(parameters: Json) -> None:
    reference = str(parameters.get("reference_id", ""))
    if not REFERENCE_ID.fullmatch(reference):
        raise _invalid("parameters.reference_id", "1 to 35 of A-Z a-z 0-9 _ . -")


def _importers(items: list[Json]) -> None:
    for item in items:
        for name in ("country_of_origin", "importer_name", "importer_address"):
            if not item.get(name):
                raise _invalid(f"item.{name}", "is required when there is no catalog_id")


def _sums(order: Json, items: list[Json], *, total: int) -> None:
    if "tax" not in order:
        raise _invalid("order.tax", "is required, even when it is 0")
    each = sum(
        _amount(item, "sale_amount" if "sale_amount" in item else "amount")
        * int(item.get("quantity", 0))
        for item in items
    )
    subtotal = _amount(order, "subtotal")
    if each != subtotal:
        raise _invalid("order.subtotal", f"is {subtotal}, the items add up to {each}")
    parts = {
        name: _amount(order, name) for name in ("tax", "shipping", "discount") if name in order
    }
    wanted = subtotal + parts.get("tax", 0) + parts.get("shipping", 0) - parts.get("discount", 0)
    if wanted != total:
        raise _invalid("parameters.total_amount", f"is {total}, the parts add up to {wanted}")


def _amount(owner: Json, name: str) -> int:
    amount: Any = owner.get(name)
    if not isinstance(amount, dict) or not isinstance(amount.get("value"), int):
        raise _invalid(name, "must be {value, offset} with an integer value")
    if amount.get("offset") != OFFSET:
        raise _invalid(f"{name}.offset", f"must be {OFFSET}")
    return int(amount["value"])


def _invalid(place: str, wanted: str) -> GraphError:
    return GraphError(VALUE_INVALID, f"{place}: {wanted}")
