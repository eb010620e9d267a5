"""The same products are ordered again and again: they are read once in half a minute."""

from collections.abc import Iterable, Sequence

from orderdesk.adapters.kept import KEEP_SECONDS, MOST
from orderdesk.adapters.kept_catalog import KeptAnswers, KeptProducts
from orderdesk.adapters.memory import MemoryAnswers, MemoryProducts
from orderdesk.domain.shop.catalog import CatalogItem, Product
from tests.builders import STORE
from tests.goods import a_product, an_item

CATALOG = "catalog1"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Listed(MemoryProducts):
    """Remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, ...]] = []

    def find(self, store_id: str, retailer_ids: Iterable[str]) -> dict[str, Product]:
        asked = tuple(retailer_ids)
        self.asked.append(asked)
        return super().find(store_id, asked)


def find(kept: KeptProducts, *names: str) -> list[str]:
    return list(kept.find(STORE, names))


def test_only_what_is_not_kept_is_read_and_all_of_it_at_once() -> None:
    products = Listed()
    products.put(STORE, [a_product("chai"), a_product("diya")])
    kept = KeptProducts(products, clock=Clock())

    assert find(kept, "chai", "nothing") == ["chai"]
    assert find(kept, "chai", "nothing", "diya") == ["chai", "diya"]
    assert find(kept, "chai", "diya") == ["chai", "diya"]

    assert products.asked == [("chai", "nothing"), ("diya",)]


def test_a_change_made_elsewhere_is_seen_after_half_a_minute() -> None:
    products, clock = Listed(), Clock()
    kept = KeptProducts(products, clock=clock)
    assert find(kept, "chai") == []

    products.put(STORE, [a_product("chai")])
    clock.now = KEEP_SECONDS - 1
    assert find(kept, "chai") == []
    clock.now = KEEP_SECONDS
    assert find(kept, "chai") == ["chai"]


def test_a_change_made_here_is_seen_at_once() -> None:
    kept = KeptProducts(MemoryProducts(), clock=Clock())
    assert find(kept, "chai") == []

    kept.put(STORE, [a_product("chai")])
    assert find(kept, "chai") == ["chai"]
    kept.delete(STORE, ["chai"])
    assert find(kept, "chai") == []
    assert kept.page(STORE).items == ()


def test_stores_do_not_see_each_others_products() -> None:
    kept = KeptProducts(MemoryProducts(), clock=Clock())
    kept.put(STORE, [a_product("chai")])

    assert find(kept, "chai") == ["chai"]
    assert kept.find("other", ["chai"]) == {}


def test_what_is_kept_never_grows_without_end() -> None:
    products = Listed()
    kept = KeptProducts(products, clock=Clock())

    for number in range(MOST + 1):
        find(kept, str(number))
    find(kept, "0")

    assert products.asked[-1] == ("0",)


def test_an_answer_is_known_in_the_container_that_got_it() -> None:
    class Slow(MemoryAnswers):
        def find(
            self, store_id: str, catalog_id: str, retailer_ids: Sequence[str]
        ) -> dict[str, CatalogItem]:
            raise AssertionError("it is kept")

    kept = KeptAnswers(Slow(), clock=Clock())
    kept.keep(STORE, CATALOG, [an_item()])

    assert kept.find(STORE, CATALOG, ["kurta-m"]) == {"kurta-m": an_item()}
