"""The application as `sam build` makes it, for this machine so that it can be imported here."""

from pathlib import Path

import pytest

from dev import deploy


@pytest.fixture(scope="session")
def artifact() -> Path:
    """The folder with one folder per layer and function, built anew when a source changed."""
    deploy.build(deploy.BUILD / "test.log")
    return deploy.BUILD / "application"
