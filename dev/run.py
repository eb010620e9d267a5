"""`make run`: the local cloud, the application, the demo shop and the WhatsApp simulator.

Everything it keeps is in .local (ORDERDESK_LOCAL_DIR names another folder): orders outlive it.
"""

import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from dev import staff
from dev.cloud import kept_port, local_directory
from dev.console import Console, Stop
from dev.ports import CLOUD, DASHBOARD, PHONE, Port, require_free
from dev.processes import ROOT, Process, tail
from dev.stack import LocalStack, Ports, end_leftovers


def main() -> int:
    """Run until Ctrl-C or TERM; 1 when something has to be done first, which is printed."""
    console = Console()
    signal.signal(signal.SIGTERM, interrupt)
    try:
        with alone(local_directory()) as directory:
            serve(directory, console)
    except Stop as reason:
        console.say(f"\n{reason}")
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def serve(directory: Path, console: Console) -> None:
    """Start everything, print where it is and wait; ends it all whatever happens."""
    console.title("Orderdesk on this machine")
    started = time.monotonic()
    if end_leftovers(directory):
        console.say("  Ended what an earlier run had left behind when it was killed.")
    ports = Ports(
        dashboard=choose(DASHBOARD, console),
        phone=choose(PHONE, console),
        cloud=cloud_port(directory, console),
    )
    stack = LocalStack(directory, ports=ports, simulator=True, console=console)
    try:
        stack.start()
        with console.step("Executions of the orders that are on their way"):
            stack.heal()
        console.say(f"\nReady after {time.monotonic() - started:.0f} s.\n\n{addresses(stack)}\n")
        # After the addresses, so that the first orders can be watched as they come.
        fill(stack, console)
        watch(stack)
    finally:
        # A second Ctrl-C must not cut short what writes the orders to disk.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        console.say()
        stack.stop()


def fill(stack: LocalStack, console: Console) -> None:
    """Let a morning of orders happen in the demo shop; one that has orders keeps its own.

    What goes wrong with the demo is said and is no reason to end the rest.
    """
    log = stack.log_of("demo")
    process = Process(
        "The demo shop",
        [sys.executable, "-m", "dev.fill"],
        environment=stack.cloud.environment()
        | {
            "PYTHONPATH": str(ROOT / "layers" / "core"),
            "SIMULATOR_URL": stack.phone_url,
            "TABLE_NAME": stack.outputs["TableName"],
        },
        log=log,
    )
    try:
        with console.step("Demo shop: a morning of orders") as step:
            while process.is_running():
                step.progress(tail(log, lines=1).strip())
                time.sleep(0.2)
            process.check()
            step.outcome = f"Demo shop: {tail(log, lines=1).strip()}"
    except Stop as problem:
        console.say(str(problem))
    finally:
        process.stop(seconds=5)


def watch(stack: LocalStack) -> None:
    """Return never, but by Ctrl-C, by TERM, or by Stop when a part ends by itself."""
    while True:
        time.sleep(0.5)
        if reason := stack.failure():
            raise Stop(reason)


def addresses(stack: LocalStack) -> str:
    """What to open, and how to sign in."""
    rows = [
        ("Dashboard", stack.url, f"sign in as {staff.STAFF[0].email}, password {staff.PASSWORD}"),
        ("Phone", stack.phone_url, "a customer's WhatsApp: send a cart"),
        ("API", f"{stack.url}/api", f"described by {stack.url}/openapi.json"),
        ("AWS", stack.cloud.url, "any key and secret `orderdesk-local`, region ap-south-1"),
        ("Logs", str(relative(stack.directory / "logs")), "a function's: python -m dev.logs inbox"),
    ]
    lines = [f"  {name:<10} {where:<28} {what}" for name, where, what in rows]
    roles = ", ".join(f"{member.role}@" for member in staff.STAFF[1:])
    lines += ["", f"  Other staff, same password: {roles}"]
    lines += ["  Ctrl-C ends everything and keeps the orders."]
    return "\n".join(lines)


def choose(port: Port, console: Console) -> int:
    """The port to listen on; says so when it is not the usual one."""
    chosen = port.choose()
    if port.variable not in os.environ and chosen != port.preferred:
        console.say(
            f"  Port {port.preferred} is taken, so {port.purpose} is on {chosen} "
            f"({port.variable} sets another)."
        )
    return chosen


def cloud_port(directory: Path, console: Console) -> int:
    """The one that this folder's cloud was made on, which it cannot leave; else a free one."""
    kept = kept_port(directory / "cloud")
    if kept is None or CLOUD.variable in os.environ:
        return choose(CLOUD, console)
    return require_free(kept, CLOUD.purpose)


@contextmanager
def alone(directory: Path) -> Iterator[Path]:
    """Hold the folder: two local clouds on one state would overwrite each other. Raises Stop."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Stop(
                f"Orderdesk runs from this folder already (process {lock.read().strip()}). End it "
                "with Ctrl-C, or give this one a folder and ports of its own: ORDERDESK_LOCAL_DIR, "
                "ORDERDESK_PORT, ORDERDESK_PHONE_PORT, ORDERDESK_CLOUD_PORT."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield directory


def relative(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
