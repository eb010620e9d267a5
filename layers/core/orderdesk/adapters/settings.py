"""A shop's settings as a plain document: what the table keeps and the API shows.

Durations are whole seconds, times of day `09:00` in the shop's time zone, dates `2026-12-25`. What
is not in a document has its default, what older or newer code wrote beside it is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from orderdesk.adapters.records import actor_from_record, known, to_record
from orderdesk.adapters.terms import (
    discounts_from_records,
    offers_from_records,
    rules_from_records,
    shipping_from_record,
    tax_from_record,
    transfer_from_record,
    whatsapp_pay_from_record,
)
from orderdesk.domain.money.budget import Budget
from orderdesk.domain.money.paying import Provider
from orderdesk.domain.orders.event import Change
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.domain.orders.reasons import Reason
from orderdesk.domain.shop.hours import Holiday, Interval, OpeningHours
from orderdesk.domain.shop.policy import AfterHours, ApprovePayment, AutoApprove, Policy, Store
from orderdesk.domain.shop.settings import OF_STORE, Redating, SettingsChange
from orderdesk.domain.shop.speech import CannedReply, Speech
from orderdesk.domain.times import time_from_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.adapters.records import Record


def store_to_record(store: Store) -> Record:
    """Everything that a shop decides, defaults included."""
    about = {name: getattr(store, name) for name in OF_STORE}
    return about | {"policy": policy_to_record(store.policy)}


def store_from_record(store_id: str, record: Mapping[str, Any]) -> Store:
    """Raises Invalid for values that no shop can have, naming the field."""
    about = {name: record[name] for name in OF_STORE if record.get(name)}
    about.setdefault("name", store_id)
    policy = policy_from_record(record.get("policy") or {})
    return Store(store_id=store_id, policy=policy, version=int(record.get("version") or 0), **about)


def policy_to_record(policy: Policy) -> Record:
    return {each.name: _plain(getattr(policy, each.name)) for each in fields(Policy)}


def policy_from_record(record: Mapping[str, Any]) -> Policy:
    return Policy(**{name: _reader(name)(value) for name, value in known(record, Policy).items()})


def change_to_record(change: SettingsChange) -> Record:
    record: Record = to_record(change)
    return record


def change_from_record(record: Mapping[str, Any]) -> SettingsChange:
    return SettingsChange(
        store_id=record["store_id"],
        version=int(record["version"]),
        at=time_from_text(record["at"]),
        by=actor_from_record(record["by"]),
        changes=tuple(
            Change(each["field"], each.get("before"), each.get("after"))
            for each in record["changes"]
        ),
    )


def redating_from_record(record: Mapping[str, Any]) -> Redating:
    return Redating(
        store_id=record["store_id"],
        version=int(record["version"]),
        since=time_from_text(record["since"]),
        stages=tuple(Stage(each) for each in record["stages"]),
        cursor=record.get("cursor"),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return _named(value)


def _named(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    return value.value if isinstance(value, StrEnum) else value


def _duration(seconds: Any) -> timedelta:
    return timedelta(seconds=int(seconds))


def _reader(name: str) -> Callable[[Any], Any]:
    return READERS.get(name, _duration)


def _hours(record: Mapping[str, Any]) -> OpeningHours:
    weekdays = tuple(tuple(_interval(each) for each in day) for day in record.get("weekdays") or ())
    holidays = tuple(
        Holiday(
            date=date.fromisoformat(each["date"]),
            name=each.get("name") or "",
            intervals=tuple(_interval(opening) for opening in each.get("intervals") or ()),
        )
        for each in record.get("holidays") or ()
    )
    zone = {"time_zone": record["time_zone"]} if record.get("time_zone") else {}
    return OpeningHours(weekdays=weekdays, holidays=holidays, **zone)


def _interval(record: Mapping[str, Any]) -> Interval:
    return Interval(time.fromisoformat(record["opens"]), time.fromisoformat(record["closes"]))


def _auto_approve(record: Mapping[str, Any]) -> AutoApprove:
    up_to = record.get("up_to")
    return AutoApprove(
        enabled=bool(record.get("enabled")),
        payment=ApprovePayment(record.get("payment") or ApprovePayment.PAID),
        up_to=None if up_to is None else int(up_to),
        known_customer=bool(record.get("known_customer")),
    )


def _reasons(record: Mapping[str, Any]) -> dict[Stage, tuple[Reason, ...]]:
    return {
        Stage(stage): tuple(Reason(each["code"], each["label"]) for each in given)
        for stage, given in record.items()
    }


def _speech(record: Mapping[str, Any]) -> Speech:
    given: Record = known(record, Speech)
    canned = tuple(CannedReply(each["name"], each["text"]) for each in given.get("canned", ()))
    for name in ("languages", "muted"):
        if name in given:
            given[name] = tuple(given[name])
    return Speech(**{**given, "canned": canned})


def _budget(record: Mapping[str, Any]) -> Budget:
    return Budget(**known(record, Budget))


READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "reminders": lambda given: tuple(_duration(each) for each in given),
    "customer_cancel_until": Stage,
    "hours": _hours,
    "after_hours": AfterHours,
    "escalate_after": lambda given: {Stage(each): _duration(wait) for each, wait in given.items()},
    "auto_approve": _auto_approve,
    "refund_automatically": bool,
    "fulfilments": lambda given: tuple(Fulfilment(each) for each in given),
    "reasons": _reasons,
    "shipping": shipping_from_record,
    "tax": tax_from_record,
    "discounts": discounts_from_records,
    "price_tolerance": int,
    "offers": offers_from_records,
    "confirm_rules": rules_from_records,
    "online_provider": Provider,
    "whatsapp_pay": whatsapp_pay_from_record,
    "transfer": transfer_from_record,
    "refund_limit": int,
    "flow_id": str,
    "speech": _speech,
    "budget": _budget,
}
