"""A long list goes to the API in parts, and what is refused is told by the file's own rows."""

from __future__ import annotations

import httpx
import pytest

from dev.lists import parts, send
from orderdesk.adapters.catalog.rows import MOST_ROWS
from orderdesk.api.context import READ_SETTINGS, WRITE_SETTINGS
from orderdesk.domain.errors import Invalid
from orderdesk.domain.orders.actor import Role
from tests.api import Api
from tests.builders import STORE, a_store


@pytest.fixture
def api() -> Api:
    made = Api(READ_SETTINGS, WRITE_SETTINGS, role=Role.OWNER)
    made.context.stores.put(a_store())
    return made


@pytest.fixture
def client(api: Api) -> httpx.Client:
    def answer(request: httpx.Request) -> httpx.Response:
        body, headers = request.read(), {"content-type": request.headers["content-type"]}
        response = api.answer(request.method, request.url.path, body, **headers)
        return httpx.Response(response.status, content=response.body)

    return httpx.Client(
        base_url="https://shop.example",
        headers={"content-type": "text/csv"},
        transport=httpx.MockTransport(answer),
    )


def test_a_list_of_any_length_is_sent_whole(api: Api, client: httpx.Client) -> None:
    rows = [f'sku-{number};"Thing; {number}";12.50' for number in range(MOST_ROWS + 10)]
    rows[1], rows[MOST_ROWS + 5] = "bad;Thing;dear", "bad;Thing;cheap"
    data = "\ufeff" + "\n".join(["id;title;price", *rows])

    kept, refused = send(client, "products", data.encode())

    assert kept == MOST_ROWS + 8
    assert [line.partition(":")[0] for line in refused] == ["row 3", f"row {MOST_ROWS + 7}"]
    last = api.context.products.find(STORE, [f"sku-{MOST_ROWS + 9}"])
    assert [each.name for each in last.values()] == [f"Thing; {MOST_ROWS + 9}"]


def test_a_part_without_a_good_row_does_not_stop_the_others(client: httpx.Client) -> None:
    rows = ["411,yes,"] * MOST_ROWS + ["?,yes,"]
    data = "\n".join(["postal_code,deliverable,days", *rows]).encode()

    kept, refused = send(client, "places", data)

    assert kept == MOST_ROWS
    assert [line.partition(":")[0] for line in refused] == [f"row {MOST_ROWS + 2}"]


def test_parts_are_small_enough_for_the_api() -> None:
    data = b"id,description\n" + b"\n".join(b"sku,%s" % (b"x" * 5000) for _ in range(1200))

    assert all(len(part) < 5_000_000 for _, part in parts(data))
    assert len(list(parts(data))) > 1


def test_what_is_no_csv_is_not_sent(client: httpx.Client) -> None:
    with pytest.raises(Invalid, match="CSV UTF-8"):
        send(client, "products", "id\nThé".encode("latin-1"))
