"""Programs that the local cloud starts, and their orderly end."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from dev.console import Stop

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools" / "bin"


class Process:
    """A program that writes to a log file and ends on TERM.

    It gets a session of its own: Ctrl-C reaches `make run` alone, which then ends everything in
    the right order.
    """

    def __init__(
        self, name: str, command: Sequence[str], *, environment: Mapping[str, str], log: Path
    ) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.log = log
        with log.open("wb") as out:
            self._child = subprocess.Popen(
                command,
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._child.pid

    def is_running(self) -> bool:
        return self._child.poll() is None

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Return when it is ready; raises Stop with the end of its log when it ends or hangs."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.is_running():
                raise Stop(f"{self.name} ended while it started:\n{tail(self.log)}")
            if time.monotonic() > deadline:
                raise Stop(f"{self.name} was not ready after {seconds:.0f} s:\n{tail(self.log)}")
            time.sleep(0.05)

    def stop(self, *, seconds: float = 30) -> bool:
        """Ask it to end and wait; False when it had to be killed."""
        if self._child.poll() is not None:
            return True
        self._child.terminate()
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            kill_session(self._child.pid)
            self._child.wait()
            return False
        return True


def kill_session(leader: int) -> None:
    """Kill a process that we started in a session of its own, with its children."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def run(command: Sequence[str], *, environment: Mapping[str, str], log: Path) -> None:
    """Run a program to its end; raises Stop with the end of its log when it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise Stop(f"`{' '.join(command[:2])}` failed, see {log}:\n{tail(log)}")


def tail(log: Path, lines: int = 25) -> str:
    """The end of a log file, indented."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def answers(url: str) -> bool:
    """Whether anything speaks HTTP there, whatever its status."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def tool(name: str) -> str:
    """The path of a program of `make setup`; raises Stop when it is not there."""
    path = TOOLS / name
    if not path.exists():
        raise Stop(f"{name} is not set up. Run `make setup`, then try again.")
    return str(path)
