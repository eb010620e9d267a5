"""Only the payment gateway may tell us that something was paid."""

import hashlib
import hmac

import pytest

from orderdesk.adapters.payments.signature import check, check_stripe
from orderdesk.domain.errors import Forbidden, Unauthenticated
from tests.builders import NOW

BODY = '{"event":"payment.captured","note":"₹ \\/ é"}'.encode()


def signed(secret: str, body: bytes = BODY) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize("secret", ["new", "old"])
def test_both_secrets_are_good_while_one_is_being_changed(secret: str) -> None:
    check(BODY, signed(secret), ("new", "old"))


def test_a_missing_signature_is_nobody() -> None:
    with pytest.raises(Unauthenticated):
        check(BODY, "", ("new",))


@pytest.mark.parametrize("signature", ["00", "é", signed("other"), signed("new", BODY + b" ")])
def test_a_wrong_signature_is_refused(signature: str) -> None:
    with pytest.raises(Forbidden):
        check(BODY, signature, ("new", "old"))


def test_a_shop_without_a_secret_believes_nobody() -> None:
    with pytest.raises(Forbidden):
        check(BODY, signed(""), ())


def stripe_header(secret: str = "new", *, late: int = 0, body: bytes = BODY) -> str:
    at = int(NOW.timestamp()) - late
    return f"t={at},v1={signed(secret, f'{at}.'.encode() + body)},v0=old"


@pytest.mark.parametrize("secret", ["new", "old"])
def test_stripe_may_sign_with_either_secret(secret: str) -> None:
    check_stripe(BODY, stripe_header(secret), ("new", "old"), now=NOW)


def test_any_of_stripes_signatures_may_fit() -> None:
    at, _, v1 = stripe_header().partition(",")

    check_stripe(BODY, f"{at},v1={'0' * 64}, {v1}", ("new",), now=NOW)


@pytest.mark.parametrize("late", [-299, 0, 299])
def test_clocks_may_differ_by_five_minutes(late: int) -> None:
    check_stripe(BODY, stripe_header(late=late), ("new",), now=NOW)


@pytest.mark.parametrize("late", [-301, 301, 86400])
def test_a_request_that_somebody_kept_is_refused(late: int) -> None:
    with pytest.raises(Forbidden, match="five minutes"):
        check_stripe(BODY, stripe_header(late=late), ("new",), now=NOW)


@pytest.mark.parametrize(
    "header",
    [
        "anything",
        "t=,v1=00",
        f"t={'9' * 5000},v1=00",
        "t=\u0661,v1=00",
        "v1=00",
        stripe_header("other"),
        stripe_header(body=BODY + b" "),
        stripe_header().replace("v1=", "v2="),
        stripe_header().replace("t=1", "t=2"),
    ],
)
def test_a_stripe_signature_that_does_not_fit_is_refused(header: str) -> None:
    with pytest.raises(Forbidden):
        check_stripe(BODY, header, ("new", "old"), now=NOW)


def test_a_missing_stripe_signature_is_nobody() -> None:
    with pytest.raises(Unauthenticated):
        check_stripe(BODY, "", ("new",), now=NOW)
