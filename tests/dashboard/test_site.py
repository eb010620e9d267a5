"""What holds for every address: who may see it, its headers, its errors, the static files."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard import assets
from dashboard.assets import FOLDER, address
from dashboard.headers import content_security_policy
from dashboard.site import ROUTES, unexpected
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.http import request_of
from tests.builders import a_ready_order
from tests.dashboard.screen import SETTINGS, Screen, one, soup, words

ORDER = a_ready_order()
PAGES = (
    "/orders",
    "/orders?as=table",
    "/orders/stages",
    f"/orders/{ORDER.order_id}",
    f"/orders/{ORDER.order_id}/card",
)
TEMPLATES = Path(assets.__file__).parent / "templates"


@pytest.fixture
def shop(screen: Screen) -> Screen:
    screen.have(ORDER)
    return screen


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_somebody_signed_in(shop: Screen, path: str) -> None:
    shop.cookies.clear()

    answer = shop.get(path)

    assert answer.status == 303
    assert answer.headers["location"].startswith("/?next=%2Forders")


@pytest.mark.parametrize("path", PAGES)
def test_a_fragment_of_a_session_that_ended_reloads_the_page(shop: Screen, path: str) -> None:
    shop.cookies.clear()

    answer = shop.get(path, hx_request="true")

    assert answer.status == 401
    assert answer.headers["hx-refresh"] == "true"
    assert answer.body == ""


@pytest.mark.parametrize("path", ["/live-ticket", "/orders/changes"])
def test_a_script_is_told_in_json_that_the_session_ended(shop: Screen, path: str) -> None:
    shop.cookies.clear()

    answer = shop.get(path)

    assert answer.status == 401
    assert answer.headers["content-type"].startswith("application/json")


def test_a_form_of_a_session_that_ended_moves_nothing(shop: Screen) -> None:
    shop.cookies.clear()

    assert shop.move(ORDER, "approved").status == 303
    assert shop.orders.get("main", ORDER.order_id).stage is Stage.CONFIRMED


def test_every_route_of_the_site_is_asked_for_in_these_tests() -> None:
    asked = "\n".join(path.read_text() for path in Path(__file__).parent.glob("*.py"))
    for _, parts, _ in ROUTES._routes:
        last = [part for part in parts if not part.startswith("{")][-1:]
        assert not last or f"/{last[0]}" in asked or last[0] == "static", parts


@pytest.mark.parametrize(
    "path", [*PAGES, "/", "/nope", "/live-ticket", "/orders/changes", "/sign-in"]
)
def test_every_answer_has_the_security_headers(shop: Screen, path: str) -> None:
    headers = shop.get(path).headers

    assert headers["content-security-policy"] == content_security_policy(SETTINGS)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("path", PAGES)
def test_what_shows_customers_is_kept_by_no_cache(shop: Screen, path: str) -> None:
    assert shop.get(path).headers["cache-control"] == "no-store"


def test_the_policy_lets_in_nothing_inline_and_connects_to_the_live_api_only() -> None:
    rules = dict(
        rule.strip().split(" ", 1) for rule in content_security_policy(SETTINGS).split(";")
    )

    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["connect-src"] == "'self' wss://live.shop.example"
    assert rules["form-action"] == "'self' https://sign-in.shop.example"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["img-src"] == "'self' https:"


def test_on_plain_http_browsers_are_not_told_to_insist_on_tls() -> None:
    settings = replace(SETTINGS, public_url="http://127.0.0.1:5600")

    assert "strict-transport-security" not in Screen(settings=settings).get("/").headers


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_template_has_what_the_policy_forbids(path: Path) -> None:
    text = path.read_text()

    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert "|safe" not in text.replace(" ", "")


def test_an_address_that_does_not_exist_leads_back_to_the_orders(screen: Screen) -> None:
    page = screen.page("/orders/x/y/z", status=404)

    assert "There is nothing at /orders/x/y/z" in words(page)
    assert one(page, "a.primary")["href"] == "/orders"


def test_an_address_names_itself_as_text_in_its_error(screen: Screen) -> None:
    assert screen.page("/<b>bold", status=404).select("b") == []


def test_the_wrong_method_says_the_right_one(screen: Screen) -> None:
    answer = screen.post("/orders")

    assert answer.status == 405
    assert answer.headers["allow"] == "GET"
    assert "answers GET only" in words(soup(answer))


def test_a_bug_of_ours_is_a_page_without_its_cause() -> None:
    answer = unexpected(SETTINGS)

    assert answer.status == 500
    assert "try again" in words(soup(answer))
    assert "content-security-policy" in answer.headers


def test_a_shop_that_cannot_be_read_is_told_as_a_page(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen.signing_key = ""

    answer = screen.get("/live-ticket")

    assert answer.status == 503
    assert "signing_key" in str(answer.body)


@pytest.mark.parametrize(
    "name", sorted(path.name for path in FOLDER.iterdir() if path.suffix != ".txt")
)
def test_a_static_file_is_kept_for_ever_under_the_name_of_its_content(
    screen: Screen, name: str
) -> None:
    screen.cookies.clear()

    answer = screen.get(address(name))

    assert answer.status == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert len(answer.body) > 100
    assert isinstance(answer.body, bytes) == name.endswith(".woff2")


def test_a_browser_that_can_unpack_gets_a_text_file_packed(screen: Screen) -> None:
    plain = screen.get(address("style.css"))
    packed = screen.get(address("style.css"), accept_encoding="br, gzip")

    assert isinstance(packed.body, bytes)
    assert gzip.decompress(packed.body).decode() == plain.body
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == plain.headers["vary"] == "accept-encoding"
    assert len(packed.body) < len(plain.body) / 3
    font = screen.get(address("figtree-latin.woff2"), accept_encoding="gzip")
    assert "content-encoding" not in font.headers


def test_a_file_of_an_older_deployment_is_todays_and_not_kept(screen: Screen) -> None:
    answer = screen.get("/static/style.0000000000.css")

    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-cache"


def test_the_style_sheet_names_its_fonts_by_their_content(screen: Screen) -> None:
    style = str(screen.get(address("style.css")).body)

    named = re.findall(r'url\("([^"]+)"\)', style)
    assert len(named) == 2
    for each in named:
        assert screen.get(f"/static/{each}").headers["cache-control"].endswith("immutable")


@pytest.mark.parametrize(
    "file",
    ["nope.css", "..%2fsite.py", "figtree-license.txt", "%2e%2e%2fsite.py", ".", "static"],
)
def test_nothing_else_is_served_as_a_static_file(screen: Screen, file: str) -> None:
    assert screen.get(f"/static/{file}").status == 404


def test_browsers_find_the_icon(screen: Screen) -> None:
    answer = screen.get("/favicon.ico")

    assert answer.headers["content-type"] == "image/svg+xml"


def test_every_icon_that_a_page_names_is_in_the_sprite(screen: Screen) -> None:
    sprite = (FOLDER / "icons.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    shelves = [a_ready_order(stage, message_id=stage.value) for stage in Stage]
    screen.have(*shelves)
    pages = ["/orders", "/orders?as=table", *(f"/orders/{each.order_id}" for each in shelves)]

    used = {
        str(use["href"]).partition("#")[2]
        for path in pages
        for use in screen.page(path).select("use")
    }

    assert len(used) > 20
    assert used <= drawn


@pytest.mark.parametrize("path", [*PAGES[:2], f"/orders/{ORDER.order_id}", "/nope", "/"])
def test_a_page_has_one_heading_one_main_and_no_id_twice(shop: Screen, path: str) -> None:
    if path == "/":
        shop.cookies.clear()

    page = soup(shop.get(path))

    ids = [str(each["id"]) for each in page.select("[id]")]
    assert len(page.select("h1")) == len(page.select("main")) == 1
    assert len(ids) == len(set(ids))
    assert all(each.get("lang") for each in page.select("html"))


def test_every_form_that_posts_carries_the_token(shop: Screen) -> None:
    forms = shop.page(f"/orders/{ORDER.order_id}").select("form[method=post]")

    assert len(forms) >= 5
    assert all(one(form, "input[name=csrf]")["value"] == "csrf1" for form in forms)


def test_who_is_signed_in_is_named(shop: Screen) -> None:
    person = words(one(shop.page("/orders"), ".person"))

    assert "asha@shop.example" in person
    assert "Role: manager" in person


def test_cookies_are_read_from_their_header_where_the_gateway_leaves_them_there() -> None:
    http = {"method": "GET", "path": "/orders"}
    headers = {"Cookie": "one=1; two=a=b"}

    request = request_of({"requestContext": {"http": http}, "headers": headers})

    assert request.cookies == {"one": "1", "two": "a=b"}
