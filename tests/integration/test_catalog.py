"""Meta's catalog against the simulator, and against servers that answer something else."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

import pytest

from orderdesk.adapters.catalog.meta import FRESH, PAUSE, MetaCatalog, parts
from orderdesk.adapters.memory import MemoryAnswers
from orderdesk.domain.money.money import Money
from orderdesk.domain.shop.catalog import CatalogAnswer, CatalogItem
from tests.builders import NOW, STORE
from tests.goods import an_item
from tests.integration.answering import closing_server
from tests.integration.simulating import ACCESS_TOKEN, Simulator, running_simulator

CATALOG = "194836987003835"
LATER = NOW + FRESH


class Desk:
    """A catalog, its memory, and a clock that a test moves."""

    def __init__(self, url: str) -> None:
        self.seconds = 0.0
        self.answers = MemoryAnswers()
        self.catalog = MetaCatalog(
            url, lambda: ACCESS_TOKEN, self.answers, clock=lambda: self.seconds
        )

    def look_up(self, *retailer_ids: str, **more: Any) -> CatalogAnswer:
        given: dict[str, Any] = {"store_id": STORE, "catalog_id": CATALOG, "now": NOW} | more
        return self.catalog.look_up(retailer_ids=retailer_ids, **given)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("simulator")) as running:
        yield running


def test_products_are_looked_up_by_id(simulator: Simulator) -> None:
    catalog = simulator.shop()["catalog"]
    [first, second, *_] = catalog["products"]
    desk = Desk(simulator.graph_url)

    answer = desk.look_up(
        first["retailer_id"], second["retailer_id"], "unknown", catalog_id=catalog["catalog_id"]
    )

    assert set(answer.items) == {first["retailer_id"], second["retailer_id"]}
    found = answer.items[first["retailer_id"]]
    price = first.get("sale_price", first["price"])
    assert (found.name, found.price) == (first["name"], Money(price, catalog["currency"]))
    assert found.picture.endswith(first["picture"])
    assert (answer.unanswered, answer.try_again) == (frozenset(), False)


def body(*products: dict[str, Any]) -> bytes:
    return json.dumps({"data": list(products)}).encode()


KURTA = {
    "retailer_id": "kurta-m",
    "name": "Cotton kurta",
    "price": "₹1,299.00",
    "currency": "INR",
    "image_url": "https://shop.example/k.jpg",
    "availability": "in stock",
    "size": "M",
    "color": "Blue",
}


def told(product: dict[str, Any], *, now: Any = NOW) -> CatalogItem:
    """What becomes of a product that Meta tells."""
    with closing_server(200, body(product)) as (port, _):
        return Desk(f"http://127.0.0.1:{port}").look_up("kurta-m", now=now).items["kurta-m"]


def test_an_item_has_what_meta_says_of_it() -> None:
    assert told(KURTA) == CatalogItem(
        retailer_id="kurta-m",
        name="Cotton kurta",
        picture="https://shop.example/k.jpg",
        price=Money(129900, "INR"),
        variant="Blue, M",
        fetched_at=NOW,
    )


@pytest.mark.parametrize(
    ("fields", "price"),
    [
        ({"sale_price": "₹999.00"}, Money(99900, "INR")),
        (
            {"sale_price": "₹999.00", "sale_price_end_date": "2026-11-24T00:00-0800"},
            Money(129900, "INR"),
        ),
        (
            {"sale_price": "₹999.00", "sale_price_start_date": "2026-12-01T00:00+0530"},
            Money(129900, "INR"),
        ),
        (
            {
                "sale_price": "₹999.00",
                "sale_price_start_date": "2026-11-01T00:00+0530",
                "sale_price_end_date": "2026-12-01T00:00+0530",
            },
            Money(99900, "INR"),
        ),
        ({"sale_price": "₹999.00", "sale_price_end_date": "soon"}, None),
        ({"sale_price": "₹999.00", "sale_price_end_date": "2026-12-01T00:00"}, None),
        ({"sale_price": "half price"}, None),
        ({"price": "1.299"}, None),
        ({"price": 1299}, None),
    ],
)
def test_the_price_is_that_of_the_sale_while_there_is_one(
    fields: dict[str, Any], price: Money | None
) -> None:
    """NOW is still 23 November in California when its 24th begins at 08:00 UTC."""
    assert told(KURTA | fields).price == price


def test_what_is_out_of_stock_is_not_available() -> None:
    assert told(KURTA | {"availability": "out of stock"}).available is False
    assert told(KURTA | {"availability": "preorder"}).available is True


def test_all_products_are_asked_for_at_once_with_the_token_in_the_header() -> None:
    with closing_server(200, body(KURTA)) as (port, requests):
        Desk(f"http://127.0.0.1:{port}/v26.0").look_up("kurta-m", "chai", "kurta-m")

    [request] = requests
    head = request.decode()
    line, *_ = head.splitlines()
    url = urlsplit(line.split()[1])
    query = parse_qs(url.query)
    assert url.path == f"/v26.0/{CATALOG}/products"
    assert json.loads(query["filter"][0]) == {"retailer_id": {"is_any": ["chai", "kurta-m"]}}
    assert query["limit"] == ["2"]
    assert ACCESS_TOKEN not in line
    assert f"Bearer {ACCESS_TOKEN}" in head


def test_a_very_large_cart_is_asked_for_in_several_addresses() -> None:
    ids = [f"{number:03d}{'ß' * 90}" for number in range(200)]

    asked = list(parts(ids))

    assert [each for part in asked for each in part] == ids
    assert all(len(quote_plus(json.dumps(part))) < 8_000 for part in asked)
    assert list(parts(["kurta-m", "chai"])) == [["kurta-m", "chai"]]


def test_an_answer_is_asked_for_once_until_it_is_old() -> None:
    with closing_server(200, body(KURTA)) as (port, requests):
        desk = Desk(f"http://127.0.0.1:{port}")
        for _ in range(3):
            answer = desk.look_up("kurta-m", "unknown")
        assert len(requests) == 1
        assert (set(answer.items), answer.unanswered) == ({"kurta-m"}, frozenset())

        time.sleep(0.2)  # until the closing of the connection has come in
        desk.look_up("kurta-m", "unknown", now=LATER)
        assert len(requests) == 2


def test_what_is_known_is_known_without_asking() -> None:
    with closing_server(200, body(KURTA)) as (port, requests):
        desk = Desk(f"http://127.0.0.1:{port}")
        before = desk.catalog.known(STORE, CATALOG, ["kurta-m"], now=NOW)
        desk.look_up("kurta-m")
        after = desk.catalog.known(STORE, CATALOG, ["kurta-m"], now=NOW)

    assert (before.items, before.unanswered) == ({}, frozenset({"kurta-m"}))
    assert (set(after.items), after.unanswered) == ({"kurta-m"}, frozenset())
    assert len(requests) == 1


def test_a_product_that_was_not_asked_for_is_not_believed() -> None:
    with closing_server(200, body(KURTA | {"retailer_id": "other"}, {})) as (port, _):
        answer = Desk(f"http://127.0.0.1:{port}").look_up("kurta-m")

    assert answer.items == {}


TOO_MANY = b'{"error": {"code": 80009, "message": "(#80009) There have been too many calls"}}'
NO_RIGHT = b'{"error": {"code": 10, "message": "(#10) Application does not have permission"}}'
NO_CATALOG = b'{"error": {"code": 100, "message": "Unsupported get request"}}'


@pytest.mark.parametrize(
    ("status", "answered", "try_again"),
    [
        (400, TOO_MANY, True),
        (429, b"", True),
        (503, b"<html>", True),
        (500, b'{"error": {"code": 2}}', True),
        (200, b"[]", True),
        (403, NO_RIGHT, False),
        (400, NO_CATALOG, False),
        (401, b'{"error": {"code": 190}}', False),
    ],
)
def test_when_meta_refuses_an_old_answer_stands_in_and_nobody_asks_for_a_while(
    status: int, answered: bytes, try_again: bool
) -> None:
    old = an_item(fetched_at=NOW - timedelta(days=1))
    with closing_server(status, answered) as (port, requests):
        desk = Desk(f"http://127.0.0.1:{port}")
        desk.answers.keep(STORE, CATALOG, [old])

        answer = desk.look_up("kurta-m", "chai")
        again = desk.look_up("kurta-m", "chai")

    assert answer.items == {"kurta-m": old}
    assert answer.unanswered == {"kurta-m", "chai"}
    assert (answer.try_again, again) == (try_again, answer)
    assert len(requests) == 1


def test_after_a_minute_meta_is_asked_again() -> None:
    with closing_server(503, b"") as (port, requests):
        desk = Desk(f"http://127.0.0.1:{port}")
        desk.look_up("kurta-m")
        desk.seconds = PAUSE
        time.sleep(0.2)
        desk.look_up("kurta-m")

    assert len(requests) == 2


def test_a_server_that_is_not_there_delays_nobody_twice() -> None:
    desk = Desk("http://127.0.0.1:9")

    for _ in range(2):
        answer = desk.look_up("kurta-m")

    assert (answer.items, answer.try_again) == ({}, True)


def test_without_a_catalog_there_is_nothing_to_ask() -> None:
    answer = Desk("http://127.0.0.1:9").look_up("kurta-m", catalog_id="")

    assert answer == CatalogAnswer(items={}, unanswered=frozenset({"kurta-m"}))


def test_an_answer_that_says_less_than_before_replaces_it() -> None:
    with closing_server(200, body()) as (port, _):
        desk = Desk(f"http://127.0.0.1:{port}")
        desk.answers.keep(STORE, CATALOG, [an_item(fetched_at=NOW - timedelta(days=1))])

        assert desk.look_up("kurta-m").items == {}
        gone = replace(an_item(), name="", picture="", price=None, variant="", fetched_at=NOW)
        assert desk.answers.find(STORE, CATALOG, ["kurta-m"]) == {"kurta-m": gone}
