"""The demo shop's catalog: as its owner wrote it, as changed since, as Meta's edge answers it."""

import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from dev.simulator.errors import INVALID_PARAMETER, GraphError
from dev.simulator.product_filter import read_filter
from dev.simulator.store import Json, Store

DEFAULT_FIELDS = "id,retailer_id,name"
#: What Meta's edge knows; another name is refused.
# fmt: off
FIELDS = frozenset({
    "id", "retailer_id", "retailer_product_group_id", "name", "description", "price",
    "sale_price", "currency", "image_url", "additional_image_urls", "availability", "url",
    "color", "size", "brand", "category", "condition", "visibility", "review_status",
    "inventory", "gtin", "pattern", "material", "product_catalog", "product_group",
    "sale_price_start_date", "sale_price_end_date",
})
# fmt: on
PAGE = 25
#: Symbol, thousands, decimal point and digits after it, as Meta's edge spells prices.
SPELLING = {
    "INR": ("₹", ",", ".", 2),
    "USD": ("$", ",", ".", 2),
    "EUR": ("€", ",", ".", 2),
    "GBP": ("£", ",", ".", 2),
    "BRL": ("R$", ".", ",", 2),
    "IDR": ("Rp", ".", ",", 0),
    "JPY": ("¥", ",", ".", 0),
}
CHANGEABLE = ("name", "price", "sale_price", "availability", "description", "removed")
AVAILABILITIES = ("in stock", "out of stock", "preorder", "discontinued")


class Catalog:
    """Products by retailer id; prices are integer minor units of the catalog's one currency."""

    def __init__(self, document: Json, store: Store) -> None:
        self._written = document
        self._store = store
        self.id: str = document["catalog_id"]
        self.currency: str = document["currency"]
        self._changes: dict[str, Json] = {}
        for kept in store.documents("product"):
            self._changes[kept["retailer_id"]] = kept["changes"]
        for kept in store.documents("catalog"):
            self.currency = kept["currency"]

    @classmethod
    def read(cls, path: Path, store: Store, *, picture_base: str) -> "Catalog":
        document = json.loads(path.read_text(encoding="utf-8"))
        for product in document["products"]:
            product["image_url"] = f"{picture_base}/pictures/{product['picture']}"
            product["url"] = f"{picture_base}/?product={product['retailer_id']}"
        return cls(document, store)

    @property
    def products(self) -> dict[str, Json]:
        """What is on sale now, with every change."""
        now = (self._now(product) for product in self._written["products"])
        return {product["retailer_id"]: product for product in now if not product.get("removed")}

    @property
    def document(self) -> Json:
        """The catalog as pages show it."""
        shown = {"currency": self.currency, "products": list(self.products.values())}
        return self._written | shown

    def reset(self) -> None:
        self._changes.clear()
        self.currency = self._written["currency"]
        self._store.clear("product")
        self._store.clear("catalog")

    def change(self, retailer_id: str, changes: Json) -> Json:
        """Change price, sale_price (None takes it away), name, availability, or removed.

        Raises KeyError for an unknown product, ValueError for what cannot be.
        """
        written = {product["retailer_id"]: product for product in self._written["products"]}
        if retailer_id not in written:
            raise KeyError(f"product {retailer_id!r}")
        _check_changes(changes)
        self._changes[retailer_id] = self._changes.get(retailer_id, {}) | changes
        kept = {"retailer_id": retailer_id, "changes": self._changes[retailer_id]}
        self._store.put("product", retailer_id, kept)
        return self._now(written[retailer_id])

    def sell_in(self, currency: str) -> None:
        """Sell in another currency of the catalog file; raises ValueError for an unknown one."""
        known = self._written["currencies"]
        if currency not in known:
            raise ValueError(f"the catalog has prices in {', '.join(known)}, not in {currency!r}")
        self.currency = currency
        self._store.put("catalog", "catalog", {"currency": currency})

    def _now(self, written: Json) -> Json:
        product = dict(written)
        if self.currency != self._written["currency"]:
            product["price"] = written["prices"][self.currency]
            product.pop("sale_price", None)
        product |= self._changes.get(product["retailer_id"], {})
        if product.get("sale_price", 0) is None:
            del product["sale_price"]
        return product

    def cart_lines(self, items: Iterable[Json]) -> list[Json]:
        """Return `product_items` of an order message; a given price wins over the catalog's.

        Raises ValueError that names the item when a retailer id is unknown and has no price.
        """
        return [self._cart_line(item) for item in items]

    def _cart_line(self, item: Json) -> Json:
        retailer_id = str(item.get("retailer_id", ""))
        product = self.products.get(retailer_id)
        price: int | float
        if "item_price" in item:
            price = item["item_price"]
        elif product:
            price = major_units(product["sale_price" if "sale_price" in product else "price"])
        else:
            raise ValueError(f"no product {retailer_id!r} in the catalog; give it an item_price")
        return {
            "product_retailer_id": retailer_id,
            "quantity": item.get("quantity", 1),
            "item_price": price,
            "currency": item.get("currency", self.currency),
        }

    def answer(self, query: dict[str, str]) -> Json:
        """Answer `GET /{catalog_id}/products`; who is not in the catalog is not in the answer.

        Raises GraphError 100 for a filter or a field that Meta does not know.
        """
        matches = read_filter(query.get("filter"))
        names = query.get("fields", DEFAULT_FIELDS).split(",")
        for name in names:
            if name not in FIELDS:
                words = f"Tried accessing nonexisting field ({name})"
                raise GraphError(INVALID_PARAMETER, f"fields: {name!r}", message=words)
        limit = int(query["limit"]) if query.get("limit", "").isdigit() else PAGE
        found = [product for product in self.products.values() if matches(product)][:limit]
        data = [self._fields(product, names) for product in found]
        if not data:
            return {"data": []}
        return {"data": data, "paging": {"cursors": {"before": "QVFIU", "after": "QVFIV"}}}

    def _fields(self, product: Json, names: list[str]) -> Json:
        shown: Json = {"id": product["id"]}
        for name in names:
            if name in {"price", "sale_price"} and name in product:
                shown[name] = localised(product[name], self.currency)
            elif name == "currency":
                shown[name] = self.currency
            elif name in product:
                shown[name] = product[name]
        return shown


def _check_changes(changes: Json) -> None:
    for name, value in changes.items():
        if name not in CHANGEABLE:
            raise ValueError(f"cannot change {name!r}; only {', '.join(CHANGEABLE)}")
        if name == "availability" and value not in AVAILABILITIES:
            raise ValueError(f"availability is one of {', '.join(AVAILABILITIES)}, not {value!r}")
        is_price = isinstance(value, int) and not isinstance(value, bool) and value > 0
        if name == "price" and not is_price:
            raise ValueError(f"price is whole minor units above 0, not {value!r}")
        if name == "sale_price" and not (value is None or is_price):
            raise ValueError(f"sale_price is whole minor units above 0 or null, not {value!r}")


def major_units(minor: int) -> int | float:
    """Return minor units as Meta's `item_price`: an integer when whole, else two digits."""
    whole, rest = divmod(minor, 100)
    return float(Decimal(minor) / 100) if rest else whole


def localised(minor: int, currency: str) -> str:
    """Return a price as the catalog edge spells it, e.g. ₹1,250.00 or R$1.250,00."""
    symbol, thousands, point, digits = SPELLING.get(currency, (f"{currency} ", ",", ".", 2))
    plain = f"{Decimal(minor).scaleb(-digits):,.{digits}f}"
    return symbol + plain.translate(str.maketrans(",.", thousands + point))
