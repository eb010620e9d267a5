"""UPI links, which open the payment app of an Indian phone with everything filled in.

https://www.npci.org.in/PDF/npci/upi/circular/2017/Circular_18_BankCompliances_to_enable_UPI_merchant_ecosystem_0.pdf
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from orderdesk.domain.errors import Invalid

if TYPE_CHECKING:
    from orderdesk.domain.money.money import Money

RUPEE: Final = "INR"
REFERENCE_MAX: Final = 35
NOTE_MAX: Final = 50


def upi_link(upi_id: str, payee: str, amount: Money, *, reference: str, note: str = "") -> str:
    """`reference` is found in the account's statement. Raises Invalid for other currencies."""
    if amount.currency != RUPEE:
        raise Invalid(f"UPI pays rupees, not {amount.currency}.", field="currency")
    given = {
        "pa": upi_id,
        "pn": payee,
        "tr": reference[:REFERENCE_MAX],
        "tn": note[:NOTE_MAX],
        "am": f"{amount.major:.2f}",
        "cu": RUPEE,
    }
    return "upi://pay?" + urlencode({k: v for k, v in given.items() if v}, quote_via=quote)
