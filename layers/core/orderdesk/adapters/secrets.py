"""The shop's secrets: one SSM SecureString with a JSON object in it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Final

from orderdesk.adapters.aws import client
from orderdesk.domain.errors import Unavailable

KEEP_SECONDS: Final = 300
_kept: dict[str, tuple[float, Secrets]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Two secrets of a kind are accepted while one is being rotated."""

    app_secrets: tuple[str, ...]
    verify_token: str
    access_token: str = ""
    payment_webhook_secrets: tuple[str, ...] = ()
    payment_api_key: str = ""
    stripe_webhook_secrets: tuple[str, ...] = ()
    stripe_api_key: str = ""
    courier_webhook_secrets: tuple[str, ...] = ()
    signing_key: str = ""


def read(parameter: str) -> Secrets:
    """From SSM, or from memory when read less than five minutes ago.

    When SSM is down, what is in memory serves on; without it, raises Unavailable, so that the
    sender tries again.
    """
    kept = _kept.get(parameter)
    if kept and time.monotonic() - kept[0] < KEEP_SECONDS:
        return kept[1]
    try:
        found = parse(_fetch(parameter))
    except Exception as error:
        if kept:
            return kept[1]
        raise Unavailable(f"The secrets in {parameter} cannot be read.") from error
    _kept[parameter] = (time.monotonic(), found)
    return found


def parse(text: str) -> Secrets:
    """Unknown keys are ignored. Raises KeyError for a missing app secret or verify token, and
    TypeError for secrets that are not in a list: the letters of a text would each be a secret.
    """
    given = json.loads(text)
    return Secrets(
        app_secrets=_list(given["app_secrets"]),
        verify_token=given["verify_token"],
        access_token=given.get("access_token", ""),
        payment_webhook_secrets=_list(given.get("payment_webhook_secrets", [])),
        payment_api_key=given.get("payment_api_key", ""),
        stripe_webhook_secrets=_list(given.get("stripe_webhook_secrets", [])),
        stripe_api_key=given.get("stripe_api_key", ""),
        courier_webhook_secrets=_list(given.get("courier_webhook_secrets", [])),
        signing_key=given.get("signing_key", ""),
    )


def _list(given: object) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise TypeError("app_secrets and the webhooks' secrets are lists of texts")
    return tuple(each for each in given if each)


def _fetch(parameter: str) -> str:
    answer = client("ssm").get_parameter(Name=parameter, WithDecryption=True)
    value: str = answer["Parameter"]["Value"]
    return value
