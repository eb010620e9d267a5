"""boto3 clients with one set of limits: a request path never waits for long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Callable

# `adaptive` would wait two seconds on the first throttle; `standard` waits a third of one.
LIMITS: Final = Config(
    retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=2, read_timeout=10
)

_make: Callable[..., Any] = boto3.client


def client(service: str, **options: object) -> Any:
    """A low-level client; the endpoint and credentials come from the environment."""
    return _make(service, config=LIMITS, **options)
