"""Builds the application and deploys it to the local cloud, as `make deploy` does to AWS."""

import fcntl
import hashlib
import platform
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from dev.cloud import Cloud, clean_environment
from dev.processes import ROOT, TOOLS, run, tool

STACK: Final = "orderdesk"
BUILD: Final = ROOT / ".local" / "build"
# What the built application is made of.
SOURCES: Final = ("functions", "layers", "statemachine")
SINGLE_SOURCES: Final = ("template.yaml", "samconfig.toml", "dev/artifact.py")


def build(log: Path) -> bool:
    """Run `sam build` for this machine into .local/build; False when nothing had changed.

    Several local clouds may want it at once: one builds, the others wait. Raises Stop.
    """
    BUILD.mkdir(parents=True, exist_ok=True)
    with exclusively(BUILD / "lock"):
        wanted = fingerprint(source_files())
        if built_from() == wanted:
            return False
        stamp().unlink(missing_ok=True)
        command = [tool("sam"), "build", "--config-env", "local", "--template", "template.yaml"]
        run(
            [*command, "--build-dir", str(BUILD / "application")],
            environment=clean_environment() | {"LAMBDA_TARGET": "host", "PATH": path(), **QUIET},
            log=log,
        )
        stamp().write_text(wanted)
    return True


def deploy(cloud: Cloud, parameters: Mapping[str, str], *, log: Path) -> bool:
    """Run `sam deploy`; False when the very same was deployed here before. Raises Stop."""
    wanted = built_from() + fingerprint_of_text(repr(sorted(parameters.items())))
    if deployed(cloud) == wanted:
        return False
    bucket = f"{STACK}-artifacts"
    s3 = cloud.client("s3")
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": cloud.region}
        )
    command = [tool("sam"), "deploy", "--config-env", "local", "--stack-name", STACK]
    command += ["--config-file", str(ROOT / "samconfig.toml"), "--region", cloud.region]
    command += ["--template-file", str(BUILD / "application" / "template.yaml")]
    command += ["--no-resolve-s3", "--s3-bucket", bucket, "--no-progressbar"]
    command += ["--parameter-overrides", *(f"{name}={parameters[name]}" for name in parameters)]
    run(command, environment=cloud.environment() | {"PATH": path(), **QUIET}, log=log)
    cloud.client("ssm").put_parameter(Name=DEPLOYED, Value=wanted, Type="String", Overwrite=True)
    return True


def outputs(cloud: Cloud) -> dict[str, str]:
    """The stack's outputs, by name."""
    [stack] = cloud.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def architecture() -> str:
    """This machine's, as Lambda names it."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


# Kept in the cloud itself: when its state is lost, so is the belief that all is deployed.
DEPLOYED: Final = "/orderdesk/deployed"
QUIET: Final = {"SAM_CLI_TELEMETRY": "0", "SAM_CLI_POLL_DELAY": "0.2"}


def deployed(cloud: Cloud) -> str:
    """What was deployed to this cloud last; empty when nothing was."""
    ssm = cloud.client("ssm")
    try:
        value: str = ssm.get_parameter(Name=DEPLOYED)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        return ""
    return value


def stamp() -> Path:
    """The file that says what .local/build was built from."""
    return BUILD / "built-from"


def built_from() -> str:
    return stamp().read_text() if stamp().exists() else ""


def path() -> str:
    """PATH with the project's tools first: layers are compiled by the python3.13 among them."""
    return f"{TOOLS}:{clean_environment().get('PATH', '')}"


def source_files() -> Iterator[Path]:
    """Every file that the built application depends on."""
    yield from (ROOT / name for name in SINGLE_SOURCES)
    for folder in SOURCES:
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts and file.suffix != ".pyc":
                yield file


def fingerprint(files: Iterable[Path]) -> str:
    """A hash of the names and contents of files."""
    digest = hashlib.sha256()
    for file in sorted(files):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.relative_to(ROOT)} {content}\n".encode())
    return digest.hexdigest()[:32]


def fingerprint_of_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@contextmanager
def exclusively(lock: Path) -> Iterator[None]:
    """Hold the lock file; wait while another process holds it."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
