"""Settings in the table: the largest fit, and the API and the sweep find them there."""

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import pytest

from orderdesk.adapters.dynamo.api_keys import DynamoApiKeys
from orderdesk.adapters.dynamo.orders import DynamoOrders
from orderdesk.adapters.dynamo.stock import DynamoStock
from orderdesk.adapters.dynamo.stores import DynamoStores
from orderdesk.adapters.dynamo.values import to_item
from orderdesk.adapters.kept import KeptStores
from orderdesk.adapters.settings import change_to_record, store_to_record
from orderdesk.api.context import SCOPES, Context, key_hash
from orderdesk.api.settings_body import (
    MOST_HOLIDAYS,
    MOST_INTERVALS,
    SettingsBody,
    settings_document,
    store_of,
)
from orderdesk.api.site import answer
from orderdesk.domain.orders.actor import Role
from orderdesk.domain.orders.reasons import LONGEST_LABEL, MOST_REASONS, REASONS
from orderdesk.domain.shop.policy import ESCALATED, Store
from orderdesk.domain.shop.settings import SettingsChange, settings_changes
from orderdesk.http import Request
from orderdesk.usecases.orders.change import with_deadline
from orderdesk.usecases.orders.redate import redate
from orderdesk.usecases.ports import ApiKey
from tests.builders import NOW, STORE, a_placed_event, an_actor, an_order
from tests.dynamo import a_table
from tests.sizes import size_of

LIMIT = 400_000
TOKEN = f"od_{STORE}_0123abcd"
NOBODY: Any = None  # no settings are asked of them
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def context() -> Iterator[Context]:
    with a_table() as (client, table):
        keys = DynamoApiKeys(client, table)
        hashed = key_hash(TOKEN)
        keys.put(
            ApiKey(
                store_id=STORE,
                key_id="k1",
                hash=hashed,
                name="Back office",
                scopes=SCOPES,
                role=Role.OWNER,
            )
        )
        asked: dict[str, Any] = {
            "orders": DynamoOrders(client, table),
            "stores": KeptStores(DynamoStores(client, table)),
            "stock": DynamoStock(client, table),
            "api_keys": keys,
            "now": NOW,
        }
        yield Context(**dict.fromkeys((each.name for each in fields(Context)), NOBODY) | asked)


def call(context: Context, method: str, path: str, body: object = None, **headers: str) -> Any:
    request = Request(
        method=method,
        path=path,
        headers={"authorization": f"Bearer {TOKEN}", **headers},
        body=json.dumps(body).encode(),
    )
    response = answer(request, context)
    assert response.status == 200, response.body
    return json.loads(response.body)


def the_largest() -> Store:
    intervals = [{"opens": f"{hour:02}:00", "closes": f"{hour:02}:30"} for hour in range(9, 21, 2)]
    days = [
        {
            "date": (date(2026, 1, 1) + DAY * number).isoformat(),
            "name": "ह" * 100,
            "intervals": intervals,
        }
        for number in range(MOST_HOLIDAYS)
    ]
    reasons = {
        stage: [
            {"code": code, "label": "ह" * LONGEST_LABEL}
            for code in (f"{'x' * 40}{number}" for number in range(MOST_REASONS))
        ]
        for stage in REASONS
    }
    document = settings_document(Store(store_id=STORE, name="ह" * 100)) | {
        "hours": {"weekdays": [intervals] * 7, "holidays": days},
        "escalate_after": dict.fromkeys(ESCALATED, 3600),
        "reasons": reasons,
    }
    assert len(intervals) == MOST_INTERVALS
    return store_of(STORE, SettingsBody.model_validate_json(json.dumps(document)))


def test_the_largest_settings_and_their_change_fit_into_an_item_each() -> None:
    before, after = Store(store_id=STORE, name=STORE), the_largest()
    change = SettingsChange(
        store_id=STORE,
        version=1,
        at=NOW,
        by=an_actor(name="ह" * 100),
        changes=settings_changes(before, after),
    )

    assert size_of({"M": to_item(store_to_record(after))}) < LIMIT
    assert size_of({"M": to_item(change_to_record(change))}) < LIMIT


def test_settings_go_all_the_way_to_the_table_and_back(context: Context) -> None:
    settings = call(context, "GET", "/api/settings")["settings"]
    settings |= {"abandon_after": 3600, "reminders": [], "refund_automatically": True}

    put = call(context, "PUT", "/api/settings", settings, **{"if-match": '"0"'})
    reset = call(context, "POST", "/api/settings/reset", {}, **{"if-match": '"1"'})
    history = call(context, "GET", "/api/settings/history")["changes"]

    assert (put["version"], put["settings"]) == (1, settings)
    assert reset["settings"] == reset["defaults"]
    assert [each["version"] for each in history] == [2, 1]
    changed = {each["field"]: (each["before"], each["after"]) for each in history[1]["changes"]}
    assert changed["abandon_after"] == (86_400, 3600)
    assert changed["refund_automatically"] == (False, True)


def test_orders_in_the_table_follow_new_settings(context: Context) -> None:
    policy = context.stores.get(STORE).policy
    order = with_deadline(an_order(), policy)
    context.orders.add(order, a_placed_event(order), raw="{}")
    settings = call(context, "GET", "/api/settings")["settings"] | {"reminders": [600]}
    call(context, "PUT", "/api/settings", settings, **{"if-match": '"0"'})

    later = NOW + MINUTE
    dated = list(redate(STORE, orders=context.orders, stores=context.stores, now=later))

    assert dated == [True]
    assert context.orders.get(STORE, order.order_id).due_at == NOW + 10 * MINUTE
    assert context.stores.redating(STORE) is None
