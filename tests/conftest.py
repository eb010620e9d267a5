"""What tests share: credentials that can reach nothing, one deployed stack and one browser."""

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from dev.stack import LocalStack
    from tests.shop import Shop

for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
    os.environ.pop(name, None)
os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_DEFAULT_REGION="ap-south-1",
    AWS_REGION="ap-south-1",
    AWS_EC2_METADATA_DISABLED="true",
)

# Chromium asks its maker's servers for this and that at each start, unless told not to.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Chromium, once for all tests: Playwright cannot be started twice in one thread."""
    from playwright.sync_api import sync_playwright

    from dev.processes import TOOLS

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=TOOLS / "chromium", args=QUIET)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[LocalStack]":
    """The application deployed to a local cloud of its own; each test brings its own customers."""
    from dev.demo.seed import seed_shop
    from dev.stack import LocalStack

    with LocalStack(tmp_path_factory.mktemp("stack"), simulator=True) as running:
        seed_shop(
            dynamodb=running.client("dynamodb"),
            table_name=running.outputs["TableName"],
            simulator_url=running.phone_url,
        )
        yield running


@pytest.fixture
def shop(stack: "LocalStack") -> "Iterator[Shop]":
    """Customers' phones, the table and the API of the deployed stack."""
    from tests.shop import Shop

    opened = Shop(stack)
    yield opened
    opened.close()
