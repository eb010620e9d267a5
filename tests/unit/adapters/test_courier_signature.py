"""Only who shares a secret with the shop may say where a parcel is."""

import hashlib
import hmac

import pytest

from orderdesk.adapters.couriers.signature import check
from orderdesk.domain.errors import Forbidden, Unauthenticated

BODY = '{"status":"delivered","note":"दरवाज़े पर \\/ é"}'.encode()
SECRETS = ("new", "old")


def signed(secret: str, body: bytes = BODY) -> dict[str, str]:
    made = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"x-orderdesk-signature": f"sha256={made}"}


@pytest.mark.parametrize("secret", SECRETS)
def test_both_secrets_are_good_while_one_is_being_changed(secret: str) -> None:
    check(BODY, signed(secret), SECRETS)
    check(BODY, {"x-api-key": secret}, SECRETS)


def test_a_signature_in_capitals_is_the_same_signature() -> None:
    shouted = {name: value.upper() for name, value in signed("new").items()}

    check(BODY, shouted, SECRETS)


@pytest.mark.parametrize("headers", [{}, {"x-orderdesk-signature": ""}, {"x-api-key": ""}])
def test_without_signature_and_token_it_is_nobody(headers: dict[str, str]) -> None:
    with pytest.raises(Unauthenticated):
        check(BODY, headers, SECRETS)


@pytest.mark.parametrize(
    "headers",
    [
        {"x-orderdesk-signature": "sha256=00"},
        {"x-orderdesk-signature": "é"},
        {"x-orderdesk-signature": signed("new")["x-orderdesk-signature"].removeprefix("sha256=")},
        signed("other"),
        signed("new", BODY + b" "),
        {"x-api-key": "other"},
        {"x-api-key": "NEW"},
        {"x-api-key": "é"},
    ],
)
def test_what_does_not_fit_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(Forbidden):
        check(BODY, headers, SECRETS)


def test_a_good_token_does_not_excuse_a_wrong_signature() -> None:
    with pytest.raises(Forbidden):
        check(BODY, {**signed("other"), "x-api-key": "new"}, SECRETS)


def test_a_shop_without_a_secret_believes_nobody() -> None:
    for headers in (signed(""), {"x-api-key": "any"}):
        with pytest.raises(Forbidden):
            check(BODY, headers, ())
