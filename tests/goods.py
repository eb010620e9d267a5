"""What the shop of a test sells: nothing that a catalog knows of, unless a test says so."""

from typing import Any

from orderdesk.adapters.memory import MemoryCatalog, MemoryProducts, Shelf
from orderdesk.domain.shop.catalog import CatalogItem, Product
from orderdesk.usecases.orders.enrich import PriceBook
from tests.builders import NOW, rupees


def no_catalog() -> MemoryCatalog:
    """Of a shop that is connected to none."""
    return MemoryCatalog(is_connected=False)


def a_price_book(shelf: Shelf | None = None, catalog: MemoryCatalog | None = None) -> PriceBook:
    return PriceBook(products=MemoryProducts(shelf), catalog=catalog or no_catalog())


def a_catalog(*items: CatalogItem) -> MemoryCatalog:
    """One that answers, of these items."""
    catalog = MemoryCatalog()
    catalog.add(*(items or (an_item(),)))
    return catalog


def an_item(retailer_id: str = "kurta-m", **fields: Any) -> CatalogItem:
    """As Meta's catalog tells it."""
    given: dict[str, Any] = {
        "name": "Cotton kurta",
        "picture": "https://shop.example/kurta.jpg",
        "price": rupees(750),
        "variant": "M",
        "fetched_at": NOW,
    }
    return CatalogItem(retailer_id=retailer_id, **(given | fields))


def a_product(retailer_id: str = "kurta-m", **fields: Any) -> Product:
    """As the shop's own list tells it."""
    given: dict[str, Any] = {"name": "Cotton kurta, M", "price": rupees(750)}
    return Product(retailer_id=retailer_id, **(given | fields))
