"""Faults 32 and 34: secrets that change, and a store of secrets that is down."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING

import boto3
import pytest

from orderdesk import wiring
from orderdesk.adapters import secrets
from tests.faulty import lost_on_the_way
from tests.whatsapp import a_cart, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.rig import Rig

CART = said(a_cart())
NAME = "/orderdesk/secrets"


class Vault:
    """The parameter, and the seconds that went by for those who keep what they read of it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def keep(self, *app_secrets: str) -> None:
        value = json.dumps({"app_secrets": app_secrets, "verify_token": "token"})
        ssm = boto3.client("ssm")
        ssm.put_parameter(Name=NAME, Value=value, Type="SecureString", Overwrite=True)


@pytest.fixture
def vault(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vault]:
    made = Vault()
    monkeypatch.setattr(secrets, "client", rig.faulty.client)
    monkeypatch.setattr(secrets, "time", SimpleNamespace(monotonic=lambda: made.seconds))
    monkeypatch.setattr(wiring, "secrets", lambda: secrets.read(NAME))
    secrets._kept.clear()
    yield made
    secrets._kept.clear()


def test_fault_32_two_secrets_are_good_during_a_rotation_and_one_after_it(
    rig: Rig, vault: Vault
) -> None:
    vault.keep("new", "old")
    assert [rig.post(CART, secret) for secret in ("old", "new", "third")] == [200, 200, 403]

    vault.keep("new")
    vault.seconds += 301

    assert [rig.post(CART, secret) for secret in ("old", "new")] == [403, 200]


def test_fault_34_what_was_read_serves_on_while_the_store_is_down(rig: Rig, vault: Vault) -> None:
    vault.keep("known")
    assert rig.post(CART, "known") == 200
    rig.faulty.meets("GetParameter", lost_on_the_way, times=None)
    vault.seconds += 3600

    assert rig.post(CART, "known") == 200
    assert rig.post(CART, "guessed") == 403


def test_fault_34_without_secrets_nobody_gets_in_and_the_sender_tries_again(
    rig: Rig, vault: Vault
) -> None:
    vault.keep("known")
    rig.faulty.meets("GetParameter", lost_on_the_way, times=None)

    assert rig.post(CART, "known") == 503
    assert not rig.inbox.entries

    rig.faulty.recovers()
    assert rig.post(CART, "known") == 200
