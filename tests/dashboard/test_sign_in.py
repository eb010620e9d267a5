"""The way in through Cognito's pages and the way out."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.context import Settings
from orderdesk.domain.orders.actor import Role
from tests.builders import NOW, STORE
from tests.dashboard.screen import SETTINGS, Screen, id_token, one, soup, words

if TYPE_CHECKING:
    from orderdesk.http import Response

LOCAL = replace(SETTINGS, public_url="http://127.0.0.1:5600")


def asked(response: Response) -> dict[str, str]:
    """What Cognito's sign-in page is asked for."""
    assert response.status == 303
    parts = urlsplit(response.headers["location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == (
        "https://sign-in.shop.example/oauth2/authorize"
    )
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


def back_from_cognito(screen: Screen, start: str = "/sign-in", **claims: Any) -> Response:
    """Through Cognito's pages, which answer as they should unless told otherwise."""
    question = asked(screen.get(start))
    screen.id_token = id_token(**{"nonce": question["nonce"], **claims})
    return screen.get(f"/callback?code=code1&state={question['state']}")


def test_signing_in_asks_for_a_code_bound_to_this_browser() -> None:
    screen = Screen(role=None)

    question = asked(screen.get("/sign-in"))

    assert question["response_type"] == "code"
    assert question["client_id"] == "client1"
    assert question["redirect_uri"] == "https://orders.shop.example/callback"
    assert question["code_challenge_method"] == "S256"
    assert "openid" in question["scope"]


def test_the_code_is_exchanged_with_the_verifier_of_the_challenge() -> None:
    screen = Screen(role=None)
    question = asked(screen.get("/sign-in"))
    screen.id_token = id_token(nonce=question["nonce"])

    screen.get(f"/callback?code=code1&state={question['state']}")

    [(code, verifier)] = screen.exchanged
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert (code, challenge) == ("code1", question["code_challenge"])


def test_two_sign_ins_share_nothing() -> None:
    first, second = (asked(Screen(role=None).get("/sign-in")) for _ in range(2))

    for each in ("state", "nonce", "code_challenge"):
        assert first[each] != second[each]


def test_coming_back_opens_the_orders_in_a_session_of_twelve_hours() -> None:
    screen = Screen(role=None)

    answer = back_from_cognito(screen)

    assert answer.status == 303
    assert answer.headers["location"] == "/orders"
    [session] = screen.shelf.sessions.values()
    assert (session.name, session.email, session.role) == ("Asha Rao", "asha@shop.example", "agent")
    assert session.expires_at == NOW + timedelta(hours=12)
    assert "Asha Rao" in words(one(screen.page("/orders"), ".person"))


def test_the_session_cookie_is_closed_to_scripts_other_sites_and_plain_http() -> None:
    [session, flow] = back_from_cognito(Screen(role=None)).cookies

    assert session.startswith("__Host-orderdesk_session=")
    for each in ("; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure", "; Max-Age=43200"):
        assert each in session
    assert flow.startswith("__Host-orderdesk_sign_in=;")
    assert "Max-Age=0" in flow


def test_on_plain_http_the_cookie_has_no_prefix_that_browsers_would_refuse() -> None:
    [session, _] = back_from_cognito(Screen(role=None, settings=LOCAL)).cookies

    assert session.startswith("orderdesk_session=")
    assert "Secure" not in session
    assert "HttpOnly" in session


def test_signing_in_leads_back_to_the_page_that_asked_for_it() -> None:
    screen = Screen(role=None)
    landing = screen.get("/orders/order1?x=1&y=a%20b")
    page = screen.page(landing.headers["location"])

    answer = back_from_cognito(screen, str(one(page, "a.primary")["href"]))

    assert answer.headers["location"] == "/orders/order1?x=1&y=a+b"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a%0d%0ab",
    ],
)
def test_signing_in_never_leads_to_another_site(target: str) -> None:
    answer = back_from_cognito(Screen(role=None), f"/sign-in?next={target}")

    assert answer.headers["location"] == "/orders"


def test_a_state_of_another_browser_is_refused() -> None:
    attacker, victim = Screen(role=None), Screen(role=None)
    stolen = asked(attacker.get("/sign-in"))
    asked(victim.get("/sign-in"))
    victim.id_token = id_token(nonce=stolen["nonce"])

    answer = victim.get(f"/callback?code=code1&state={stolen['state']}")

    assert answer.status == 401
    assert victim.exchanged == []
    assert victim.shelf.sessions == {}
    assert one(soup(answer), "a[href='/sign-in']")


@pytest.mark.parametrize(
    "query", ["", "code=c", "state=s", "code=c&state=é", "error=access_denied"]
)
def test_coming_back_without_having_started_is_refused(query: str) -> None:
    screen = Screen(role=None)

    assert screen.get(f"/callback?{query}").status == 401
    assert screen.shelf.sessions == {}


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://issuer.shop.example/pool2"},
        {"aud": "client2"},
        {"exp": int(NOW.timestamp())},
        {"exp": None},
        {"sub": ""},
        {"token_use": "access"},
    ],
    ids=str,
)
def test_a_token_that_was_not_made_for_this_sign_in_is_refused(claims: dict[str, Any]) -> None:
    screen = Screen(role=None)

    assert back_from_cognito(screen, **claims).status == 401
    assert screen.shelf.sessions == {}


@pytest.mark.parametrize("token", ["", "a.b", "a.!!!.c", "a.W10.c"])
def test_a_token_that_cannot_be_read_is_refused(token: str) -> None:
    screen = Screen(role=None)
    question = asked(screen.get("/sign-in"))
    screen.id_token = token

    assert screen.get(f"/callback?code=c&state={question['state']}").status == 401


def test_the_strongest_role_counts() -> None:
    screen = Screen(role=None)

    back_from_cognito(screen, groups=["viewer", "manager", "strangers"])

    [session] = screen.shelf.sessions.values()
    assert session.role == Role.MANAGER.value


@pytest.mark.parametrize("groups", [None, [], ["strangers"]])
def test_somebody_without_a_role_is_told_whom_to_ask(groups: list[str] | None) -> None:
    screen = Screen(role=None)

    answer = back_from_cognito(screen, groups=groups)

    assert answer.status == 403
    assert "ask its owner" in words(soup(answer))
    assert screen.shelf.sessions == {}


def test_somebody_without_a_name_is_called_by_their_address() -> None:
    screen = Screen(role=None)

    back_from_cognito(screen, name=None)

    [session] = screen.shelf.sessions.values()
    assert session.name == "asha"


def test_a_session_ends_after_twelve_hours(screen: Screen) -> None:
    screen.now = NOW + timedelta(hours=12)

    answer = screen.get("/orders")

    assert answer.status == 303
    assert answer.headers["location"] == "/?next=%2Forders"


def test_signing_out_ends_the_session_here_and_at_cognito(screen: Screen) -> None:
    kept = dict(screen.cookies)

    answer = screen.post("/sign-out")

    assert answer.status == 303
    assert answer.headers["location"] == (
        "https://sign-in.shop.example/logout?client_id=client1"
        "&logout_uri=https%3A%2F%2Forders.shop.example%2F"
    )
    assert screen.cookies == {}
    screen.cookies = kept
    assert screen.get("/orders").status == 303


def test_another_site_cannot_sign_somebody_out(screen: Screen) -> None:
    assert screen.post("/sign-out", csrf="guess").status == 403
    assert screen.sessions.find(STORE, "session1", now=NOW) is not None


def test_the_signed_out_page_shows_the_shop_and_the_way_in() -> None:
    page = Screen(role=None).page("/")

    assert "Asha's kurtas" in words(page)
    assert words(one(page, "a[href='/sign-in']")) == "Sign in"


def test_who_is_signed_in_goes_straight_to_the_orders(screen: Screen) -> None:
    assert screen.get("/").headers["location"] == "/orders"


def test_a_session_of_another_shop_opens_nothing() -> None:
    screen = Screen(settings=Settings(**{**_fields(SETTINGS), "store_id": "other"}))

    assert screen.get("/orders").status == 303


def _fields(settings: Settings) -> dict[str, str]:
    return {name: getattr(settings, name) for name in settings.__slots__}
