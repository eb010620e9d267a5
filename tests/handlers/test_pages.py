"""The handler of the customers' pages, fed with API Gateway's events."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest

from functions.pages import app
from orderdesk import wiring
from tests.pages.browser import HOME, Browser


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    made = Browser()
    monkeypatch.setenv("PUBLIC_URL", "https://shop.example")
    monkeypatch.setattr(wiring, "pages", lambda: made.links)
    monkeypatch.setattr(wiring, "places", lambda: made.places)
    for name in ("orders", "stores", "customers"):
        monkeypatch.setattr(wiring, name, partial(getattr, made.counter, name))
    return made


def an_event(method: str, path: str, form: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/x-www-form-urlencoded"},
        "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
        "body": urlencode(form or {}),
        "isBase64Encoded": False,
    }


def fresh_form(browser: Browser) -> str:
    """Its link is judged by the real clock here."""
    return browser.form(datetime.now(UTC) + timedelta(days=1))


def test_a_form_is_shown_and_answered(browser: Browser) -> None:
    path = fresh_form(browser)

    shown = app.handler(an_event("GET", path), None)
    answered = app.handler(an_event("POST", path, HOME), None)

    assert (shown["statusCode"], answered["statusCode"]) == (200, 303)
    assert "Where should we deliver?" in shown["body"]
    assert answered["headers"]["location"] == f"{path}?done=1"
    assert browser.order.address is not None
    assert shown["headers"]["strict-transport-security"]


def test_an_order_is_shown(browser: Browser) -> None:
    shown = app.handler(an_event("GET", browser.order_page()), None)

    assert shown["statusCode"] == 200
    assert "#1001" in shown["body"]


def test_the_log_never_holds_the_key_of_a_page(
    browser: Browser, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("INFO")
    path = fresh_form(browser)
    app.handler(an_event("GET", path), None)

    def broken(*_: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(app, "answer", broken)
    failed = app.handler(an_event("GET", path), None)

    assert [(each.getMessage(), vars(each)["page"]) for each in caplog.records] == [
        ("answered", "a"),
        ("failed", "a"),
        ("answered", "a"),
    ]
    assert not any(path.rpartition("/")[2] in str(vars(each)) for each in caplog.records)
    assert failed["statusCode"] == 500
    assert "It is our mistake" in failed["body"]
    assert "a bug" not in failed["body"]
