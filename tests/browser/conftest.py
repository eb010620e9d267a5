"""Chromium on the deployed stack, with staff who sign in through Cognito's own pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect

from dev.staff import PASSWORD, STAFF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dev.stack import LocalStack

# A warm push takes half a second; functions that start all at once on a busy machine, much longer.
PATIENCE_MS = 45_000
expect.set_options(timeout=PATIENCE_MS)

type SignIn = Callable[[str], Page]


@pytest.fixture
def sign_in(browser: Browser, stack: LocalStack) -> Iterator[SignIn]:
    """Open the orders as the member of staff in that role; each has a browser of their own."""
    contexts = []

    def open_as(role: str) -> Page:
        context = browser.new_context(base_url=stack.url)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.goto("/")
        page.get_by_role("link", name="Sign in").click()
        give_password(page, role)
        expect(page).to_have_url(re.compile(r"/orders"))
        return page

    yield open_as
    for context in contexts:
        context.close()


def give_password(page: Page, role: str) -> None:
    """Fill in the sign-in page, which is Cognito's and not ours."""
    [member] = [each for each in STAFF if each.role == role]
    page.locator("input[name=username]").first.fill(member.email)
    page.locator("input[name=password]").first.fill(PASSWORD)
    page.locator("input[name=password]").first.press("Enter")
