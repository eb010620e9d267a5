"""The WhatsApp and payment simulator in a thread, for adapters to talk to over real sockets."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from dev.simulator.app import build_app
from dev.simulator.client import Simulator as Client
from dev.simulator.config import Settings

ACCESS_TOKEN = "the-access-token"
PAYMENT_KEY = "key_id:key_secret"
STRIPE_KEY = "sk_test_key"
PHONE_NUMBER = "106540352242922"


class Simulator(Client):
    """Plays the simulated people; the adapters are given its addresses."""

    @property
    def graph_url(self) -> str:
        return f"{self.base_url}/v26.0"

    @property
    def payments_url(self) -> str:
        return f"{self.base_url}/payments"

    @property
    def stripe_url(self) -> str:
        return f"{self.base_url}/stripe"


@contextmanager
def running_simulator(state_dir: Path) -> Iterator[Simulator]:
    """On a free port of this machine, with its webhooks going nowhere."""
    ready = threading.Event()
    found: list[Any] = []
    thread = threading.Thread(target=_serve, args=(state_dir, found.append, ready), daemon=True)
    thread.start()
    assert ready.wait(20), "the simulator did not start"
    url, loop, stop = found
    try:
        yield Simulator(url)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)


def _serve(state_dir: Path, tell: Callable[[Any], None], ready: threading.Event) -> None:
    async def serve() -> None:
        stop = asyncio.Event()
        site = web.AppRunner(build_app(_settings(state_dir)), shutdown_timeout=1)
        await site.setup()
        server = web.TCPSite(site, "127.0.0.1", 0)
        await server.start()
        [address] = site.addresses
        for each in (f"http://127.0.0.1:{address[1]}", asyncio.get_running_loop(), stop):
            tell(each)
        ready.set()
        await stop.wait()
        await site.cleanup()

    asyncio.run(serve())


def _settings(state_dir: Path) -> Settings:
    nowhere = "http://127.0.0.1:9"
    return Settings(
        port=0,
        webhook_url=nowhere,
        payment_webhook_url=nowhere,
        app_secret="app-secret",
        verify_token="verify-token",
        access_token=ACCESS_TOKEN,
        payment_secret="payment-secret",
        payment_key=PAYMENT_KEY,
        stripe_key=STRIPE_KEY,
        state_dir=state_dir,
    )
