"""Stock: an item per counted product, and beside each order what it took.

Taking and writing down who took is one transaction, which holds up to 99 products. An order of more
takes them in several: what it has so far is on its reservation as PARTLY, so that whoever calls
again after a crash goes on from there, or gives it back. Nobody is ever promised a piece twice;
for a moment another order may find short what such an order is about to give back.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Final

from orderdesk.adapters.dynamo import keys
from orderdesk.adapters.dynamo.conditions import (
    NOT_THERE_YET,
    STILL_AS_SEEN,
    STILL_COUNTED,
    STILL_ENOUGH,
)
from orderdesk.adapters.dynamo.table import Table
from orderdesk.domain.errors import Invalid, Unavailable
from orderdesk.domain.shop.stock import Reservation, Shortage, StockStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.adapters.dynamo.table import Write
    from orderdesk.adapters.records import Record

MOST_PRODUCTS: Final = 99  # and the reservation: a transaction has at most 100 items
ROUNDS: Final = 10  # transactions of the largest order, and races lost between them


class Taken(StrEnum):
    NOTHING = "nothing"
    PARTLY = "partly"
    RESERVED = "reserved"
    SPENT = "spent"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An order's reservation; `revision` counts its writes, 0 when there was none."""

    store_id: str
    order_id: str
    status: Taken = Taken.NOTHING
    pieces: Mapping[str, int] = field(default_factory=dict)
    revision: int = 0


class DynamoStock:
    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._table = Table(client, table_name)

    def count(self, store_id: str, retailer_id: str, available: int | None) -> None:
        if available is not None and available < 0:
            raise Invalid("Count at least 0 pieces.", field="available")
        changes = {"retailer_id": retailer_id, "available": available}
        self._table.update(keys.stock_key(store_id, retailer_id), changes)

    def available(self, store_id: str, retailer_ids: Iterable[str]) -> dict[str, int]:
        named = {keys.stock_key(store_id, each)["pk"]: each for each in retailer_ids}
        found = self._table.get_many([{"pk": pk, "sk": "STOCK"} for pk in named])
        return {named[each["pk"]]: each["available"] for each in found if "available" in each}

    def reserve(self, store_id: str, order_id: str, wanted: Mapping[str, int]) -> Reservation:
        wished = _merged(wanted)
        for _ in range(ROUNDS):
            held = self._held(store_id, order_id)
            if held.status is Taken.RESERVED or self._reopened(held):
                return Reservation(status=StockStatus.RESERVED)
            answer = self._go_on(held, wished)
            if answer:
                return answer
        raise _busy()

    def _reopened(self, held: Held) -> bool:
        return held.status is Taken.SPENT and self._write(held, held.pieces, Taken.RESERVED)

    def _go_on(self, held: Held, wished: Mapping[str, int]) -> Reservation | None:
        """One step of a reservation; None when there is another, or somebody was faster."""
        taken = held.pieces if held.status is Taken.PARTLY else {}
        counts = self.available(held.store_id, wished)
        missing = {each: n for each, n in wished.items() if each in counts and each not in taken}
        short = tuple(
            Shortage(retailer_id=each, wanted=n, available=counts[each])
            for each, n in missing.items()
            if n > counts[each]
        )
        if short:
            if self._held(held.store_id, held.order_id).revision != held.revision:
                return None  # what is missing may be what this very order took meanwhile
            self._give_back(held.store_id, held.order_id, frozenset({Taken.PARTLY}))
            return Reservation(status=StockStatus.SHORT, shortages=short)
        if not missing and not taken:
            return Reservation(status=StockStatus.UNCOUNTED)
        batch = dict(islice(missing.items(), MOST_PRODUCTS))
        is_last = len(batch) == len(missing)
        takes = [self._taking(held.store_id, each, n) for each, n in batch.items()]
        status = Taken.RESERVED if is_last else Taken.PARTLY
        done = self._write(held, {**taken, **batch}, status, *takes)
        return Reservation(status=StockStatus.RESERVED) if done and is_last else None

    def _taking(self, store_id: str, retailer_id: str, pieces: int) -> Write:
        key = keys.stock_key(store_id, retailer_id)
        return self._table.adding(key, {"available": -pieces}, STILL_ENOUGH, wanted=pieces)

    def release(self, store_id: str, order_id: str) -> None:
        self._give_back(store_id, order_id, frozenset({Taken.PARTLY, Taken.RESERVED}))

    def restock(self, store_id: str, order_id: str) -> None:
        taken = frozenset({Taken.PARTLY, Taken.RESERVED, Taken.SPENT})
        self._give_back(store_id, order_id, taken)

    def spend(self, store_id: str, order_id: str) -> None:
        for _ in range(ROUNDS):
            held = self._held(store_id, order_id)
            is_open = held.status in {Taken.PARTLY, Taken.RESERVED}
            if not is_open or self._write(held, held.pieces, Taken.SPENT):
                return
        raise _busy()

    def _give_back(self, store_id: str, order_id: str, taken: frozenset[Taken]) -> None:
        for _ in range(ROUNDS):
            held = self._held(store_id, order_id)
            if held.status not in taken:
                return
            batch = list(islice(held.pieces, MOST_PRODUCTS))
            rest = {each: n for each, n in held.pieces.items() if each not in batch}
            gives = [
                self._giving(store_id, each, held.pieces[each])
                for each in self.available(store_id, batch)
            ]
            status = Taken.PARTLY if rest else Taken.RELEASED
            if self._write(held, rest, status, *gives) and not rest:
                return
        raise _busy()

    def _giving(self, store_id: str, retailer_id: str, pieces: int) -> Write:
        key = keys.stock_key(store_id, retailer_id)
        return self._table.adding(key, {"available": pieces}, STILL_COUNTED)

    def _held(self, store_id: str, order_id: str) -> Held:
        record = self._table.get(keys.reservation_key(store_id, order_id))
        return _from_record(store_id, order_id, record)

    def _write(self, held: Held, pieces: Mapping[str, int], status: Taken, *more: Write) -> bool:
        """False when somebody changed the reservation or the stock since it was seen."""
        item = keys.reservation_key(held.store_id, held.order_id) | {
            "status": status.value,
            "pieces": [{"retailer_id": each, "quantity": n} for each, n in pieces.items()],
            "revision": held.revision + 1,
        }
        if held.revision:
            write = self._table.putting(item, STILL_AS_SEEN, seen=held.revision)
        else:
            write = self._table.putting(item, NOT_THERE_YET)
        return not self._table.transact([write, *more])


def _merged(wanted: Mapping[str, int]) -> Counter[str]:
    """By the ids that the table can hold: half a surrogate pair is a question mark in it."""
    merged: Counter[str] = Counter()
    for retailer_id, pieces in wanted.items():
        if pieces > 0:
            merged[retailer_id.encode(errors="replace").decode()] += pieces
    return merged


def _from_record(store_id: str, order_id: str, record: Record | None) -> Held:
    if record is None:
        return Held(store_id=store_id, order_id=order_id)
    return Held(
        store_id=store_id,
        order_id=order_id,
        status=Taken(record["status"]),
        pieces={each["retailer_id"]: each["quantity"] for each in record["pieces"]},
        revision=record["revision"],
    )


def _busy() -> Unavailable:
    return Unavailable("Many orders take the same products at this moment: try again.")
