"""Meta's GET handshake with a webhook, and what its result means."""

import secrets

import aiohttp

from dev.simulator.config import Settings
from dev.simulator.store import Json

ANSWER_SECONDS = 10
HTTP_OK = 200


async def verify_webhook(settings: Settings, *, token: str | None = None) -> Json:
    """Call the webhook as Meta does when its URL is saved, and say in words how it went."""
    challenge = str(secrets.randbelow(10**10))
    query = {
        "hub.mode": "subscribe",
        "hub.challenge": challenge,
        "hub.verify_token": settings.verify_token if token is None else token,
    }
    timeout = aiohttp.ClientTimeout(ANSWER_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(settings.webhook_url, params=query) as response,
        ):
            status, body = response.status, await response.text()
    except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
        reason = str(problem) or type(problem).__name__
        return _result(settings, ok=False, status=None, said=f"no answer: {reason}")
    if status != HTTP_OK:
        said = f"answered {status}: the verify token does not match, or the route is missing"
        return _result(settings, ok=False, status=status, said=said)
    if body != challenge:
        said = f"answered 200 with {body[:80]!r} instead of the bare challenge {challenge}"
        return _result(settings, ok=False, status=status, said=said)
    return _result(settings, ok=True, status=status, said="answered the challenge")


def _result(settings: Settings, *, ok: bool, status: int | None, said: str) -> Json:
    return {"ok": ok, "status": status, "said": said, "url": settings.webhook_url}
