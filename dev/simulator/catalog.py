"""The demo shop's catalog, as its owner wrote it and as Meta's catalog edge answers it."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from dev.simulator.errors import INVALID_PARAMETER, GraphError
from dev.simulator.store import Json

DEFAULT_FIELDS = "id,retailer_id,name"
SYMBOLS = {"INR": "₹", "USD": "$", "EUR": "€", "GBP": "£"}


@dataclass(frozen=True, slots=True)
class Catalog:
    """Products by retailer id; prices are integer minor units of the catalog's currency."""

    id: str
    currency: str
    products: dict[str, Json]
    document: Json

    @classmethod
    def read(cls, path: Path, *, picture_base: str) -> "Catalog":
        document = json.loads(path.read_text(encoding="utf-8"))
        for product in document["products"]:
            product["image_url"] = f"{picture_base}/pictures/{product['picture']}"
        products = {product["retailer_id"]: product for product in document["products"]}
        return cls(document["catalog_id"], document["currency"], products, document)

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
        """Answer `GET /{catalog_id}/products` with `filter`, `fields` and `limit`."""
        matches = read_filter(query.get("filter"))
        names = query.get("fields", DEFAULT_FIELDS).split(",")
        limit = int(query["limit"]) if query.get("limit", "").isdigit() else 25
        found = [product for product in self.products.values() if matches(product)][:limit]
        data = [self._fields(product, names) for product in found]
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


def major_units(minor: int) -> int | float:
    """Return minor units as Meta's `item_price`: an integer when whole, else two digits."""
    whole, rest = divmod(minor, 100)
    return float(Decimal(minor) / 100) if rest else whole


def localised(minor: int, currency: str) -> str:
    """Return a price as the catalog edge spells it, e.g. ₹1,250.00."""
    return f"{SYMBOLS.get(currency, currency + ' ')}{Decimal(minor) / 100:,.2f}"


type Matches = Callable[[Json], bool]


def read_filter(text: str | None) -> Matches:
    """Return a test for products from Meta's filter JSON; raises GraphError 100 when malformed."""
    if not text:
        return lambda product: True
    try:
        return _rule(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise GraphError(INVALID_PARAMETER, f"filter is not valid: {text[:200]}") from problem


def _rule(rule: Json) -> Matches:
    tests = [_test(name, condition) for name, condition in rule.items()]
    return lambda product: all(test(product) for test in tests)


def _test(name: str, condition: Any) -> Matches:
    if name in {"and", "or"}:
        parts = [_rule(part) for part in condition]
        combine = all if name == "and" else any
        return lambda product: combine(part(product) for part in parts)
    checks = [_operator(operator, operand) for operator, operand in condition.items()]
    return lambda product: all(check(product.get(name)) for check in checks)


def _operator(operator: str, operand: Any) -> Callable[[Any], bool]:
    match operator:
        case "eq":
            return lambda value: bool(value == operand)
        case "is_any":
            wanted = [str(one) for one in operand]
            return lambda value: str(value) in wanted
        case "i_contains":
            text = str(operand).lower()
            return lambda value: text in str(value).lower()
    raise ValueError(operator)
