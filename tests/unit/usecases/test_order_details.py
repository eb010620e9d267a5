"""What asks a customer to pay: Meta's order adds up, links lead, words say where to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.domain.errors import Invalid
from orderdesk.domain.money.ledger import Entry, EntryKind, Ledger, PaymentMethod
from orderdesk.domain.money.money import Money
from orderdesk.domain.money.paying import Transfer, WhatsappGateway, WhatsappPay
from orderdesk.domain.money.terms import Discount, Shipping, Tax, Terms
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.domain.shop.policy import Policy
from orderdesk.usecases.language.words import Words
from orderdesk.usecases.payments.order_details import parameters, payment_body
from tests.builders import NOW, a_capture, a_line, a_store, an_address, an_order, rupees

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order

POLICY = Policy(
    whatsapp_pay=WhatsappPay(configuration_name="shop_razorpay"),
    transfer=Transfer(payee="Saffron Lane", city="Pune", upi_id="saffron@okhdfc", pix_key="k@x.br"),
)


def a_request(order: Order, **fields: Any) -> Entry:
    entry = Entry(
        id="r1",
        kind=EntryKind.REQUESTED,
        amount=order.amount_due,
        at=NOW,
        method=PaymentMethod.WHATSAPP_PAY,
        provider="whatsapp",
        reference=f"{order.number}-1",
        expires_at=NOW + timedelta(days=1),
    )
    return replace(entry, **fields)


def saying(language: str = "en", **policy: Any) -> Words:
    return Words(a_store(policy=replace(POLICY, **policy)), language)


def by(gateway: WhatsappGateway) -> Words:
    return saying(whatsapp_pay=WhatsappPay(gateway=gateway, configuration_name="shop"))


def value(part: dict[str, Any] | None) -> int:
    assert part is None or part["offset"] == 100
    return part["value"] if part else 0


MINOR = st.integers(0, 10_000_000)
TERMS = st.builds(
    Terms,
    shipping=st.builds(Shipping, fee=MINOR, free_from=st.none() | MINOR),
    tax=st.builds(Tax, rate=st.integers(0, 10_000), included=st.booleans()),
    discounts=st.lists(
        st.builds(Discount, label=st.just("Diwali"), percent=st.integers(1, 10_000))
        | st.builds(Discount, label=st.just("New"), amount=st.integers(1, 10_000_000)),
        max_size=3,
    ).map(tuple),
)
LINES = st.lists(
    st.builds(
        a_line,
        retailer_id=st.text("abc", min_size=1, max_size=3),
        price=st.builds(Money, MINOR, st.just("INR")),
        quantity=st.integers(1, 99),
    ),
    min_size=1,
    max_size=12,
).map(tuple)


@given(
    lines=LINES,
    terms=TERMS,
    fee=st.none() | MINOR,
    part=st.integers(0, 99),
    gateway=st.sampled_from(
        [WhatsappGateway.RAZORPAY, WhatsappGateway.PAYU, WhatsappGateway.UPI_INTENT]
    ),
)
def test_an_order_adds_up_to_the_paisa_whatever_is_charged_and_paid_before(
    lines: Any, terms: Terms, fee: int | None, part: int, gateway: WhatsappGateway
) -> None:
    place = Money(fee, "INR") if fee is not None else None
    order = an_order(lines=lines, terms=terms, shipping_fee=place)
    paid = a_capture(order, amount=Money(order.total.minor * part // 100, "INR"))
    order = replace(order, ledger=Ledger(currency="INR").book(paid))

    asked = parameters(order, a_request(order), by(gateway))

    told = asked["order"]
    items = sum(value(each["amount"]) * each["quantity"] for each in told["items"])
    assert items == value(told["subtotal"])
    assert (
        value(asked["total_amount"])
        == order.amount_due.minor
        == (
            value(told["subtotal"])
            + value(told["tax"])
            + value(told.get("shipping"))
            - value(told.get("discount"))
        )
    )


def test_the_payment_configuration_and_our_own_notes_go_along() -> None:
    order = an_order()

    [settings] = parameters(order, a_request(order), saying())["payment_settings"]

    assert settings["payment_gateway"]["configuration_name"] == "shop_razorpay"
    assert settings["payment_gateway"]["razorpay"] == {
        "receipt": "1001-1",
        "notes": {
            "store_id": "main",
            "order_id": order.order_id,
            "reference": "1001-1",
            "provider": "whatsapp",
        },
    }


def test_what_is_sold_without_a_catalog_names_its_importer() -> None:
    seller = WhatsappPay(
        configuration_name="shop", importer_name="Saffron Lane", importer_address="12 MG Road"
    )
    order = an_order(catalog_id="")

    told = parameters(order, a_request(order), saying(whatsapp_pay=seller))["order"]

    assert "catalog_id" not in told
    assert told["items"][0]["importer_name"] == "Saffron Lane"


def test_goods_that_travel_name_who_gets_them() -> None:
    order = an_order(address=an_address(state="Maharashtra"))

    asked = parameters(order, a_request(order), saying())

    assert asked["type"] == "physical-goods"
    assert asked["beneficiaries"][0]["postal_code"] == an_address().postal_code


def test_what_is_sent_as_a_file_is_digital() -> None:
    order = an_order(address=an_address(state="Goa"), fulfilment=Fulfilment.DIGITAL)

    assert parameters(order, a_request(order), saying())["type"] == "digital-goods"


def test_upi_opens_with_everything_filled_in() -> None:
    order = an_order()

    asked = parameters(order, a_request(order), by(WhatsappGateway.UPI_INTENT))

    [settings] = asked["payment_settings"]
    assert asked["payment_type"] == "upi"
    assert settings["upi_intent_link"]["link"] == (
        "upi://pay?pa=saffron%40okhdfc&pn=Saffron%20Lane&tr=1001-1&tn=Order%201001"
        "&am=1500.00&cu=INR"
    )


def test_a_brazilian_order_carries_a_pix_code() -> None:
    reais = Money(150_00, "BRL")
    order = an_order(lines=(a_line(price=reais, quantity=1),), ledger=Ledger(currency="BRL"))

    asked = parameters(order, a_request(order), by(WhatsappGateway.PIX))

    [settings] = asked["payment_settings"]
    assert (asked["payment_type"], asked["currency"]) == ("br", "BRL")
    assert settings["pix_dynamic_code"]["code"].startswith("000201")
    assert settings["pix_dynamic_code"]["key_type"] == "EVP"


def test_a_currency_without_hundredths_is_not_paid_in_whatsapp() -> None:
    yen = Ledger(currency="JPY")
    order = an_order(lines=(a_line(price=Money(1500, "JPY")),), ledger=yen)

    with pytest.raises(Invalid, match="takes no payment in JPY"):
        payment_body(order, a_request(order), saying(), said="Pay")


def test_a_link_is_a_button_and_a_transfer_is_words() -> None:
    order = an_order()
    link = a_request(order, method=PaymentMethod.ONLINE, link="https://pay.example/1")
    words = a_request(order, method=PaymentMethod.TRANSFER, provider="")

    made = [payment_body(order, each, saying(), said="Please pay") for each in (link, words)]

    assert [each["type"] for each in made] == ["interactive", "text"]
    assert order.amount_due == rupees(1500)


def test_what_the_parts_of_an_order_are_called_is_in_the_customers_language() -> None:
    order = an_order()
    half = a_request(order, amount=rupees(750))

    told = parameters(order, half, saying("pt_BR"))["order"]

    assert told["discount"]["description"] == "Já pago"
    assert told["expiration"]["description"] == "O pedido pode ser pago até lá."
    assert told["subtotal"]["value"] - told["discount"]["value"] == half.amount.minor
