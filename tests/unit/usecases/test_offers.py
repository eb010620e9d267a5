"""Which ways to pay an order is offered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from orderdesk.adapters.memory import MemoryGateways, MemoryPaymentGateway
from orderdesk.domain.money.ledger import Ledger, PaymentMethod
from orderdesk.domain.money.money import Money
from orderdesk.domain.money.paying import Transfer, WhatsappGateway, WhatsappPay
from orderdesk.domain.money.terms import Offer, Terms
from orderdesk.domain.shop.policy import Policy
from orderdesk.usecases.payments.offers import offered
from tests.builders import a_line, an_order

COD, ONLINE = PaymentMethod.CASH_ON_DELIVERY, PaymentMethod.ONLINE
NATIVE, TRANSFER = PaymentMethod.WHATSAPP_PAY, PaymentMethod.TRANSFER
ALL = Terms(offers=tuple(Offer(method=each) for each in PaymentMethod))
POLICY = Policy(
    whatsapp_pay=WhatsappPay(configuration_name="shop"),
    transfer=Transfer(upi_id="shop@bank", pix_key="key", payee="Shop", city="Pune"),
)


def ways(
    *connected: str, currency: str = "INR", policy: Policy = POLICY, **fields: Any
) -> tuple[PaymentMethod, ...]:
    line = a_line(price=Money(75_000, currency))
    order = an_order(lines=(line,), ledger=Ledger(currency=currency), terms=ALL)
    gateways = MemoryGateways(*(MemoryPaymentGateway(each) for each in connected))
    return offered(order, policy, gateways, **fields)


def test_all_that_is_connected_is_offered() -> None:
    assert ways("razorpay", "whatsapp") == (COD, ONLINE, NATIVE, TRANSFER)


def test_what_is_not_connected_is_not_offered() -> None:
    assert ways() == (COD, TRANSFER)
    assert ways("stripe") == (COD, TRANSFER)


def test_where_a_place_takes_no_cash_it_is_not_offered() -> None:
    assert ways("razorpay", cash=False) == (ONLINE, TRANSFER)


def test_an_order_that_could_not_be_paid_at_all_is_paid_in_cash() -> None:
    assert ways(policy=Policy(), cash=False) == (COD,)


@pytest.mark.parametrize(
    ("gateway", "currency", "is_offered"),
    [
        (WhatsappGateway.RAZORPAY, "INR", True),
        (WhatsappGateway.RAZORPAY, "BRL", False),
        (WhatsappGateway.UPI_INTENT, "BRL", False),
        (WhatsappGateway.PIX, "BRL", True),
        (WhatsappGateway.PIX, "INR", False),
        (WhatsappGateway.PAYMENT_LINK, "BRL", True),
        (WhatsappGateway.PAYMENT_LINK, "USD", False),
    ],
)
def test_whatsapp_takes_the_countrys_own_money_only(
    gateway: WhatsappGateway, currency: str, is_offered: bool
) -> None:
    policy = replace(POLICY, whatsapp_pay=WhatsappPay(gateway=gateway, configuration_name="s"))

    found = ways("razorpay", "whatsapp", currency=currency, policy=policy)

    assert (NATIVE in found) is is_offered
