"""Products of Meta's catalog, by retailer id: one request for all that an order names.

They are not listed, because Meta's pages may repeat products and leave some out. The token goes in
the header, where no address can give it away.
https://developers.facebook.com/docs/marketing-api/reference/product-catalog/products/
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import urlencode

from orderdesk.adapters.catalog.prices import price_of
from orderdesk.domain.errors import Unavailable
from orderdesk.domain.shop.catalog import (
    LONGEST_DESCRIPTION,
    LONGEST_LINK,
    LONGEST_NAME,
    CatalogAnswer,
    CatalogItem,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from orderdesk.adapters.outgoing import Answer
    from orderdesk.domain.money.money import Money

log = logging.getLogger(__name__)

FRESH: Final = timedelta(minutes=10)  # so long an answer counts as what Meta would say now
FIELDS: Final = (
    "retailer_id,name,description,price,sale_price,sale_price_start_date,sale_price_end_date,"
    "currency,image_url,availability,color,size"
)
READ_SECONDS: Final = 3.0  # a customer's first message waits for it
LONGEST_QUERY: Final = 6_000  # bytes of an address that every proxy takes
NOT_FOR_SALE: Final = frozenset({"out of stock", "discontinued", "sold out"})
TOO_MANY_CALLS: Final = frozenset({4, 17, 32, 613, 80009, 80014})
TROUBLE: Final = frozenset({1, 2})
PAUSE: Final = 60.0  # seconds without asking, after no answer
LONG_PAUSE: Final = 300.0  # after one that says that asking again soon is no use


class Answers(Protocol):
    """What Meta answered before, for a while. An item without a name is one that Meta lacks."""

    def find(
        self, store_id: str, catalog_id: str, retailer_ids: Sequence[str]
    ) -> dict[str, CatalogItem]: ...

    def keep(self, store_id: str, catalog_id: str, items: Sequence[CatalogItem]) -> None: ...


@dataclass(frozen=True, slots=True)
class Silence:
    """Until when a catalog is not asked; `passes` unless somebody has to change something."""

    until: float
    passes: bool


class MetaCatalog:
    """`url` holds the version, as in https://graph.facebook.com/v26.0; `token` is asked each time.

    When Meta does not answer, this container asks nothing for a minute: customers do not wait for
    an outage one by one.
    """

    def __init__(
        self,
        url: str,
        token: Callable[[], str],
        answers: Answers,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url, self._token, self._answers, self._clock = url.rstrip("/"), token, answers, clock
        self._silences: dict[str, Silence] = {}

    def known(
        self, store_id: str, catalog_id: str, retailer_ids: Iterable[str], *, now: datetime
    ) -> CatalogAnswer:
        asked = tuple(dict.fromkeys(retailer_ids))
        kept = self._answers.find(store_id, catalog_id, asked) if catalog_id else {}
        return _answer(asked, kept, now)

    def look_up(
        self, store_id: str, catalog_id: str, retailer_ids: Iterable[str], *, now: datetime
    ) -> CatalogAnswer:
        asked = tuple(dict.fromkeys(retailer_ids))
        kept = self._answers.find(store_id, catalog_id, asked) if catalog_id else {}
        ahead = sorted(_answer(asked, kept, now).unanswered)
        if not catalog_id or not ahead:
            return _answer(asked, kept, now)
        told = {} if self._is_silent(catalog_id) else self._ask_for(catalog_id, ahead, now)
        self._answers.keep(store_id, catalog_id, tuple(told.values()))
        answer = _answer(asked, {**kept, **told}, now)
        passes = catalog_id in self._silences and self._silences[catalog_id].passes
        return replace(answer, try_again=bool(answer.unanswered) and passes)

    def _is_silent(self, catalog_id: str) -> bool:
        silence = self._silences.get(catalog_id)
        return silence is not None and self._clock() < silence.until

    def _ask_for(
        self, catalog_id: str, retailer_ids: Sequence[str], now: datetime
    ) -> dict[str, CatalogItem]:
        """What Meta says of them, also that it has no such product; what it did not answer, not."""
        told: dict[str, CatalogItem] = {}
        for part in parts(retailer_ids):
            answer = self._ask(catalog_id, part)
            if answer is None:
                return told
            told |= {each: CatalogItem(retailer_id=each, name="", fetched_at=now) for each in part}
            told |= {each.retailer_id: each for each in _items(answer.body, part, now)}
        return told

    def _ask(self, catalog_id: str, retailer_ids: Sequence[str]) -> Answer | None:
        from orderdesk.adapters.outgoing import call  # noqa: PLC0415 - who knows all asks nothing

        query = urlencode(
            {
                "filter": json.dumps({"retailer_id": {"is_any": list(retailer_ids)}}),
                "fields": FIELDS,
                "limit": len(retailer_ids),
            }
        )
        url = f"{self._url}/{catalog_id}/products?{query}"
        try:
            headers = {"authorization": f"Bearer {self._token()}"}
            answer = call("GET", url, headers=headers, read_seconds=READ_SECONDS)
        except Unavailable as error:
            self._be_silent(catalog_id, PAUSE, error.message, passes=True)
            return None
        if answer.ok and isinstance(answer.body.get("data"), list):
            return answer
        self._heed(catalog_id, answer)
        return None

    def _heed(self, catalog_id: str, answer: Answer) -> None:
        """https://developers.facebook.com/docs/graph-api/overview/rate-limiting/"""
        error = answer.body.get("error")
        said: Mapping[str, Any] = error if isinstance(error, dict) else {}
        code = said.get("code")
        why = f"HTTP {answer.status}: {code} {said.get('message') or ''}"[:300]
        is_busy = code in TOO_MANY_CALLS or answer.status == HTTPStatus.TOO_MANY_REQUESTS
        is_ill = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in TROUBLE or answer.ok
        pause = PAUSE if is_ill and not is_busy else LONG_PAUSE
        self._be_silent(catalog_id, pause, why, passes=is_busy or is_ill)

    def _be_silent(self, catalog_id: str, seconds: float, why: str, *, passes: bool) -> None:
        self._silences[catalog_id] = Silence(self._clock() + seconds, passes)
        said = {"catalog_id": catalog_id, "why": why}
        if passes:
            log.warning("the catalog does not answer", extra=said)
        else:
            log.error("the catalog may not be read: see docs/catalog.md", extra=said)


def _answer(asked: Sequence[str], kept: Mapping[str, CatalogItem], now: datetime) -> CatalogAnswer:
    fresh = {each for each in asked if each in kept and _is_fresh(kept[each], now)}
    items = {each: kept[each] for each in asked if each in kept and kept[each].name}
    return CatalogAnswer(items=items, unanswered=frozenset(asked) - fresh)


def _is_fresh(item: CatalogItem, now: datetime) -> bool:
    return item.fetched_at is not None and now - item.fetched_at < FRESH


def parts(retailer_ids: Sequence[str]) -> Iterator[list[str]]:
    """All of them, as a rule; so many that the address does not become too long."""
    part: list[str] = []
    length = 0
    for each in retailer_ids:
        size = len(urlencode({"": json.dumps(each)}))
        if part and length + size > LONGEST_QUERY:
            yield part
            part, length = [], 0
        part.append(each)
        length += size
    yield part


def _items(body: Mapping[str, Any], asked: Sequence[str], now: datetime) -> Iterator[CatalogItem]:
    """Those that were asked for: a filter that Meta ignores would answer any others."""
    for each in body["data"]:
        if not isinstance(each, dict) or each.get("retailer_id") not in asked:
            continue
        yield CatalogItem(
            retailer_id=each["retailer_id"],
            name=_text(each, "name")[:LONGEST_NAME] or each["retailer_id"],
            picture=_link(_text(each, "image_url")),
            price=_price(each, now),
            available=_text(each, "availability").lower() not in NOT_FOR_SALE,
            description=_text(each, "description")[:LONGEST_DESCRIPTION],
            variant=", ".join(filter(None, (_text(each, "color"), _text(each, "size")))),
            fetched_at=now,
        )


def _text(product: Mapping[str, Any], name: str) -> str:
    found = product.get(name)
    return found.strip() if isinstance(found, str) else ""


def _link(text: str) -> str:
    is_web = text.startswith(("https://", "http://"))
    return text if is_web and len(text) <= LONGEST_LINK else ""


def _price(product: Mapping[str, Any], now: datetime) -> Money | None:
    """What it costs now: the sale price while there is a sale."""
    currency = _text(product, "currency")
    regular = price_of(_text(product, "price"), currency)
    if not _text(product, "sale_price"):
        return regular
    sale = price_of(_text(product, "sale_price"), currency)
    try:
        start = _time(_text(product, "sale_price_start_date"))
        end = _time(_text(product, "sale_price_end_date"))
    except ValueError:
        return None
    over = (start is not None and now < start) or (end is not None and now >= end)
    return regular if over else sale


def _time(text: str) -> datetime | None:
    """Raises ValueError, also for a time without its zone."""
    if not text:
        return None
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found
