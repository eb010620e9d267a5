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
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path,
        pid_file: Path | None = None,
    ) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.log = log
        self._pid_file = pid_file
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
        if pid_file:
            pid_file.write_text(f"{self._child.pid} {Path(command[-1]).name}")

    def is_running(self) -> bool:
        return self._child.poll() is None

    def check(self) -> None:
        """Raises Stop with the end of its log when it has ended with an error."""
        if self._child.poll():
            raise Stop(f"{self.name} failed, see {self.log}:\n{tail(self.log)}")

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
        ended_by_itself = self._end(seconds)
        if self._pid_file:
            self._pid_file.unlink(missing_ok=True)
        return ended_by_itself

    def _end(self, seconds: float) -> bool:
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


def end_leftover(pid_file: Path, *, seconds: float = 60) -> bool:
    """End the program of a pid file whose starter was killed, and wait; False when there is none.

    A process of that number that runs another command is somebody else's by now.
    """
    pid, _, program = pid_file.read_text().partition(" ") if pid_file.exists() else ("", "", "")
    if not pid.isdigit() or not program or program not in command_of(int(pid)):
        return False
    os.kill(int(pid), signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while program in command_of(int(pid)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return True


def command_of(pid: int) -> str:
    """The command line of a running process; empty when there is none."""
    shown = subprocess.run(
        ["ps", "-ww", "-p", str(pid), "-o", "command="],
        capture_output=True,
        text=True,
        check=False,
    )
    return shown.stdout


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
