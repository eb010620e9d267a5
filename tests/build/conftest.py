"""The application as `sam build` makes it, for this machine so that it can be imported here."""

import fcntl
import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from tests.template import ROOT

HOME = ROOT / ".local" / "test-build"
INPUTS = ("template.yaml", "layers", "functions", "statemachine", "dev/artifact.py")


@pytest.fixture(scope="session")
def artifact() -> Path:
    """The folder with one folder per layer and function, built anew when a source changed."""
    HOME.mkdir(parents=True, exist_ok=True)
    made, stamp = HOME / "build", HOME / "stamp"
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        now = fingerprint()
        if not made.is_dir() or not stamp.is_file() or stamp.read_text() != now:
            sam_build(made)
            stamp.write_text(now)
    return made


def sam_build(directory: Path) -> None:
    tools = ROOT / ".tools" / "bin"
    answer = subprocess.run(
        [tools / "sam", "build", "--build-dir", directory],
        env={
            **os.environ,
            "LAMBDA_TARGET": "host",
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "SAM_CLI_TELEMETRY": "0",
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr


def fingerprint() -> str:
    digest = hashlib.sha256()
    for name in INPUTS:
        path = ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix != ".pyc":
                digest.update(f"{file.relative_to(ROOT)}\n".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()
