"""Open dashboards: which there are, and a word to all of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from orderdesk.adapters.dynamo import keys
from orderdesk.adapters.dynamo.table import Table
from orderdesk.domain.errors import Unavailable

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from mypy_boto3_dynamodb import DynamoDBClient

    from orderdesk.usecases.ports import Connection

# API Gateway closes every connection after two hours.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
LONGEST: Final = timedelta(hours=2)
GONE: Final = "GoneException"


class DynamoLive:
    def __init__(
        self,
        client: DynamoDBClient,
        table_name: str,
        connections: ApiGatewayManagementApiClient,
    ) -> None:
        self._table = Table(client, table_name)
        self._connections: Any = connections

    def add(self, connection: Connection, *, now: datetime) -> None:
        """In the shop's list, and by itself: who goes says only which connection it was."""
        until = {"expires_at": int((now + LONGEST).timestamp())}
        pointer = keys.connection_key(connection.connection_id) | until
        self._table.put(pointer | {"store_id": connection.store_id})
        self._table.put(keys.live_key(connection.store_id, connection.connection_id) | until)

    def remove(self, connection_id: str) -> None:
        pointer = self._table.get(keys.connection_key(connection_id))
        if pointer:
            self._table.delete(keys.live_key(pointer["store_id"], connection_id))
            self._table.delete(keys.connection_key(connection_id))

    def push(self, store_id: str, text: str) -> None:
        """Raises Unavailable when a dashboard that is there could not be told, after the others."""
        failed = [each for each in self._open(store_id) if not self._tell(each, text)]
        if failed:
            raise Unavailable(f"{len(failed)} open dashboards could not be told.")

    def _open(self, store_id: str) -> list[str]:
        found = self._table.query("#pk = :live", {"live": keys.live_pk(store_id)})
        return [each["sk"].partition("#")[2] for each in found]

    def _tell(self, connection_id: str, text: str) -> bool:
        try:
            self._connections.post_to_connection(ConnectionId=connection_id, Data=text.encode())
        except ClientError as error:
            if error.response["Error"]["Code"] != GONE:
                return False
            self.remove(connection_id)
        except BotoCoreError:
            return False
        return True
