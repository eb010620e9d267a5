"""What shows a customer what to pay: a link, an order that is paid inside WhatsApp, or words.

Meta refuses an order whose parts do not add up to its total, so every part is of the order's own
amounts, in whole minor units.

https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-in/pg
https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-br/orders
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.errors import Invalid
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.money.money import exponent_of
from orderdesk.domain.money.paying import TOLD_BY_META, Provider, WhatsappGateway
from orderdesk.domain.money.pix import pix_code
from orderdesk.domain.money.upi import upi_link
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.usecases.messages import bodies
from orderdesk.usecases.messages.bodies import cut

if TYPE_CHECKING:
    from orderdesk.domain.money.ledger import Entry
    from orderdesk.domain.money.money import Money
    from orderdesk.domain.orders.order import Line, Order
    from orderdesk.domain.shop.policy import Policy
    from orderdesk.usecases.language.words import Words
    from orderdesk.usecases.messages.bodies import Body

NAME_MAX: Final = 60
FOOTER_MAX: Final = 60
BODY_MAX: Final = 1024
ADDRESS_MAX: Final = 100
BRAZIL: Final = "BRL"
HUNDREDTHS: Final = 2


def payment_body(order: Order, entry: Entry, words: Words, *, said: str) -> Body:
    """The message of a payment request, in which `said` stands.

    Raises Invalid for a currency that WhatsApp, UPI or Pix does not pay.
    """
    if entry.method is PaymentMethod.WHATSAPP_PAY:
        return order_details(order, entry, words, said=said)
    if entry.link:
        return bodies.link(said, words.button("pay_now"), entry.link)
    return bodies.text(said)


def order_details(order: Order, entry: Entry, words: Words, *, said: str) -> Body:
    """Meta's order to be paid in the chat; raises Invalid where it cannot be."""
    if exponent_of(order.ledger.currency) != HUNDREDTHS:
        raise Invalid(
            f"WhatsApp takes no payment in {order.ledger.currency}.", field="whatsapp_pay"
        )
    interactive: dict[str, Any] = {
        "type": "order_details",
        "body": {"text": cut(said, BODY_MAX)},
        "action": {"name": "review_and_pay", "parameters": parameters(order, entry, words)},
    }
    if footer := words.text("whatsapp_pay_footer", order):
        interactive["footer"] = {"text": cut(footer, FOOTER_MAX)}
    return {"type": "interactive", "interactive": interactive}


def parameters(order: Order, entry: Entry, words: Words) -> dict[str, Any]:
    """The same object stands in the button of a template."""
    policy = words.store.policy
    beneficiary = _beneficiary(order)
    return {
        "reference_id": entry.reference,
        "type": "physical-goods" if beneficiary else "digital-goods",
        **({"beneficiaries": [beneficiary]} if beneficiary else {}),
        "currency": order.ledger.currency,
        "total_amount": _amount(entry.amount),
        **_settings(order, entry, policy),
        "order": _order(order, entry, words),
    }


def _order(order: Order, entry: Entry, words: Words) -> dict[str, Any]:
    """What was paid before is a discount here: the sums are of what is due now."""
    parts, paid = order.amounts, order.total.minor - entry.amount.minor
    policy = words.store.policy
    catalog_id = policy.whatsapp_pay.catalog_id or order.catalog_id
    made: dict[str, Any] = {
        "status": "pending",
        "items": [_item(each, policy, named=bool(catalog_id)) for each in order.lines],
        "subtotal": _amount(parts.subtotal),
        "tax": _amount(parts.tax) | ({"description": parts.tax_label} if parts.tax.minor else {}),
    }
    if catalog_id:
        made["catalog_id"] = catalog_id
    if parts.shipping.minor:
        made["shipping"] = _amount(parts.shipping)
    if less := parts.discount.minor + paid:
        labels = (parts.discount_label, words.part("already_paid_before") if paid else "")
        made["discount"] = {
            "value": less,
            "offset": 100,
            "description": cut(", ".join(filter(None, labels)), NAME_MAX),
        }
    if entry.expires_at:
        made["expiration"] = {
            "timestamp": str(int(entry.expires_at.timestamp())),
            "description": words.part("can_be_paid_until"),
        }
    return made


def _item(line: Line, policy: Policy, *, named: bool) -> dict[str, Any]:
    item: dict[str, Any] = {
        "name": cut(line.name, NAME_MAX),
        "amount": _amount(line.price),
        "quantity": line.quantity,
    }
    if line.retailer_id:
        item["retailer_id"] = line.retailer_id
    if not named:
        seller = policy.whatsapp_pay
        item["country_of_origin"] = seller.country_of_origin
        item["importer_name"] = seller.importer_name
        item["importer_address"] = {"address_line1": seller.importer_address}
    return item


def _settings(order: Order, entry: Entry, policy: Policy) -> dict[str, Any]:
    gateway = policy.whatsapp_pay.gateway
    if gateway in TOLD_BY_META:
        return {"payment_settings": [_gateway(order, entry, policy)]}
    brazil = order.ledger.currency == BRAZIL
    made = {
        WhatsappGateway.PAYMENT_LINK: lambda: {"payment_link": {"uri": entry.link}},
        WhatsappGateway.UPI_INTENT: lambda: {
            "upi_intent_link": {"link": _upi(order, entry, policy)}
        },
        WhatsappGateway.PIX: lambda: {"pix_dynamic_code": _pix(entry, policy)},
    }[gateway]()
    (name,) = made
    return {
        "payment_type": "br" if brazil else "upi",
        "payment_settings": [{"type": name, **made}],
    }


def _gateway(order: Order, entry: Entry, policy: Policy) -> dict[str, Any]:
    """What we say along comes back with the payment's status, and with the gateway's own events:
    there `provider` says that it is Meta who tells of this money, so that it is booked once.
    """
    chosen = policy.whatsapp_pay
    notes = (order.store_id, order.order_id, entry.reference)
    said: dict[str, Any]
    if chosen.gateway is WhatsappGateway.RAZORPAY:
        names = ("store_id", "order_id", "reference")
        told = dict(zip(names, notes, strict=True)) | {"provider": Provider.WHATSAPP.value}
        said = {"receipt": entry.reference, "notes": told}
    else:
        said = dict(zip(("udf1", "udf2", "udf3"), notes, strict=True))
    return {
        "type": "payment_gateway",
        "payment_gateway": {
            "type": chosen.gateway.value,
            "configuration_name": chosen.configuration_name,
            chosen.gateway.value: said,
        },
    }


def _upi(order: Order, entry: Entry, policy: Policy) -> str:
    shop = policy.transfer
    note = f"Order {order.number}"
    return upi_link(shop.upi_id, shop.payee, entry.amount, reference=entry.reference, note=note)


def _pix(entry: Entry, policy: Policy) -> dict[str, str]:
    shop = policy.transfer
    code = pix_code(shop.pix_key, shop.payee, shop.city, entry.amount, reference=entry.reference)
    return {
        "code": code,
        "merchant_name": shop.payee,
        "key": shop.pix_key,
        "key_type": shop.pix_key_type.value,
    }


def _beneficiary(order: Order) -> dict[str, str]:
    """Goods that travel name who gets them; an address in free text has no such parts."""
    address = order.address
    if address is None or order.fulfilment in {Fulfilment.DIGITAL, Fulfilment.PICKUP}:
        return {}
    street = ", ".join(filter(None, (address.house_number, address.building_name, address.address)))
    if not (street and address.city and address.state and address.postal_code):
        return {}
    return {
        "name": address.name or order.customer.name,
        "address_line1": cut(street, ADDRESS_MAX),
        "city": address.city,
        "state": address.state,
        "country": address.country or "India",
        "postal_code": address.postal_code,
    }


def _amount(money: Money) -> dict[str, Any]:
    return {"value": money.minor, "offset": 100}
