"""What Meta's error codes mean for the message and for the staff."""

import pytest

from orderdesk.adapters.whatsapp.refusals import REFUSALS, refusal_of


@pytest.mark.parametrize("code", [4, 80007, 130429, 131056, 133016])
def test_a_rate_limit_is_waited_for(code: int) -> None:
    assert refusal_of(code, http_status=400).retry


@pytest.mark.parametrize("code", [1, 2, 131000, 131016, 131057, 133004])
def test_trouble_at_meta_is_tried_again(code: int) -> None:
    assert refusal_of(code, http_status=400).retry


@pytest.mark.parametrize("code", [0, 190, 3, 10, 200, 299, 131005])
def test_a_wrong_token_keeps_the_message_for_the_right_one(code: int) -> None:
    refusal = refusal_of(code, http_status=401)

    assert refusal.retry
    assert "token" in refusal.meaning


@pytest.mark.parametrize(
    "code", [131047, 131026, 131062, 1026, 130472, 131050, 368, 131031, 100, 131009, 132001, 2046]
)
def test_what_cannot_change_is_not_tried_again(code: int) -> None:
    assert not refusal_of(code, http_status=400).retry


def test_a_closed_window_tells_staff_what_reaches_the_customer_now() -> None:
    assert "only a template reaches them" in refusal_of(131047, http_status=400).meaning


@pytest.mark.parametrize(("status", "retry"), [(500, True), (503, True), (429, True), (400, False)])
@pytest.mark.parametrize("code", [None, 987654])
def test_of_an_unknown_code_the_http_status_decides(
    code: int | None, status: int, retry: bool
) -> None:
    assert refusal_of(code, http_status=status).retry is retry


def test_every_code_has_words_that_go_on_in_a_sentence() -> None:
    assert all(each.meaning and not each.meaning.endswith(".") for each in REFUSALS.values())
