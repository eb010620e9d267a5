"""Pages need neither a network nor AWS."""

from collections.abc import Iterator

import pytest
from pytest_socket import disable_socket, enable_socket

from tests.pages.browser import Browser


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()


@pytest.fixture
def browser() -> Browser:
    return Browser()
