"""Which ways to pay an order can be offered: what the shop wants, and what is connected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.money.paying import PAID_IN, RUPEES, TOLD_BY_META, Provider, WhatsappGateway

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.policy import Policy
    from orderdesk.usecases.ports import Gateways


def offered(
    order: Order, policy: Policy, gateways: Gateways, *, cash: bool = True
) -> tuple[PaymentMethod, ...]:
    """In the shop's order, by the terms of the order; `cash` is False where the place takes none.

    When nothing else is left, cash on delivery is: an order that cannot be paid is lost.
    """
    ways = tuple(
        each
        for each in order.terms.offered(order.total.minor)
        if is_connected(each, policy, gateways, currency=order.ledger.currency)
        and (cash or each is not PaymentMethod.CASH_ON_DELIVERY)
    )
    return ways or (PaymentMethod.CASH_ON_DELIVERY,)


def provider_of(method: PaymentMethod, policy: Policy) -> str:
    """Who takes the money and tells us of it; empty when people do."""
    if method is PaymentMethod.ONLINE:
        return policy.online_provider
    if method is not PaymentMethod.WHATSAPP_PAY:
        return ""
    gateway = policy.whatsapp_pay.gateway
    if gateway in TOLD_BY_META:
        return Provider.WHATSAPP
    return policy.online_provider if gateway is WhatsappGateway.PAYMENT_LINK else ""


def is_connected(
    method: PaymentMethod, policy: Policy, gateways: Gateways, *, currency: str
) -> bool:
    """Whether what the method needs is there: a gateway, a configuration, an account."""
    if method is PaymentMethod.CASH_ON_DELIVERY:
        return True
    if method is PaymentMethod.TRANSFER:
        return policy.transfer.is_there
    provider = provider_of(method, policy)
    if provider and not gateways.offers(provider):
        return False
    if method is PaymentMethod.ONLINE:
        return True
    if currency not in PAID_IN.get(policy.whatsapp_pay.gateway, RUPEES):
        return False
    return {
        WhatsappGateway.UPI_INTENT: bool(policy.transfer.upi_id),
        WhatsappGateway.PIX: bool(policy.transfer.pix_key),
        WhatsappGateway.PAYMENT_LINK: True,
    }.get(policy.whatsapp_pay.gateway, bool(policy.whatsapp_pay.configuration_name))
