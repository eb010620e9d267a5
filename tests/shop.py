"""What an end-to-end test can do and see: customers' phones, the table, executions, queues."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

import httpx

from dev.api_key import make_key
from dev.simulator.client import Simulator
from dev.simulator.signing import meta_json, whatsapp_signature
from orderdesk.adapters.dynamo.api_keys import DynamoApiKeys
from orderdesk.adapters.dynamo.conversations import DynamoConversations
from orderdesk.adapters.dynamo.executions import DynamoExecutions
from orderdesk.adapters.dynamo.orders import DynamoOrders
from orderdesk.adapters.dynamo.stores import DynamoStores
from orderdesk.api.context import SCOPES
from orderdesk.domain.orders.lifecycle import RESTING, Stage
from orderdesk.domain.orders.order import order_id_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from dev.stack import LocalStack
    from orderdesk.domain.orders.order import Order

STORE: Final = "main"
# A busy machine is slow, and what fails once comes again only when its queue shows it again.
PATIENCE: Final = 60.0
POLL: Final = 0.1
NUMBER: Final = "106540352242922"


class Shop:
    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        self.phone = Simulator(stack.phone_url)
        self._clients: dict[str, Any] = {}
        dynamodb, table = self._client("dynamodb"), stack.outputs["TableName"]
        self.orders = DynamoOrders(dynamodb, table)
        self.stores = DynamoStores(dynamodb, table)
        self.executions = DynamoExecutions(dynamodb, table)
        self.conversations = DynamoConversations(dynamodb, table)
        keys = DynamoApiKeys(dynamodb, table)
        token = make_key(keys, store_id=STORE, name="End to end", scopes=SCOPES)
        self.api = httpx.Client(
            base_url=stack.url, headers={"authorization": f"Bearer {token}"}, timeout=30
        )

    def close(self) -> None:
        self.api.close()
        for client in self._clients.values():
            client.close()

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self.stack.client(service)
        return self._clients[service]

    def customer(self, name: str, **fields: Any) -> str:
        return str(self.phone.add_customer(name, **fields)["id"])

    def order_of(self, cart: dict[str, Any]) -> Order:
        """The order of a cart that was sent, as soon as it is there."""
        return self.placed(STORE, NUMBER, cart["id"])

    def placed(self, store_id: str, number: str, message_id: str) -> Order:
        """The order of a message to that number, as soon as it is there."""
        order_id = order_id_of(store_id, number, message_id)
        found: Order = wait_for(lambda: self.orders.find(store_id, order_id), "the order")
        return found

    def sweep_until(self, order: Order, stage: Stage) -> Order:
        """Let the clock strike until the order is there."""

        def look() -> Order | None:
            self.stack.invoke("abandon_sweep", {})
            now = self.reload(order)
            return now if now.stage is stage else None

        found: Order = wait_for(look, f"{stage}")
        return found

    def reload(self, order: Order) -> Order:
        return self.orders.get(order.store_id, order.order_id)

    def wait_for_stage(self, order: Order, stage: Stage) -> Order:
        return self.wait_for(order, lambda now: now.stage is stage, f"{stage}")

    def wait_for(self, order: Order, test: Callable[[Order], bool], what: str) -> Order:
        def look() -> Order | None:
            now = self.reload(order)
            return now if test(now) else None

        found: Order = wait_for(look, what)
        return found

    def move(self, order: Order, to: Stage, **more: Any) -> Order:
        """As an integrator would, at the version that is stored now."""
        body = {"to": to, "expected_version": self.reload(order).version, **more}
        answer = self.api.post(f"/api/orders/{order.order_id}/moves", json=body)
        assert answer.status_code == 200, answer.text
        return self.reload(order)

    def wait_until_standing(self, order: Order, stage: Stage) -> str:
        """Until the order's execution waits in that stage, or ended in it because the order rests
        there; its name.
        """
        ended = stage in RESTING
        status = "SUCCEEDED" if ended else "RUNNING"

        def look() -> str:
            parked = self.executions.find(order.store_id, order.order_id)
            if parked is None or parked.stage is not stage or bool(parked.token) is ended:
                return ""
            return parked.name if self.state_of(parked.name) == (status, stage) else ""

        name: str = wait_for(look, f"an execution standing in {stage}")
        return name

    def state_of(self, name: str) -> tuple[str, str]:
        """Status of an execution, and the stage that it entered last."""
        client = self._client("stepfunctions")
        status = client.describe_execution(executionArn=self.execution_arn(name))["status"]
        stages = [state for state in self.entered(name) if state in set(Stage)]
        return status, stages[-1] if stages else ""

    def entered(self, name: str) -> list[str]:
        """The states that an execution entered, in order: each is one billed transition."""
        history = self._client("stepfunctions").get_execution_history(
            executionArn=self.execution_arn(name), maxResults=1000
        )
        return [
            each["stateEnteredEventDetails"]["name"]
            for each in history["events"]
            if each["type"].endswith("StateEntered")
        ]

    def executions_of(self, order: Order) -> dict[str, str]:
        """Status of every execution of the order, by name without the order's id."""
        pages = self._client("stepfunctions").get_paginator("list_executions")
        found = pages.paginate(stateMachineArn=self.stack.outputs["StateMachineArn"])
        return {
            each["name"].removeprefix(f"{order.order_id}-"): each["status"]
            for page in found
            for each in page["executions"]
            if each["name"].startswith(f"{order.order_id}-")
        }

    def execution_arn(self, name: str) -> str:
        machine = self.stack.outputs["StateMachineArn"]
        return machine.replace(":stateMachine:", ":execution:") + f":{name}"

    def post(self, body: object, **headers: str) -> httpx.Response:
        """A webhook as Meta sends it, signed unless headers say otherwise."""
        content = body if isinstance(body, bytes) else meta_json(body).encode()
        signed = whatsapp_signature(self.stack.secrets.app_secret, content)
        return httpx.post(
            f"{self.stack.url}/webhooks/whatsapp",
            content=content,
            headers={"content-type": "application/json", **signed, **headers},
            timeout=30,
        )

    def dead_letters(self) -> list[dict[str, Any]]:
        """What is in the inbox's dead-letter queue: reason and body; stays there."""
        queue = self.stack.outputs["InboxDeadLetterQueueUrl"]
        answer = self._client("sqs").receive_message(
            QueueUrl=queue,
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            VisibilityTimeout=0,
        )
        return [
            {
                "reason": each.get("MessageAttributes", {}).get("reason", {}).get("StringValue"),
                "body": each["Body"],
            }
            for each in answer.get("Messages", ())
        ]

    def received(self, customer: str) -> list[str]:
        """The texts that a customer got, oldest first."""
        return [json.dumps(each["content"]) for each in self.phone.received(customer)]

    def wait_for_text(self, customer: str, words: str) -> dict[str, Any]:
        found: dict[str, Any] = self.phone.wait_for_message(
            customer, lambda message: words in json.dumps(message["content"]), timeout=PATIENCE
        )
        return found


def wait_for[Found](look: Callable[[], Found | None], what: str, patience: float = PATIENCE) -> Any:
    """What `look` finds, as soon as it finds something; TimeoutError names `what`."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(POLL)
    raise TimeoutError(f"{what} did not come within {patience:g} seconds")
