"""Which port each part of the local cloud listens on."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from dev.console import Stop

LOOPBACK = "127.0.0.1"
HIGHEST = 65535


@dataclass(frozen=True, slots=True)
class Port:
    """A port that is preferred, and the environment variable that names another one."""

    purpose: str
    variable: str
    preferred: int

    def choose(self, environment: Mapping[str, str] = os.environ) -> int:
        """The port of the environment variable, else the preferred one or the next free one.

        Raises Stop when the variable names a port that is taken, or none at all.
        """
        wanted = environment.get(self.variable)
        if wanted is None:
            return next_free(self.preferred)
        if not wanted.isdigit() or not 0 < int(wanted) <= HIGHEST:
            raise Stop(f"{self.variable} is {wanted!r}: set it to a port number, or leave it out.")
        if not is_free(int(wanted)):
            raise Stop(
                f"Port {wanted} for {self.purpose} is taken by another program. Set "
                f"{self.variable} to another port, or leave it out to have one found."
            )
        return int(wanted)


DASHBOARD = Port("the dashboard", "ORDERDESK_PORT", 8080)
PHONE = Port("the WhatsApp simulator", "ORDERDESK_PHONE_PORT", 8081)
CLOUD = Port("the local cloud", "ORDERDESK_CLOUD_PORT", 4566)


def require_free(port: int, purpose: str) -> int:
    """The port; raises Stop when it is taken, for what cannot move to another one."""
    if not is_free(port):
        raise Stop(
            f"Port {port} is taken by another program, and {purpose} needs this one. End that "
            f"program, then try again."
        )
    return port


def is_free(port: int) -> bool:
    """Whether a server could listen on it now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def next_free(first: int) -> int:
    """The first free port from `first` on; raises Stop after a hundred taken ones."""
    for port in range(first, min(first + 100, HIGHEST + 1)):
        if is_free(port):
            return port
    raise Stop(f"No port from {first} to {first + 99} is free.")


def any_free() -> int:
    """A free port of the system's choice."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port
