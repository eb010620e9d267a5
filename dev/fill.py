"""Fills the demo shop; a program of its own, so that Ctrl-C can end it in the middle.

Run by `make run`, with the local cloud in its environment.
"""

import os

import boto3

from dev.demo.seed import seed, seed_shop


def main() -> None:
    """Print a line for each order; a shop that has orders keeps its own."""
    dynamodb = boto3.client("dynamodb")
    table_name, simulator_url = os.environ["TABLE_NAME"], os.environ["SIMULATOR_URL"]
    seed_shop(dynamodb=dynamodb, table_name=table_name, simulator_url=simulator_url)
    seed(dynamodb=dynamodb, table_name=table_name, simulator_url=simulator_url, say=say)


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
