"""A catalog: Meta's as the simulator plays it, and the one in memory that stands in for it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest

from orderdesk.adapters.catalog.meta import FRESH, MetaCatalog
from orderdesk.adapters.memory import MemoryAnswers, MemoryCatalog
from orderdesk.domain.money.money import Money
from orderdesk.domain.shop.catalog import CatalogAnswer, CatalogItem
from tests.builders import NOW, STORE
from tests.integration.simulating import ACCESS_TOKEN, Simulator, running_simulator


class InMemory:
    """A catalog with one thing in it, and what can happen to it."""

    catalog_id = "catalog1"
    chai = CatalogItem(retailer_id="chai", name="Masala chai", price=Money(1250, "INR"))

    def __init__(self) -> None:
        self.catalog = MemoryCatalog()
        self.catalog.add(self.chai)

    def go_down(self) -> None:
        self.catalog.is_down = True

    def come_back(self) -> None:
        self.catalog.is_down = False


class AtMeta:
    """The same, of the simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.simulator.reset()
        self.seconds = 0.0
        self.catalog = MetaCatalog(
            simulator.graph_url,
            lambda: ACCESS_TOKEN,
            MemoryAnswers(),
            clock=lambda: self.seconds,
        )
        shop = simulator.shop()["catalog"]
        self.catalog_id = str(shop["catalog_id"])
        first = shop["products"][0]
        self.chai = CatalogItem(
            retailer_id=first["retailer_id"],
            name=first["name"],
            price=Money(first.get("sale_price", first["price"]), shop["currency"]),
        )

    def go_down(self) -> None:
        self.simulator.outage(3600, "unavailable")

    def come_back(self) -> None:
        self.simulator.end_outage()
        self.seconds += 3600


type World = InMemory | AtMeta

UNKNOWN: Final = "no such product"


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture(params=["memory", "meta"])
def world(request: pytest.FixtureRequest, simulator: Simulator) -> World:
    return InMemory() if request.param == "memory" else AtMeta(simulator)


def look_up(world: World, *retailer_ids: str) -> CatalogAnswer:
    return world.catalog.look_up(STORE, world.catalog_id, retailer_ids, now=NOW)


def known(world: World, *retailer_ids: str) -> CatalogAnswer:
    return world.catalog.known(STORE, world.catalog_id, retailer_ids, now=NOW)


def essence(item: CatalogItem) -> CatalogItem:
    return replace(item, picture="", description="", variant="", fetched_at=None)


def test_what_is_there_is_told_and_what_is_not_is_left_out(world: World) -> None:
    answer = look_up(world, world.chai.retailer_id, UNKNOWN)

    assert [essence(each) for each in answer.items.values()] == [world.chai]
    assert (answer.unanswered, answer.try_again) == (frozenset(), False)


def test_nothing_is_known_before_somebody_asked(world: World) -> None:
    chai = world.chai.retailer_id
    assert known(world, chai) == CatalogAnswer(items={}, unanswered=frozenset({chai}))

    asked = look_up(world, chai, UNKNOWN)

    assert known(world, chai, UNKNOWN) == asked


def test_a_catalog_that_is_down_answers_nothing_and_may_be_asked_later(world: World) -> None:
    chai = world.chai.retailer_id
    world.go_down()

    answer = look_up(world, chai)
    silent = CatalogAnswer(items={}, unanswered=frozenset({chai}), try_again=True)
    assert answer == silent

    world.come_back()
    assert look_up(world, chai).unanswered == frozenset()


def test_what_was_asked_before_is_known_while_it_is_down(world: World) -> None:
    chai = world.chai.retailer_id
    before = look_up(world, chai)
    world.go_down()

    assert look_up(world, chai) == before
    answer = look_up(world, chai, UNKNOWN)
    assert answer == replace(before, unanswered=frozenset({UNKNOWN}), try_again=True)


def test_nobody_is_asked_for_a_cart_without_a_catalog(world: World) -> None:
    answer = world.catalog.look_up(STORE, "", [world.chai.retailer_id], now=NOW)

    assert (answer.items, answer.try_again) == ({}, False)


def test_asking_for_nothing_is_answered(world: World) -> None:
    assert look_up(world) == CatalogAnswer(items={})


def test_an_answer_of_metas_grows_old(simulator: Simulator) -> None:
    world = AtMeta(simulator)
    chai = world.chai.retailer_id
    look_up(world, chai)
    simulator.change_product(chai, price=99_00, sale_price=None)

    later = world.catalog.look_up(STORE, world.catalog_id, [chai], now=NOW + FRESH)

    assert look_up(world, chai).items[chai].price == later.items[chai].price
    assert later.items[chai].price == Money(9900, "INR")
