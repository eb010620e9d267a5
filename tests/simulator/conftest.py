"""Each test gets its own simulator and a stand-in application; loopback sockets are open here."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import enable_socket

from dev.simulator.client import Simulator
from tests.simulator.harness import Application, Clock, Running, serve_application


@pytest.fixture(autouse=True)
def _sockets() -> None:
    enable_socket()


@pytest.fixture
def application() -> Iterator[Application]:
    application, stop = serve_application()
    yield application
    stop()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def simulator(tmp_path: Path, application: Application, clock: Clock) -> Iterator[Running]:
    running = Running(tmp_path, application, clock)
    yield running
    running.stop()


@pytest.fixture
def phone(simulator: Running) -> Simulator:
    return simulator.phone
