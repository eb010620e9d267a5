"""Only the payment gateway may tell us that something was paid."""

import hashlib
import hmac

import pytest

from orderdesk.adapters.payments.signature import check
from orderdesk.domain.errors import Forbidden, Unauthenticated

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
