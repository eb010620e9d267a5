"""dynalite, a DynamoDB engine for scale: flat at 100,000 orders, and it counts capacity."""

from __future__ import annotations

import shutil
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from dev.ports import LOOPBACK, any_free
from dev.processes import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION: Final = "4.0.0"
FOLDER: Final = ROOT / ".tools" / "dynalite"


def missing() -> str:
    """What to install; empty when nothing is missing."""
    return "" if shutil.which("npm") else "npm is not here: install Node.js to measure lists"


@contextmanager
def engine() -> Iterator[str]:
    """The address of an empty engine that keeps its data in memory."""
    binary = FOLDER / "node_modules" / ".bin" / "dynalite"
    if not binary.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", f"dynalite@{VERSION}"]
        subprocess.run([*install, "--prefix", str(FOLDER)], check=True)
    port = any_free()
    command = [str(binary), "--host", LOOPBACK, "--port", str(port), "--createTableMs", "0"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://{LOOPBACK}:{port}"
        _wait_for(url)
        yield url
    finally:
        process.terminate()
        process.wait()


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("dynalite did not start within ten seconds")


class Counting:
    """Counts the calls of a client and the capacity that they consumed."""

    def __init__(self, client: Any) -> None:
        self.calls = 0
        self.units = 0.0
        events = client.meta.events
        events.register("before-parameter-build.dynamodb.Query", self._ask)
        events.register("after-call.dynamodb", self._note)

    def reset(self) -> None:
        self.calls, self.units = 0, 0.0

    def _ask(self, params: dict[str, Any], **_: object) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def _note(self, parsed: dict[str, Any], **_: object) -> None:
        self.calls += 1
        self.units += parsed.get("ConsumedCapacity", {}).get("CapacityUnits", 0.0)
