"""Runs the simulator: `python -m dev.simulator --help` lists what it needs."""

import logging
import sys

from aiohttp import web

from dev.simulator.app import build_app
from dev.simulator.config import read_settings


def main() -> int:
    """Serve until interrupted; returns 1 with a hint when the port is taken."""
    settings = read_settings(sys.argv[1:])
    logging.basicConfig(level=logging.WARNING, format="simulator: %(message)s")
    try:
        web.run_app(
            build_app(settings),
            host=settings.host,
            port=settings.port,
            access_log=None,
            shutdown_timeout=2,
            print=lambda *_: print(f"The phone is at {settings.base_url}/", flush=True),
        )
    except OSError as problem:
        place = f"{settings.host}:{settings.port}"
        print(
            f"simulator: cannot listen on {place}: {problem}. Try another --port.", file=sys.stderr
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
