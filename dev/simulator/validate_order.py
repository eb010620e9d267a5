"""Meta's rules for `order_details` and `order_status`, in India and Brazil.

https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-in/pg
https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-br/orders
"""

import re
from typing import Any

from dev.simulator.checks import invalid, length, missing, one_of
from dev.simulator.store import Json
from dev.simulator.validate_payment import check_payment

INDIA_MAX, BRAZIL_MAX = 35, 60
REFERENCE_ID = re.compile(r"[A-Za-z0-9_.-]+")
OFFSET = 100
STATUSES = ("pending", "processing", "partially_shipped", "shipped", "completed", "canceled")
KINDS = ("digital-goods", "physical-goods")
DESCRIPTION_MAX, NAME_MAX, SHORT_MAX, ADDRESS_MAX = 120, 60, 60, 100
ITEMS_WITH_PICTURES = 10
BENEFICIARY = ("name", "address_line1", "city", "state", "country", "postal_code")
PAYMENT_STATUSES = ("pending", "captured", "failed")
QUICK_PAY = "quick_pay"


def check_order_details(action: Json) -> None:
    """Raise GraphError 100 or 131009 when amounts do not add up or something is missing."""
    if action.get("name") != "review_and_pay":
        raise invalid("action.name", "must be 'review_and_pay'")
    parameters = action.get("parameters")
    if not isinstance(parameters, dict):
        raise invalid("action.parameters", "must be an object")
    check_order_parameters(parameters)


def check_order_parameters(parameters: Json) -> None:
    """The same object is in the button of an ORDER_DETAILS template."""
    brazil = parameters.get("payment_type") == "br"
    check_reference(parameters, BRAZIL_MAX if brazil else INDIA_MAX)
    one_of("parameters.type", parameters.get("type"), KINDS)
    currency = "BRL" if brazil else "INR"
    if parameters.get("currency") != currency:
        raise invalid("parameters.currency", f"must be {currency}")
    check_payment(parameters)
    if parameters["type"] == "physical-goods" and not brazil:
        _beneficiaries(parameters)
    order = parameters.get("order")
    if not isinstance(order, dict):
        raise missing("parameters['order']", "an object")
    _order(order, total=_amount(parameters, "total_amount"), brazil=brazil)


def check_order_status(action: Json) -> None:
    """Raise GraphError 131009 when the status or its description is not one that Meta knows."""
    if action.get("name") != "review_order":
        raise invalid("action.name", "must be 'review_order'")
    check_status_parameters(action.get("parameters", {}))


def check_status_parameters(parameters: Json) -> None:
    """The same object is in the component of an ORDER_STATUS template."""
    check_reference(parameters, BRAZIL_MAX)
    order = parameters.get("order", {})
    one_of("order.status", order.get("status"), STATUSES)
    length("order.description", order.get("description", ""), DESCRIPTION_MAX, least=0)
    payment = parameters.get("payment")
    if payment is not None:
        one_of("payment.status", payment.get("status"), PAYMENT_STATUSES)
        if not isinstance(payment.get("timestamp"), int):
            raise invalid("payment.timestamp", "must be Unix seconds")


def check_reference(parameters: Json, most: int) -> None:
    reference = str(parameters.get("reference_id", ""))
    if not REFERENCE_ID.fullmatch(reference) or len(reference) > most:
        raise invalid("parameters.reference_id", f"1 to {most} of A-Z a-z 0-9 _ . -")


def _order(order: Json, *, total: int, brazil: bool) -> None:
    if order.get("status") != "pending":
        raise invalid("order.status", "must be 'pending'")
    one_of("order.type", order.get("type", QUICK_PAY), (QUICK_PAY,))
    items = order.get("items")
    if not isinstance(items, list) or not items:
        raise invalid("order.items", "must not be empty")
    pictured = any("image" in item for item in items)
    if pictured and (order.get("catalog_id") or len(items) > ITEMS_WITH_PICTURES):
        raise invalid("order.items", "with pictures: at most 10, and no catalog_id")
    for item in items:
        _item(item, needs_importer=not brazil and not order.get("catalog_id"))
    _sums(order, items, total=total)
    _expiration(order.get("expiration"))


def _item(item: Json, *, needs_importer: bool) -> None:
    length("item.name", item.get("name", ""), NAME_MAX)
    if not item.get("retailer_id") and "image" not in item:
        raise missing("item['retailer_id']", "is required")
    if item.get("retailer_id") and "image" in item:
        raise invalid("item.retailer_id", "does not go with an image")
    quantity = item.get("quantity")
    if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1:
        raise invalid("item.quantity", "must be 1 or more")
    if "sale_amount" in item and _amount(item, "sale_amount") > _amount(item, "amount"):
        raise invalid("item.sale_amount", "must not be more than amount")
    if needs_importer:
        _importer(item)


def _importer(item: Json) -> None:
    for name in ("country_of_origin", "importer_name", "importer_address"):
        if not item.get(name):
            raise invalid(f"item.{name}", "is required when there is no catalog_id")
    address = item["importer_address"]
    if not isinstance(address, dict):
        raise invalid("item.importer_address", "must be an object with address_line1")
    length("item.importer_address.address_line1", address.get("address_line1"), ADDRESS_MAX)


def _beneficiaries(parameters: Json) -> None:
    beneficiaries = parameters.get("beneficiaries")
    if not isinstance(beneficiaries, list) or not beneficiaries:
        raise missing("parameters['beneficiaries']", "who gets physical goods")
    for one in beneficiaries:
        for name in BENEFICIARY:
            if not one.get(name):
                raise missing(f"beneficiaries['{name}']", "is required")


def _sums(order: Json, items: list[Json], *, total: int) -> None:
    if "tax" not in order:
        raise invalid("order.tax", "is required, even when it is 0")
    each = sum(
        _amount(item, "sale_amount" if "sale_amount" in item else "amount") * item["quantity"]
        for item in items
    )
    subtotal = _amount(order, "subtotal")
    if each != subtotal:
        raise invalid("order.subtotal", f"is {subtotal}, the items add up to {each}")
    parts = {
        name: _amount(order, name) for name in ("tax", "shipping", "discount") if name in order
    }
    for name in parts:
        length(f"order.{name}.description", order[name].get("description", ""), SHORT_MAX, least=0)
    program = order.get("discount", {}).get("discount_program_name", "")
    length("order.discount.discount_program_name", program, SHORT_MAX, least=0)
    wanted = subtotal + parts.get("tax", 0) + parts.get("shipping", 0) - parts.get("discount", 0)
    if wanted != total:
        raise invalid("parameters.total_amount", f"is {total}, the parts add up to {wanted}")
    if total <= 0:
        raise invalid("parameters.total_amount", "must be more than 0")


def _expiration(expiration: Any) -> None:
    if expiration is None:
        return
    if not isinstance(expiration, dict) or not str(expiration.get("timestamp", "")).isdigit():
        raise invalid("order.expiration.timestamp", "must be Unix seconds")
    length("order.expiration.description", expiration.get("description"), DESCRIPTION_MAX)


def _amount(owner: Json, name: str) -> int:
    amount: Any = owner.get(name)
    value = amount.get("value") if isinstance(amount, dict) else None
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise invalid(name, "must be {value, offset} with an integer value, 0 or more")
    if amount.get("offset") != OFFSET:
        raise invalid(f"{name}.offset", f"must be {OFFSET}")
    return value
