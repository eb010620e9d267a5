"""Make a key for the HTTP API and show it once: `python -m dev.api_key --help`."""

from __future__ import annotations

import argparse
import secrets

from orderdesk.adapters.aws import client
from orderdesk.adapters.dynamo.api_keys import DynamoApiKeys
from orderdesk.api.context import READ, SCOPES, key_hash
from orderdesk.domain.orders.actor import STAFF_ROLES, Role
from orderdesk.usecases.ports import ApiKey, ApiKeys

SECRET_BYTES = 32


def main() -> None:
    given = _arguments()
    keys = DynamoApiKeys(client("dynamodb"), given.table)
    scopes = tuple(given.scope or (READ,))
    role = Role(given.role)
    print(make_key(keys, store_id=given.store, name=given.name, scopes=scopes, role=role))


def make_key(
    keys: ApiKeys,
    *,
    store_id: str,
    name: str,
    scopes: tuple[str, ...],
    role: Role = Role.AGENT,
) -> str:
    """The key, of which only a hash is stored: whoever loses it makes a new one."""
    token = f"od_{store_id}_{secrets.token_hex(SECRET_BYTES)}"
    hashed = key_hash(token)
    key = ApiKey(
        store_id=store_id, key_id=hashed[:8], hash=hashed, name=name, scopes=scopes, role=role
    )
    keys.put(key)
    return token


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", required=True, help="TableName of the stack's outputs")
    parser.add_argument("--store", default="main", help="the store that the key belongs to")
    parser.add_argument("--name", required=True, help="who uses it; stands in the history")
    parser.add_argument("--scope", action="append", choices=SCOPES, help="repeat for several")
    parser.add_argument(
        "--role",
        choices=[role.value for role in STAFF_ROLES],
        default=Role.AGENT.value,
        help="what it may do with orders, as a member of staff",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
