"""View models of the list: stages with counts, cards and rows, sort and paging links."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from dashboard.words import EMPTY, PAYMENT, STAGE, Badge, Clock, Stamp
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.people.address import AddressStatus
from orderdesk.usecases.orders.overdue import in_words
from orderdesk.usecases.ports import ListQuery, Sort

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orderdesk.domain.shop.policy import Policy
    from orderdesk.usecases.ports import Page, Summary

CARDS, TABLE = "cards", "table"
PAGE_SIZE: Final = 24  # fills rows of two, three and four cards
LIVE_STAGES: Final = frozenset(Stage) - {Stage.ARCHIVED}
GROUPS: Final[tuple[tuple[str, tuple[Stage, ...]], ...]] = (
    (
        "In progress",
        (Stage.PLACED, Stage.CONFIRMED, Stage.APPROVED, Stage.PROCESSED, Stage.SHIPPED),
    ),
    ("Needs care", (Stage.ON_HOLD, Stage.ABANDONED, Stage.RETURNED)),
    ("Closed", (Stage.DELIVERED, Stage.CANCELLED, Stage.REJECTED, Stage.ARCHIVED)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What the address of a list says."""

    stage: Stage | None = None
    sort: Sort = Sort.ORDER_DATE
    descending: bool = True
    view: str = CARDS
    cursor: str = ""

    def query(self, store_id: str) -> ListQuery:
        return ListQuery(
            store_id=store_id,
            stage=self.stage,
            sort=self.sort,
            descending=self.descending,
            limit=PAGE_SIZE,
            cursor=self.cursor or None,
        )

    @property
    def parameters(self) -> str:
        """For the address; what is the default is left out."""
        given = {
            "stage": self.stage.value if self.stage else "",
            "sort": self.sort.value if self.sort is not Sort.ORDER_DATE else "",
            "direction": "" if self.descending else "asc",
            "as": self.view,
            "cursor": self.cursor,
        }
        return urlencode({name: value for name, value in given.items() if value})

    @property
    def href(self) -> str:
        return f"/orders?{self.parameters}"


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    label: str
    icon: str
    count: int
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Sorting:
    """A link: to this order, or to its reverse when the list has this order already."""

    key: str
    label: str
    hint: str
    href: str
    current: bool
    descending: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    order_id: str
    number: int
    version: int
    href: str
    stage: Badge
    since: Stamp
    placed: Stamp
    payment: Badge
    paid: Stamp | None
    customer: str
    total: str
    first_line: str
    more: int
    address_missing: bool
    attention: int
    waits: str
    elsewhere: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    title: str
    listing: Listing
    cards: tuple[Card, ...]
    sortings: tuple[Sorting, ...]
    as_cards: str
    as_table: str
    next: str
    first: str
    top: str
    empty: str


def list_page(listing: Listing, page: Page[Summary], clock: Clock, policy: Policy) -> ListPage:
    top = replace(listing, cursor="")
    return ListPage(
        title=STAGE[listing.stage].label if listing.stage else "All orders",
        listing=listing,
        cards=tuple(card(each, clock, policy, tab=listing.stage) for each in page.items),
        sortings=tuple(_sorting(listing, sort) for sort in Sort),
        as_cards=replace(listing, view=CARDS).href,
        as_table=replace(listing, view=TABLE).href,
        next=replace(listing, cursor=page.cursor).href if page.cursor else "",
        first=top.href if listing.cursor else "",
        top=top.href,
        empty=EMPTY[listing.stage],
    )


def card(order: Summary, clock: Clock, policy: Policy, *, tab: Stage | None) -> Card:
    """`elsewhere` marks a card that left the tab it is shown in: it stays until the next load."""
    return Card(
        order_id=order.order_id,
        number=order.number,
        version=order.version,
        href=f"/orders/{order.order_id}",
        stage=STAGE[order.stage],
        since=clock.stamp(order.stage_since),
        placed=clock.stamp(order.placed_at),
        payment=PAYMENT[order.payment_status],
        paid=clock.stamp(order.paid_at) if order.paid_at else None,
        customer=order.customer_name or "No name",
        total=str(order.total),
        first_line=order.first_line,
        more=max(0, order.line_count - 1),
        address_missing=order.address_status != AddressStatus.COMPLETE,
        attention=order.attention,
        waits=_waits(order, clock, policy),
        elsewhere=tab is not None and order.stage is not tab,
    )


def _waits(order: Summary, clock: Clock, policy: Policy) -> str:
    """How long the order waits for staff by now, at least, in opening time; empty while it need
    not stand out. What a person looked at since no longer does.
    """
    patience = policy.escalate_after.get(order.stage)
    if patience is None or not order.attention:
        return ""
    late_at = policy.hours.after(order.stage_since, patience)
    return in_words(patience) if late_at and late_at <= clock.now else ""


def tabs(
    counts: Mapping[Stage, int], listing: Listing | None
) -> tuple[tuple[str, tuple[Tab, ...]], ...]:
    """Groups of stages for the navigation; `listing` None on pages that are not a list."""
    base = replace(listing, cursor="") if listing else Listing()
    everything = Tab(
        key="all",
        label="All orders",
        icon="all",
        count=sum(counts.get(stage, 0) for stage in LIVE_STAGES),
        href=replace(base, stage=None).href,
        current=listing is not None and listing.stage is None,
    )
    groups = tuple(
        (name, tuple(_tab(stage, counts, base, listing) for stage in stages))
        for name, stages in GROUPS
    )
    return (("", (everything,)), *groups)


def _tab(stage: Stage, counts: Mapping[Stage, int], base: Listing, listing: Listing | None) -> Tab:
    look = STAGE[stage]
    return Tab(
        key=look.tone,
        label=look.label,
        icon=look.icon,
        count=counts.get(stage, 0),
        href=replace(base, stage=stage).href,
        current=listing is not None and listing.stage is stage,
    )


SORT_WORDS: Final = {
    Sort.ORDER_DATE: ("Order date", "newest first", "oldest first"),
    Sort.PAYMENT: ("Payment", "latest paid first, unpaid last", "unpaid first, latest paid last"),
}


def _sorting(listing: Listing, sort: Sort) -> Sorting:
    label, down, up = SORT_WORDS[sort]
    current = listing.sort is sort
    descending = listing.descending if current else True
    wanted = not listing.descending if current else True
    return Sorting(
        key=sort.value,
        label=label,
        hint=down if descending else up,
        href=replace(listing, sort=sort, descending=wanted, cursor="").href,
        current=current,
        descending=descending,
    )
