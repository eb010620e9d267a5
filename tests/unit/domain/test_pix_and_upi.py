"""Codes that a bank's app pays, by the central banks' own examples."""

import re

import pytest

from orderdesk.domain.errors import Invalid
from orderdesk.domain.money.money import Money
from orderdesk.domain.money.pix import pix_code
from orderdesk.domain.money.upi import upi_link

KEY = "123e4567-e12b-12d1-a456-426655440000"


def test_the_code_of_the_central_banks_manual() -> None:
    code = pix_code(KEY, "Fulano de Tal", "BRASILIA", Money(0, "BRL"), reference="")

    assert code == (
        "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-426655440000"
        "5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D"
    )


def test_amount_and_reference_are_in_the_code() -> None:
    code = pix_code(
        "loja@exemplo.br", "Padaria São José", "São Paulo", Money(1290, "BRL"), reference="1001-1"
    )

    assert "540512.90" in code
    assert "5916Padaria Sao Jose" in code
    assert "6009Sao Paulo" in code
    assert "050510011" in code
    assert re.search(r"6304[0-9A-F]{4}$", code)


@pytest.mark.parametrize(("key", "name", "city"), [("", "A", "B"), ("k", " ", "B"), ("k", "A", "")])
def test_a_code_without_its_payee_is_refused(key: str, name: str, city: str) -> None:
    with pytest.raises(Invalid, match="Pix needs"):
        pix_code(key, name, city, Money(100, "BRL"), reference="1")


def test_other_currencies_are_refused() -> None:
    with pytest.raises(Invalid, match="Pix pays reais"):
        pix_code(KEY, "A", "B", Money(100, "INR"), reference="1")
    with pytest.raises(Invalid, match="UPI pays rupees"):
        upi_link("a@b", "A", Money(100, "BRL"), reference="1")


def test_a_upi_link_leaves_out_what_is_unknown() -> None:
    link = upi_link("shop@bank", "", Money(5, "INR"), reference="1001-1")

    assert link == "upi://pay?pa=shop%40bank&tr=1001-1&am=0.05&cu=INR"
