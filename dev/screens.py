"""`make screens`: the pictures in docs/screens, taken anew from a morning in the demo shop.

Starts a local cloud of its own, on free ports and in a folder that it removes again.
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from dev.console import Console, Stop
from dev.demo.seed import seed, seed_shop
from dev.processes import ROOT, TOOLS
from dev.simulator.client import Simulator
from dev.stack import LocalStack
from dev.staff import PASSWORD, STAFF

if TYPE_CHECKING:
    from playwright.sync_api import StorageState, ViewportSize

FOLDER = ROOT / "docs" / "screens"
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
SHOWN_ORDER = "Fatima Sheikh"
SHOWN_CHAT = "Lakshmi Menon"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]

# Both pictures at their own size, on the colour of a desk.
PAIR = """<!doctype html><style>
body {{ margin: 0; display: flex; align-items: center; gap: 28px; padding: 28px; width: max-content;
  background: #ddd6c6 }}
img {{ display: block; border-radius: 14px; box-shadow: 0 12px 36px #0003 }}
img + img {{ border-radius: 34px; border: 7px solid #1c1c1e }}
</style><img src="data:image/png;base64,{left}"><img src="data:image/png;base64,{right}">"""


def main() -> int:
    """Take them all; 1 when the local cloud does not start, with what to do."""
    console = Console()
    try:
        with TemporaryDirectory(prefix="orderdesk-screens-") as folder:
            take(Path(folder), console)
    except Stop as reason:
        console.say(f"\n{reason}")
        return 1
    return 0


def take(directory: Path, console: Console) -> None:
    """Start the stack, let the morning happen and take every picture."""
    with LocalStack(directory, simulator=True, console=console) as stack:
        shop = {
            "dynamodb": stack.client("dynamodb"),
            "table_name": stack.outputs["TableName"],
            "simulator_url": stack.phone_url,
        }
        with console.step("Demo shop: a morning of orders") as step:
            seed_shop(**shop)
            seed(**shop, say=step.progress)
        with sync_playwright() as playwright, console.step(f"Pictures in {FOLDER.name}"):
            browser = playwright.chromium.launch(executable_path=TOOLS / "chromium", args=QUIET)
            FOLDER.mkdir(parents=True, exist_ok=True)
            photograph(browser, stack)
            browser.close()


def photograph(browser: Browser, stack: LocalStack) -> None:
    """Write every picture, as one owner and one customer see things."""
    owner = sign_in(browser, stack)
    state = owner.context.storage_state()
    orders = settle(owner).screenshot()
    chat = photograph_chat(browser, stack)
    (FOLDER / "phone.png").write_bytes(chat)
    write_pair(browser, orders, chat)

    owner.get_by_role("link", name=SHOWN_ORDER).first.click()
    owner.wait_for_url("**/orders/*")
    settle(owner).screenshot(path=FOLDER / "order.png")
    dark = open_page(browser, stack.url, DESK, "dark", state=state)
    dark.goto(owner.url)
    settle(dark).screenshot(path=FOLDER / "order-dark.png")
    narrow = open_page(browser, stack.url, PHONE, state=state)
    narrow.goto("/orders")
    settle(narrow).screenshot(path=FOLDER / "orders-phone.png")


def photograph_chat(browser: Browser, stack: LocalStack) -> bytes:
    """The simulator's page, where a customer reads what the shop wrote."""
    customers = Simulator(stack.phone_url).customers()
    chosen = next(each["id"] for each in customers if each["name"] == SHOWN_CHAT)
    page = open_page(browser, stack.phone_url, PHONE)
    page.goto(f"/?customer={chosen}")
    page.locator("#thread > *").first.wait_for()
    page.wait_for_timeout(1000)
    return page.screenshot()


def write_pair(browser: Browser, left: bytes, right: bytes) -> None:
    """Join two pictures into orders.png, which README.md shows."""
    page = browser.new_page(viewport={"width": 2000, "height": 1000})
    texts = (base64.b64encode(picture).decode() for picture in (left, right))
    page.set_content(PAIR.format(left=next(texts), right=next(texts)))
    page.locator("body").screenshot(path=FOLDER / "orders.png")


def sign_in(browser: Browser, stack: LocalStack) -> Page:
    """Open the orders as the owner, through Cognito's page."""
    page = open_page(browser, stack.url, DESK)
    page.goto("/")
    page.get_by_role("link", name="Sign in").click()
    page.locator("input[name=username]").first.fill(STAFF[0].email)
    page.locator("input[name=password]").first.fill(PASSWORD)
    page.locator("input[name=password]").first.press("Enter")
    page.wait_for_url("**/orders*")
    return page


def open_page(
    browser: Browser,
    url: str,
    viewport: ViewportSize,
    scheme: Literal["light", "dark"] = "light",
    *,
    state: StorageState | None = None,
) -> Page:
    context: BrowserContext = browser.new_context(
        base_url=url,
        viewport=viewport,
        color_scheme=scheme,
        storage_state=state,
        timezone_id="Asia/Kolkata",
        locale="en-IN",
    )
    return context.new_page()


def settle(page: Page) -> Page:
    """Wait until the page is live and its pictures are there."""
    page.locator("#live[data-state=live]").wait_for()
    page.wait_for_load_state("networkidle")
    return page


if __name__ == "__main__":
    sys.exit(main())
