"""The secret parameter: read seldom, served on while SSM is down, and never misread."""

import json
from collections.abc import Iterator

import pytest

from orderdesk.adapters import secrets
from orderdesk.domain.errors import Unavailable

GIVEN = {"app_secrets": ["old", "new"], "verify_token": "v", "unknown": 1}


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    secrets._kept.clear()
    yield
    secrets._kept.clear()


def test_two_secrets_are_accepted_while_one_is_rotated() -> None:
    assert secrets.parse(json.dumps(GIVEN)).app_secrets == ("old", "new")


def test_an_empty_secret_signs_nothing() -> None:
    assert secrets.parse(json.dumps(GIVEN | {"app_secrets": ["", "a"]})).app_secrets == ("a",)


@pytest.mark.parametrize("wrong", ["abc", {"a": 1}, [1], None])
def test_secrets_that_are_no_list_of_texts_are_refused(wrong: object) -> None:
    with pytest.raises(TypeError, match="lists of texts"):
        secrets.parse(json.dumps(GIVEN | {"app_secrets": wrong}))


def test_what_was_read_serves_on_while_ssm_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 0.0, 1000.0, 1000.0])
    monkeypatch.setattr("time.monotonic", lambda: next(times))
    monkeypatch.setattr(secrets, "_fetch", lambda _: json.dumps(GIVEN))
    assert secrets.read("/p").verify_token == "v"

    def down(_: str) -> str:
        raise ConnectionError

    monkeypatch.setattr(secrets, "_fetch", down)
    assert secrets.read("/p").verify_token == "v"


def test_without_anything_to_serve_the_sender_has_to_try_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(secrets, "_fetch", lambda _: "not json")

    with pytest.raises(Unavailable, match="/p"):
        secrets.read("/p")


def test_a_shop_without_a_courier_believes_none() -> None:
    assert secrets.parse(json.dumps(GIVEN)).courier_webhook_secrets == ()


def test_couriers_share_one_or_two_secrets_with_the_shop() -> None:
    given = GIVEN | {"courier_webhook_secrets": ["old", "new"]}

    assert secrets.parse(json.dumps(given)).courier_webhook_secrets == ("old", "new")
