"""Live updates to open phone pages by server-sent events."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from aiohttp import web

from dev.simulator.store import Json

HEARTBEAT_SECONDS = 15
BACKLOG = 1000


@dataclass(eq=False, slots=True)
class Screen:
    """One open page and the thread that its customer is looking at."""

    customer_id: str | None
    reading: bool
    events: asyncio.Queue[str | None] = field(
        default_factory=lambda: asyncio.Queue(maxsize=BACKLOG)
    )


class Hub:
    """Tells every open page what changed, and knows which threads are being looked at."""

    def __init__(self) -> None:
        self._screens: set[Screen] = set()

    def is_reading(self, customer_id: str) -> bool:
        return any(s.reading and s.customer_id == customer_id for s in self._screens)

    def publish(self, event: str, data: Json) -> None:
        if not self._screens:
            return
        line = f"event: {event}\ndata: {json.dumps(data)}\n\n"
        for screen in list(self._screens):
            try:
                screen.events.put_nowait(line)
            except asyncio.QueueFull:
                # A page that does not read for so long reloads its state when it reconnects.
                self._screens.discard(screen)

    def close(self) -> None:
        for screen in self._screens:
            with contextlib.suppress(asyncio.QueueFull):
                screen.events.put_nowait(None)

    @contextlib.asynccontextmanager
    async def screen(self, customer_id: str | None, *, reading: bool) -> AsyncIterator[Screen]:
        screen = Screen(customer_id, reading)
        self._screens.add(screen)
        try:
            yield screen
        finally:
            self._screens.discard(screen)


async def stream(
    request: web.Request, hub: Hub, on_open: Callable[[str], None]
) -> web.StreamResponse:
    """Serve one page's event stream until the page leaves or the simulator stops."""
    customer_id = request.query.get("customer")
    reading = request.query.get("reading") == "1"
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    )
    await response.prepare(request)
    async with hub.screen(customer_id, reading=reading) as screen:
        await response.write(b": open\n\n")
        if customer_id and reading:
            on_open(customer_id)
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await _pump(screen, response)
    return response


async def _pump(screen: Screen, response: web.StreamResponse) -> None:
    while True:
        try:
            line = await asyncio.wait_for(screen.events.get(), HEARTBEAT_SECONDS)
        except TimeoutError:
            line = ": still here\n\n"
        if line is None:
            return
        await response.write(line.encode())
