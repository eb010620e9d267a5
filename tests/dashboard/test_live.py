"""Tickets, and the WebSocket that they open."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.ticket import mint, store_of
from functions.live import app
from orderdesk import wiring
from orderdesk.adapters.memory import MemoryLive
from orderdesk.adapters.secrets import Secrets
from orderdesk.domain.errors import Unauthenticated, Unavailable
from tests.builders import NOW
from tests.dashboard.samples import sample

if TYPE_CHECKING:
    from tests.dashboard.screen import Screen

KEY = "0123456789abcdef0123456789abcdef"


def a_ticket(key: str = KEY, **fields: Any) -> str:
    return mint(**{"store_id": "main", "session_id": "session1", "key": key, "now": NOW, **fields})


def test_a_ticket_opens_its_store_for_a_minute() -> None:
    assert store_of(a_ticket(), key=KEY, now=NOW + timedelta(seconds=60)) == "main"

    with pytest.raises(Unauthenticated, match="over"):
        store_of(a_ticket(), key=KEY, now=NOW + timedelta(seconds=61))


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "main",
        "...",
        a_ticket("another key"),
        a_ticket().replace("main", "other"),
        a_ticket()[:-1],
        "é.1.2.3",
        a_ticket(now=NOW - timedelta(hours=1)).replace("1795508160", "1795518160"),
    ],
)
def test_a_ticket_that_was_not_made_here_opens_nothing(forged: str) -> None:
    with pytest.raises(Unauthenticated):
        store_of(forged, key=KEY, now=NOW)


def test_a_shop_without_a_signing_key_neither_makes_nor_takes_tickets() -> None:
    with pytest.raises(Unavailable, match="signing_key"):
        a_ticket("")
    with pytest.raises(Unavailable, match="signing_key"):
        store_of("main.9999999999.x.y", key="", now=NOW)


def test_a_ticket_gives_the_session_away_to_nobody() -> None:
    assert "session1" not in a_ticket()


def test_the_dashboard_says_where_to_listen_and_with_which_ticket(screen: Screen) -> None:
    screen.signing_key = KEY

    answer = screen.get("/live-ticket")

    parts = urlsplit(json.loads(answer.body)["url"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "wss://live.shop.example/live"
    [ticket] = parse_qs(parts.query)["ticket"]
    assert store_of(ticket, key=KEY, now=NOW) == "main"
    assert answer.headers["cache-control"] == "no-store"


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> MemoryLive:
    live = MemoryLive()
    secrets = Secrets(app_secrets=("a",), verify_token="v", signing_key=KEY)
    monkeypatch.setattr(wiring, "live", lambda: live)
    monkeypatch.setattr(wiring, "secrets", lambda: secrets)
    return live


def connect(ticket: str) -> int:
    event = sample("live_connect")
    event["queryStringParameters"] = {"ticket": ticket}
    return int(app.handler(event, None)["statusCode"])


def fresh() -> str:
    """The handler's clock is the real one."""
    return a_ticket(now=datetime.now(UTC))


def test_a_browser_with_a_ticket_hears_of_its_store(live: MemoryLive) -> None:
    assert connect(fresh()) == 200

    live.push("main", "hello")

    assert [each.text for each in live.pushed] == ["hello"]
    live.push("other", "hello")
    assert len(live.pushed) == 1


def test_a_browser_without_a_good_ticket_is_turned_away(live: MemoryLive) -> None:
    assert connect(a_ticket("another key", now=datetime.now(UTC))) == 401
    assert app.handler(sample("live_connect"), None)["statusCode"] == 401
    assert app.handler(sample("live_connect_without_ticket"), None)["statusCode"] == 401
    assert live.connections == {}


def test_a_browser_that_leaves_is_forgotten_and_one_that_speaks_is_kept(live: MemoryLive) -> None:
    connect(fresh())

    assert app.handler(sample("live_default"), None) == {"statusCode": 200}
    assert len(live.connections) == 1

    assert app.handler(sample("live_disconnect"), None) == {"statusCode": 200}
    assert live.connections == {}
