"""A whole Orderdesk on this machine: local cloud, application, its one address, WhatsApp simulator.

`make run` starts one in .local; the end-to-end and browser tests start theirs on free ports in a
folder of their own:

    with LocalStack(directory, simulator=True) as stack:
        stack.client("dynamodb").get_item(TableName=stack.outputs["TableName"], ...)
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from dev import deploy, staff
from dev.cloud import Cloud, clean_environment
from dev.console import Console, Silence, Stop
from dev.gateway import Gateway
from dev.ports import LOOPBACK, any_free
from dev.processes import Process, answers, end_leftover
from dev.settings import kept_secrets

SECRETS_PARAMETER: Final = "/orderdesk/main/secrets"


class FunctionFailed(Stop):
    """A function raised; the text is what it said."""


def end_leftovers(directory: Path) -> bool:
    """End what a killed run in this folder left behind, in order; False when there was nothing."""
    found = [end_leftover(directory / name) for name in ("simulator.pid", "cloud.pid")]
    return any(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    dashboard: int = field(default_factory=any_free)
    phone: int = field(default_factory=any_free)
    cloud: int = field(default_factory=any_free)


class LocalStack:
    """Everything is reached on loopback; state and logs are in `directory`.

    `parameters` are those of template.yaml, over what the local cloud sets itself.
    """

    def __init__(
        self,
        directory: Path,
        *,
        ports: Ports | None = None,
        parameters: Mapping[str, str] | None = None,
        simulator: bool = False,
        console: Console | None = None,
    ) -> None:
        self.directory = directory.resolve()
        self.ports = ports or Ports()
        self.console = console or Silence()
        self.secrets = kept_secrets(self.directory / "secrets.json")
        self.outputs: dict[str, str] = {}
        self.cloud = Cloud(
            self.directory / "cloud",
            self.ports.cloud,
            log=self.log_of("cloud"),
            pid_file=self.directory / "cloud.pid",
        )
        self._parameters = dict(parameters or {})
        self._with_simulator = simulator
        self._gateway: Gateway | None = None
        self._simulator: Process | None = None

    @property
    def url(self) -> str:
        """The dashboard's, the API's and the webhooks' address, as PUBLIC_URL has it."""
        return f"http://localhost:{self.ports.dashboard}"

    @property
    def phone_url(self) -> str:
        """The WhatsApp simulator's address."""
        return f"http://localhost:{self.ports.phone}"

    def client(self, service: str, **options: object) -> Any:
        """A boto3 client of the local cloud's administrator."""
        return self.cloud.client(service, **options)

    def invoke(self, function: str, event: object) -> Any:
        """Call the function of that folder's name and return its answer. Raises FunctionFailed."""
        from botocore.config import Config  # noqa: PLC0415 - as slow to import as boto3

        # The sweep may take two minutes, and must not be called again while it does.
        patient = Config(read_timeout=180, retries={"total_max_attempts": 1})
        answer = self.client("lambda", config=patient).invoke(
            FunctionName=f"{deploy.STACK}-{function.replace('_', '-')}", Payload=json.dumps(event)
        )
        payload = json.loads(answer["Payload"].read() or b"null")
        if "FunctionError" in answer:
            raise FunctionFailed(f"{function} failed: {payload.get('errorMessage', payload)}")
        return payload

    def heal(self) -> None:
        """Give each live order an execution again; a restart of the cloud ends those that wait."""
        while not self.invoke("abandon_sweep", {"verify": "all"})["finished"]:
            self.console.say("    more orders than one run of the sweep looks at; going on")

    def start(self) -> None:
        """Start all of it, in order; raises Stop with what to do, after ending what was started."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End all of it, the local cloud last, which writes its state. Harmless when repeated."""
        if self._simulator:
            self._simulator.stop()
            self._simulator = None
        if self._gateway:
            self._gateway.stop()
            self._gateway = None
        if self.cloud.is_running():
            with self.console.step("Writing the local cloud's state"):
                self.cloud.stop()

    def failure(self) -> str:
        """Which part ended by itself; empty while all run."""
        if not self.cloud.is_running():
            return f"The local cloud ended. Its log: {self.log_of('cloud')}"
        if self._simulator and not self._simulator.is_running():
            return f"The WhatsApp simulator ended. Its log: {self.log_of('simulator')}"
        return ""

    def log_of(self, name: str) -> Path:
        return self.directory / "logs" / f"{name}.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _start(self) -> None:
        with self.console.step(f"Local cloud on {self.cloud.url}"):
            self.cloud.start()
        with self.console.step("sam build") as step:
            if not deploy.build(self.log_of("build")):
                step.outcome = "sam build: nothing changed"
        with self.console.step("sam deploy") as step:
            if not deploy.deploy(self.cloud, self._all_parameters(), log=self.log_of("deploy")):
                step.outcome = "sam deploy: nothing changed"
            self.outputs = deploy.outputs(self.cloud)
        with self.console.step(f"Dashboard and webhooks on {self.url}"):
            self._open_gateway()
            self._settle()
        if self._with_simulator:
            with self.console.step(f"WhatsApp simulator on {self.phone_url}"):
                self._start_simulator()

    def _all_parameters(self) -> dict[str, str]:
        own = {
            "Architecture": deploy.architecture(),
            "EmulatorAddress": self.cloud.address,
            "PublicUrl": self.url,
            "WhatsAppSecretsParameter": SECRETS_PARAMETER,
        }
        if self._with_simulator:
            own["GraphApiUrl"] = f"http://{LOOPBACK}:{self.ports.phone}/v26.0"
            own["PaymentGatewayUrl"] = f"http://{LOOPBACK}:{self.ports.phone}/payments"
            own["StripeApiUrl"] = f"http://{LOOPBACK}:{self.ports.phone}/stripe"
        return own | self._parameters

    def _open_gateway(self) -> None:
        self._gateway = Gateway(
            self.ports.dashboard, address=self.cloud.address, api_id=self.outputs["HttpApiId"]
        )
        self._gateway.start()

    def _settle(self) -> None:
        self.client("ssm").put_parameter(
            Name=SECRETS_PARAMETER,
            Value=self.secrets.parameter(),
            Type="SecureString",
            Overwrite=True,
        )
        staff.hire(self.client("cognito-idp"), self.outputs["UserPoolId"])

    def _start_simulator(self) -> None:
        settings = {
            "HOST": LOOPBACK,
            "PORT": str(self.ports.phone),
            "PUBLIC_URL": self.phone_url,
            "WEBHOOK_URL": f"{self.url}/webhooks/whatsapp",
            "PAYMENT_WEBHOOK_URL": f"{self.url}/webhooks/payment",
            "COURIER_WEBHOOK_URL": f"{self.url}/webhooks/courier",
            "DASHBOARD_URL": self.url,
            "APP_SECRET": self.secrets.app_secret,
            "VERIFY_TOKEN": self.secrets.verify_token,
            "ACCESS_TOKEN": self.secrets.access_token,
            "PAYMENT_SECRET": self.secrets.payment_secret,
            "PAYMENT_KEY": self.secrets.payment_key,
            "STRIPE_SECRET": self.secrets.stripe_secret,
            "STRIPE_KEY": self.secrets.stripe_key,
            "COURIER_SECRET": self.secrets.courier_secret,
            "STATE_DIR": str(self.directory / "simulator"),
        }
        self._simulator = Process(
            "The WhatsApp simulator",
            [sys.executable, "-m", "dev.simulator"],
            environment=clean_environment()
            | {f"SIMULATOR_{name}": value for name, value in settings.items()},
            log=self.log_of("simulator"),
            pid_file=self.directory / "simulator.pid",
        )
        self._simulator.wait_until(lambda: answers(self.phone_url), seconds=30)
