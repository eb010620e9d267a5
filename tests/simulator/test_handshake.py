"""The GET handshake, as Meta does it when a webhook is saved."""

from dev.simulator.client import Simulator
from tests.simulator.harness import Application


def test_a_webhook_that_answers_the_bare_challenge_is_verified(phone: Simulator) -> None:
    result = phone.verify_webhook()

    assert result["ok"]
    assert result["status"] == 200


def test_a_wrong_verify_token_is_reported(phone: Simulator) -> None:
    result = phone.verify_webhook(token="another")

    assert not result["ok"]
    assert result["status"] == 403
    assert "verify token" in result["said"]


def test_a_quoted_challenge_is_not_accepted(phone: Simulator, application: Application) -> None:
    application.challenge = lambda query: (200, f'"{query["hub.challenge"]}"')

    result = phone.verify_webhook()

    assert not result["ok"]
    assert "bare challenge" in result["said"]
