"""What every Graph API call passes through: bad days, the token, Meta's error shape, the record."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from dev.simulator.access import authorise
from dev.simulator.config import Settings
from dev.simulator.errors import INVALID_PARAMETER, TOKEN_INVALID, GraphError
from dev.simulator.failures import Failures
from dev.simulator.outage import NoAnswerError, Outage
from dev.simulator.store import Json
from dev.simulator.world import World

type Answer = Callable[[web.Request], Awaitable[Json]]

LOGGED = 500
EXPIRED = "Error validating access token: Session has expired."


class Calls:
    """Answers with what an endpoint returns, or with Meta's error, and writes both down."""

    def __init__(self, settings: Settings, world: World) -> None:
        self._settings = settings
        self._world = world
        self.failures = Failures()
        self.outage = Outage(world.now)
        #: The last calls with their answers, for tests and for the page.
        self.log: deque[Json] = deque(maxlen=LOGGED)

    def forget(self) -> None:
        self.failures.clear()
        self.outage.end()
        self.log.clear()

    def of(self, answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
        """The handler of an endpoint whose name is that of the function."""

        async def handle(request: web.Request) -> web.Response:
            sent = _readable(await request.read()) if _is_json(request) else dict(request.query)
            try:
                body, status = await self._answer(request, answer), 200
            except GraphError as problem:
                body, status = problem.body(), problem.http_status
            except NoAnswerError:
                return self._hang_up(request, sent)
            self._write_down(request, sent, status, body)
            return web.json_response(body, status=status)

        return handle

    async def _answer(self, request: web.Request, answer: Answer) -> Json:
        await asyncio.sleep(self._world.switches.slow_ms / 1000)
        lost = await self.outage.before()
        authorise(request, self._settings.access_token)
        if self._world.switches.token_expired:
            raise GraphError(TOKEN_INVALID, message=EXPIRED)
        body = await answer(request)
        if lost:
            raise NoAnswerError
        return body

    def _hang_up(self, request: web.Request, sent: Any) -> web.Response:
        self._write_down(request, sent, 0, {})
        if request.transport:
            request.transport.abort()
        return web.Response(status=504)

    def _write_down(self, request: web.Request, sent: Any, status: int, answer: Json) -> None:
        call = {
            "at": self._world.now(),
            "method": request.method,
            "path": request.path,
            "status": status,
            "request": sent,
            "answer": answer,
        }
        self.log.append(call)
        self._world.hub.publish("call", call)


async def json_of(request: web.Request) -> Json:
    """The body of a call; raises GraphError 100 unless it is a JSON object."""
    try:
        body = json.loads(await request.read())
    except ValueError as problem:
        raise GraphError(INVALID_PARAMETER, "the body is not JSON") from problem
    if not isinstance(body, dict):
        raise GraphError(INVALID_PARAMETER, "the body is not a JSON object")
    return body


def _is_json(request: web.Request) -> bool:
    return request.method == "POST" and not request.content_type.startswith("multipart/")


def _readable(sent: bytes) -> Any:
    try:
        return json.loads(sent)
    except ValueError:
        return sent.decode(errors="replace")
