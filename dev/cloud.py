"""MiniStack, which serves the AWS services that Orderdesk uses on loopback.

It checks IAM policies as AWS does, and keeps its state in a folder, which it writes when it is
asked to end: so it is ended with TERM and waited for.
"""

import json
import os
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any, Final

from dev.console import Stop
from dev.ports import CLOUD, LOOPBACK
from dev.processes import ROOT, Process, answers, tool

REGION: Final = "ap-south-1"
# The local cloud's own administrator. The user's AWS credentials are neither read nor needed.
CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "orderdesk-local",
    "AWS_SECRET_ACCESS_KEY": "orderdesk-local",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
SERVICES: Final = (
    "apigateway,cloudformation,cognito-idp,dynamodb,dynamodbstreams,events,iam,kms,lambda,logs,"
    "monitoring,s3,scheduler,sns,sqs,ssm,states,sts"
)
# Functions inherit MiniStack's environment, so it gets hardly anything of the user's.
INHERITED: Final = ("PATH", "HOME", "LANG")
# Settings of a developer's machine that would send loopback traffic elsewhere, or to real AWS.
FOREIGN: Final = ("AWS_", "SAM_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def clean_environment() -> dict[str, str]:
    """This process's environment without whatever points at real AWS or at a proxy."""
    return {
        name: value for name, value in os.environ.items() if not name.upper().startswith(FOREIGN)
    }


def client(service: str, url: str, **options: object) -> Any:
    """A boto3 client of the administrator of the local cloud at `url`."""
    import boto3  # noqa: PLC0415 - takes longer than everything else that `make run` imports

    session = boto3.Session(
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )
    make: Any = session.client
    return make(service, **({"endpoint_url": url} | options))


class Cloud:
    """One MiniStack on `port`, with its state in `directory`."""

    def __init__(self, directory: Path, port: int, *, log: Path, pid_file: Path) -> None:
        self._directory = directory
        self._pid_file = pid_file
        self._log = log
        self._scratch = directory / "scratch"
        self._process: Process | None = None
        self.region = REGION
        self.address = f"{LOOPBACK}:{port}"
        self.url = f"http://{self.address}"
        self._port = port

    def start(self) -> None:
        """Return when it answers; raises Stop with its log when it does not."""
        kept = kept_port(self._directory)
        if kept not in (None, self._port):
            raise Stop(
                f"The local cloud in {self._directory} was made on port {kept} and works on no "
                f"other: its queues are known by their addresses. Leave out {CLOUD.variable}, or "
                f"remove {self._directory} to begin anew."
            )
        self._scratch = fresh_scratch(self._directory / "scratch")
        rewind_streams(self._directory / "state" / "lambda.json")
        (self._directory / "port").write_text(str(self._port))
        self._process = Process(
            "The local cloud",
            [tool("ministack")],
            environment=self._environment(),
            log=self._log,
            pid_file=self._pid_file,
        )
        self._process.wait_until(lambda: answers(f"{self.url}/_ministack/health"), seconds=180)

    def stop(self) -> None:
        """End it after it wrote its state."""
        if self._process:
            self._process.stop(seconds=60)
            self._process = None

    def is_running(self) -> bool:
        return self._process is not None and self._process.is_running()

    def environment(self) -> dict[str, str]:
        """For a program that talks to this cloud: its address and its administrator."""
        return clean_environment() | CREDENTIALS | {"AWS_ENDPOINT_URL": self.url}

    def client(self, service: str, **options: object) -> Any:
        """A boto3 client of the cloud's administrator."""
        return client(service, self.url, **options)

    def _environment(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        return inherited | CREDENTIALS | {
            "AUTH": "true",
            "BIND_HOST": LOOPBACK,
            "GATEWAY_PORT": str(self._port),
            "IOT_MTLS_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            "MINISTACK_HOST": LOOPBACK,
            "MINISTACK_REGION": REGION,
            "PERSIST_STATE": "1",
            "S3_DATA_DIR": str(self._directory / "s3"),
            "S3_PERSIST": "1",
            "SERVICES": SERVICES,
            "STATE_DIR": str(self._directory / "state"),
            "TMPDIR": str(self._scratch),
        }  # fmt: skip


def rewind_streams(state: Path) -> None:
    """Have functions read tables' streams from their beginning, which a restart makes new.

    MiniStack keeps how far a function had read and not what there was to read: it would leave out
    as many new records as there were old ones, and with them the news of every order.
    """
    if not state.exists():
        return
    content = json.loads(state.read_text())
    if content["payload"].pop("dynamodb_stream_positions", None):
        rewound = state.with_suffix(".rewound")
        rewound.write_text(json.dumps(content))
        rewound.replace(state)


def local_directory() -> Path:
    """Where `make run` keeps everything."""
    return Path(os.environ.get("ORDERDESK_LOCAL_DIR", ROOT / ".local"))


def local_url() -> str:
    """Where the cloud of `make run` is, for a program that is started beside it."""
    kept = kept_port(local_directory() / "cloud")
    return f"http://{LOOPBACK}:{os.environ.get(CLOUD.variable) or kept or CLOUD.preferred}"


def kept_port(directory: Path) -> int | None:
    """The port that the cloud in this folder was made on."""
    file = directory / "port"
    return int(file.read_text()) if file.exists() else None


def fresh_scratch(parent: Path) -> Path:
    """A new folder for the copies of code and layers that each worker of a function makes.

    Those of earlier runs are tens of thousands of files, so they are removed meanwhile.
    """
    parent.mkdir(parents=True, exist_ok=True)
    old = list(parent.iterdir())
    threading.Thread(target=remove, args=(old,), daemon=True).start()
    return Path(tempfile.mkdtemp(dir=parent))


def remove(folders: list[Path]) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
