"""The customer's bank app, which reads Pix codes and UPI links by itself."""

import pytest

from dev.simulator.bank import read_pix, read_upi
from dev.simulator.client import Refused, Simulator
from dev.simulator.store import Json
from orderdesk.domain.money.money import Money
from orderdesk.domain.money.pix import pix_code
from orderdesk.domain.money.upi import upi_link
from tests.simulator.bodies import PIX, UPI_LINK, amount, order, order_details
from tests.simulator.harness import ASHA, Running

CODE = PIX["pix_dynamic_code"]["code"]


def test_a_bank_reads_the_applications_pix_code() -> None:
    code = pix_code("loja@banco.br", "Loja São João", "Recife", Money(1995, "BRL"), reference="1-1")

    assert read_pix(code) == {
        "payee": "Loja Sao Joao",
        "key": "loja@banco.br",
        "amount": 1995,
        "reference": "11",
    }


def test_a_upi_app_reads_the_applications_link() -> None:
    link = upi_link("shop@bank", "Saffron Lane", Money(24050, "INR"), reference="1042-1")

    assert read_upi(link) == {
        "payee": "Saffron Lane",
        "key": "shop@bank",
        "amount": 24050,
        "reference": "1042-1",
    }


@pytest.mark.parametrize("code", [CODE[:-1] + "0", CODE.replace("240.00", "240.01"), "0002"])
def test_a_changed_pix_code_is_not_paid(code: str) -> None:
    with pytest.raises(ValueError, match="checksum is wrong"):
        read_pix(code)


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("upi://pay?pa=shop&tr=1", "names no UPI id"),
        ("https://pay?pa=shop@bank", "does not open this link"),
        ("upi://pay?pa=shop@bank&cu=BRL", "rupees only"),
        ("upi://pay?pa=shop@bank&am=much", "is not a number"),
    ],
)
def test_a_wrong_upi_link_is_not_opened(link: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_upi(link)


@pytest.mark.parametrize(
    "changes",
    [
        {"payment_type": "upi", "payment_settings": [UPI_LINK]},
        {"payment_type": "br", "currency": "BRL", "payment_settings": [PIX]},
    ],
)
def test_a_code_of_another_amount_than_the_order_is_not_paid(
    simulator: Running, phone: Simulator, changes: Json
) -> None:
    dearer = order(shipping=amount(6000))
    message = order_details(total_amount=amount(25000), order=dearer, **changes)
    assert simulator.send({"to": ASHA} | message)[0] == 200

    with pytest.raises(Refused, match="asks for 24000, the order for 25000"):
        phone.pay_in_whatsapp("1042-1")
