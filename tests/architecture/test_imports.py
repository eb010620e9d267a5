"""The weight of a cold start, counted in modules and not in milliseconds, so that it never wavers.

Measured costs of each, on this project's Python 3.13: botocore 160 ms, pydantic with models 80 to
110 ms, the event handler of Powertools 120 ms, jinja2 60 ms, asyncio 50 ms, Powertools' Logger 50.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import FUNCTIONS, ROOT

HEAVY = (
    "asyncio",
    "aws_lambda_powertools",
    "aws_lambda_powertools.event_handler",
    "aws_xray_sdk",
    "boto3",
    "botocore.client",
    "jinja2",
    "pydantic",
    "urllib3",
)

# What importing a handler may load; everything else of HEAVY comes with the first request that
# needs it, or never.
BUDGET = {
    "abandon_sweep": {"aws_lambda_powertools"},
    "api": {"aws_lambda_powertools", "pydantic"},
    "conduct": {"aws_lambda_powertools"},
    "courier_webhook": set[str](),
    "dashboard": {"aws_lambda_powertools", "jinja2", "urllib3"},
    "deliver_webhooks": {"aws_lambda_powertools"},
    "doctor": {"aws_lambda_powertools"},
    "enter_stage": {"aws_lambda_powertools"},
    "fetch_media": {"aws_lambda_powertools"},
    "inbox": {"aws_lambda_powertools", "pydantic"},
    "live": {"aws_lambda_powertools"},
    "notify_customer": {"aws_lambda_powertools"},
    "notify_staff": {"aws_lambda_powertools"},
    "pages": {"aws_lambda_powertools", "jinja2"},
    "payment_webhook": set[str](),
    "reconcile": {"aws_lambda_powertools"},
    "relay": {"aws_lambda_powertools"},
    "send_messages": {"aws_lambda_powertools"},
    "whatsapp_webhook": set[str](),
}

PROBE = """
import json, sys
__import__(sys.argv[1])
print(json.dumps([name for name in json.loads(sys.argv[2]) if name in sys.modules]))
"""


@pytest.mark.parametrize("name", sorted(path.parent.name for path in FUNCTIONS.glob("*/app.py")))
def test_a_handler_loads_no_more_than_its_budget(name: str) -> None:
    loaded = heavy_modules_after_importing(f"functions.{name}.app")

    assert loaded <= BUDGET[name]


def heavy_modules_after_importing(module: str) -> set[str]:
    path = os.pathsep.join(str(ROOT / part) for part in (Path(), "layers/core", "layers/web"))
    answer = subprocess.run(
        [sys.executable, "-c", PROBE, module, json.dumps(HEAVY)],
        env={**os.environ, "PYTHONPATH": path},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return set(json.loads(answer.stdout))
