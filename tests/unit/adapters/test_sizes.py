import random
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderdesk.adapters.dynamo.values import to_item
from orderdesk.adapters.lanes import lanes_of
from orderdesk.adapters.order_records import order_to_record
from orderdesk.adapters.records import summary_of, summary_to_record
from orderdesk.domain.money.ledger import Entry, EntryKind, Ledger, PaymentMethod
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Attention, Contact, Hold, Line
from orderdesk.domain.orders.placing import MAX_LINES, MAX_TEXT
from orderdesk.domain.people.address import Address
from tests.builders import NOW, an_order
from tests.sizes import size_of


def _noise(seed: str, size: int) -> str:
    """A text of that many characters that cannot be packed much smaller than it is."""
    return "".join(chr(each) for each in random.Random(seed).choices(range(0x900, 0xFFF), k=size))


@settings(max_examples=5, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.text(min_size=1, max_size=5))
def test_the_largest_order_fits_into_an_item(seed: str) -> None:
    """Meta bounds ids (100), titles (200) and texts (4,096); three bytes a character."""
    line = Line(
        retailer_id="i" * 100,
        name=_noise(seed, 200),
        quantity=999,
        price=Money(10**9, "INR"),
        picture="https://shop.example/" + "p" * 480,
    )
    entry = Entry(
        id="pay_" + "x" * 40,
        kind=EntryKind.FAILED,
        amount=Money(10**9, "INR"),
        at=NOW,
        method=PaymentMethod.ONLINE,
        link="https://pay.example/" + "l" * 200,
        note=_noise(seed, 200),
    )
    order = replace(
        an_order(),
        lines=(line,) * MAX_LINES,
        note=_noise(seed, MAX_TEXT),
        address=Address(text=_noise(seed, MAX_TEXT)),
        hold=Hold(reason=_noise(seed, 500), source=Stage.PLACED),
        customer=Contact(customer_id="c" * 26, name=_noise(seed, 200), phone="9" * 15),
        ledger=Ledger(currency="INR", entries=tuple(replace(entry, id=str(n)) for n in range(50))),
        attention=(Attention(reason="refund_due", text=_noise(seed, 500), at=NOW),) * 10,
    )
    summary = {"summary": summary_to_record(summary_of(order))}

    item = to_item(order_to_record(order) | lanes_of(order) | summary)

    assert size_of({"M": item}) < 400_000
