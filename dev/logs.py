"""Follows the log of a function in the local cloud: `python -m dev.logs inbox`."""

import sys
import time
from itertools import chain

from dev.cloud import client, local_url
from dev.deploy import STACK


def main(arguments: list[str]) -> int:
    """Print what is there, then what comes, until Ctrl-C."""
    if len(arguments) != 1:
        print("usage: python -m dev.logs FUNCTION   (a folder's name in functions/)")
        return 2
    logs = client("logs", local_url())
    group = f"/aws/lambda/{STACK}-{arguments[0].replace('_', '-')}"
    seen: set[tuple[int, str, str]] = set()
    while True:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        for event in chain.from_iterable(page["events"] for page in pages):
            line = event["timestamp"], event["logStreamName"], event["message"]
            if line not in seen:
                seen.add(line)
                print(event["message"].rstrip(), flush=True)
        time.sleep(1)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(0)
