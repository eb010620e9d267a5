"""How long each built function takes to be ready, against a floor measured in the same run."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from bench.report import Figure, Section, at_most, spread
from dev import deploy
from tests.template import ROOT, folder_of, functions, layers_of, template

ROUNDS: Final = 15
FLOOR: Final = "import boto3; boto3.client('dynamodb')"
READY: Final = """
import json, sys
sys.path[:0] = json.loads(sys.argv[1])
import app
from orderdesk.adapters.aws import client
for service in json.loads(sys.argv[2]):
    client(service)
"""
COUNT: Final = READY + "print(len(sys.modules))"
# What each handler reaches on an ordinary invocation.
CLIENTS: Final = {
    "whatsapp_webhook": ["ssm", "sqs"],
    "payment_webhook": ["ssm", "dynamodb"],
    "courier_webhook": ["ssm", "dynamodb"],
    "inbox": ["dynamodb", "sqs"],
    "api": ["dynamodb"],
    "dashboard": ["dynamodb"],
    "live": ["ssm", "dynamodb"],
    "relay": ["sns"],
    "conduct": ["dynamodb", "stepfunctions"],
    "notify_customer": ["dynamodb", "sqs"],
    "send_messages": ["dynamodb", "ssm", "sqs"],
    "notify_staff": ["dynamodb"],
    "enter_stage": ["dynamodb", "stepfunctions", "sqs"],
    "abandon_sweep": ["dynamodb", "stepfunctions"],
    "doctor": ["dynamodb", "stepfunctions"],
    "reconcile": ["dynamodb"],
    "pages": ["ssm", "dynamodb"],
    "fetch_media": ["ssm", "dynamodb", "s3"],
}
# Times the floor: ingress answers Meta, pages and API answer people, workers answer queues.
BUDGETS: Final = {
    "whatsapp_webhook": 0.8,
    "payment_webhook": 1.4,
    "courier_webhook": 1.4,
    "api": 1.4,
    "dashboard": 1.4,
}
WORKER: Final = 1.15

METHOD: Final = f"""\
Whole process from spawn to exit: the built handler imported and its AWS clients made, with the
artifact's own folders on the path and nothing else. {ROUNDS} rounds, all functions and the floor in
turn in each round; medians, and the ratio of medians. The floor is
`boto3.client("dynamodb")` as pip installs it."""


def measure() -> Section:
    deploy.build(deploy.BUILD / "bench.log")
    commands = {"floor": [sys.executable, "-c", FLOOR]}
    commands |= {folder: _ready(logical_id, READY) for logical_id, folder in _folders()}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for name in commands:
        _run(commands[name])  # the first reads files that later ones find in memory
    for _ in range(ROUNDS):
        for name, command in commands.items():
            begun = time.perf_counter()
            _run(command)
            times[name].append((time.perf_counter() - begun) * 1000)
    floor = statistics.median(times["floor"])
    figures = [Figure(what="floor, ms", value=spread(times["floor"]))]
    for logical_id, folder in _folders():
        ratio = statistics.median(times[folder]) / floor
        count = _run(_ready(logical_id, COUNT)).strip()
        what = f"`{folder}`: {spread(times[folder])} ms, {count} modules"
        figures.append(at_most(what, ratio, BUDGETS.get(folder, WORKER), "× floor"))
    return Section(title="Start of each function", method=METHOD, figures=tuple(figures))


def _folders() -> list[tuple[str, str]]:
    return [(name, folder_of(template()["Resources"][name])) for name, _ in functions()]


def _ready(logical_id: str, code: str) -> list[str]:
    artifact = deploy.BUILD / "application"
    resource = template()["Resources"][logical_id]
    paths = [
        artifact / logical_id,
        *(artifact / layer / "python" for layer in layers_of(resource)),
    ]
    clients = json.dumps(CLIENTS[folder_of(resource)])
    interpreter = str(ROOT / ".tools" / "bin" / "python3.13")
    return [interpreter, "-I", "-S", "-c", code, json.dumps([str(path) for path in paths]), clients]


def _run(command: list[str]) -> str:
    environment = {
        "AWS_DEFAULT_REGION": "ap-south-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "PATH": os.environ["PATH"],
        "HOME": str(Path.home()),
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout
