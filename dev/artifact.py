"""Builds one layer or function for Lambda: `python -m dev.artifact KIND SOURCE DESTINATION`.

Called by layers/Makefile, and so by `sam build`. What it adds to a plain copy is what makes a cold
start quick: byte code that the runtime trusts without looking at the source's date (zipping rounds
dates, so dated byte code would be stale), and botocore without the data of 400 unused services.
"""

import gzip
import hashlib
import importlib.util
import json
import os
import py_compile
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "layers" / "vendor"
CACHE = ROOT / ".tools" / "cache"

# Lambda's python3.13 runs on Amazon Linux 2023, glibc 2.34.
PLATFORMS = {
    "arm64": "aarch64-manylinux_2_34",
    "x86_64": "x86_64-manylinux_2_34",
    "host": "",
}
LAYER_PATH = "/opt/python"
FUNCTION_PATH = "/var/task"

# In botocore/data, what is read for every service.
SHARED_DATA = frozenset(
    {"_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json"}
)
# Command-line programs, type hints and tests that come with the packages.
UNUSED = ("bin", "**/*.pyi", "**/*.pyx", "**/*.pxd", "**/py.typed", "**/tests", "**/__pycache__")


def main(arguments: list[str]) -> int:
    """Build and return the exit code; the usage is printed when the call is not understood."""
    kinds = {"vendor": build_vendor, "layer": build_layer, "function": build_function}
    match arguments:
        case [kind, source, destination] if kind in kinds:
            kinds[kind](Path(source), Path(destination))
            return 0
    print("usage: artifact.py vendor|layer|function SOURCE DESTINATION", file=sys.stderr)
    return 2


def build_layer(source: Path, destination: Path) -> None:
    """Copy the packages in `source` to `destination`/python, with byte code."""
    target = destination / "python"
    copy_tree(source, target)
    compile_tree(target, LAYER_PATH)


def build_function(source: Path, destination: Path) -> None:
    """Copy app.py from `source`, with byte code."""
    destination.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source / "app.py", destination / "app.py")
    compile_tree(destination, FUNCTION_PATH)


def build_vendor(_source: Path, destination: Path) -> None:
    """Put the locked dependencies for LAMBDA_TARGET into `destination`/python, trimmed.

    The result is kept under .tools/cache, since it changes only with the lock file.
    """
    target = lambda_target()
    cached = CACHE / f"vendor-{target}-{vendor_fingerprint(target)}"
    if not cached.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE, prefix="making-") as scratch:
            made = Path(scratch) / "python"
            install_requirements(made, target)
            trim(made, services())
            compile_tree(made, LAYER_PATH)
            keep(made, cached)
    shutil.copytree(cached, destination / "python", dirs_exist_ok=True)


def lambda_target() -> str:
    """The value of LAMBDA_TARGET, arm64 unless set; leaves with a message when it is not known."""
    target = os.environ.get("LAMBDA_TARGET", "arm64")
    if target not in PLATFORMS:
        sys.exit(f"LAMBDA_TARGET is {target!r}: set it to one of {', '.join(PLATFORMS)}")
    if sys.version_info[:2] != (3, 13):
        sys.exit(
            "the layers hold byte code of Python 3.13, the runtime of the functions, but this is "
            f"{sys.version.split()[0]}: run `make setup`, or put python3.13 on PATH"
        )
    return target


def services() -> frozenset[str]:
    """The names in layers/vendor/services.txt."""
    lines = (VENDOR / "services.txt").read_text().splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def vendor_fingerprint(target: str) -> str:
    """A short hash of everything the vendor layer is made from."""
    digest = hashlib.sha256()
    for path in (VENDOR / "requirements.txt", VENDOR / "services.txt", Path(__file__)):
        digest.update(path.read_bytes())
    digest.update(importlib.util.MAGIC_NUMBER)
    if target == "host":
        digest.update(f"{sys.platform} {os.uname().machine}".encode())
    return digest.hexdigest()[:16]


def install_requirements(directory: Path, target: str) -> None:
    """Install the wheels for `target`, by uv when there is one, else by pip."""
    uv = find_uv()
    command = uv_install(uv, target) if uv else pip_install(target)
    command += ["--quiet", "--require-hashes", "--no-deps", "--target", str(directory)]
    command += ["-r", str(VENDOR / "requirements.txt")]
    if subprocess.run(command, check=False).returncode:
        sys.exit("the dependencies of the vendor layer could not be installed (reason above)")


def find_uv() -> str | None:
    """The uv of `make setup`, or one on PATH."""
    own = ROOT / ".tools" / "bin" / "uv"
    return str(own) if own.exists() else shutil.which("uv")


def uv_install(uv: str, target: str) -> list[str]:
    """The beginning of a `uv pip install` for `target`."""
    command = [uv, "pip", "install", "--no-config", "--python", sys.executable]
    command += ["--only-binary", ":all:"]
    if PLATFORMS[target]:
        command += ["--python-version", "3.13", "--python-platform", PLATFORMS[target]]
    return command


def pip_install(target: str) -> list[str]:
    """The beginning of a `pip install` for `target`; pip wants every platform tag by name."""
    command = [sys.executable, "-m", "pip", "install", "--only-binary", ":all:"]
    if PLATFORMS[target]:
        machine = PLATFORMS[target].split("-")[0]
        command += ["--python-version", "3.13", "--implementation", "cp"]
        for glibc in ("manylinux_2_34", "manylinux_2_28", "manylinux_2_17", "manylinux2014"):
            command += ["--platform", f"{glibc}_{machine}"]
    return command


def trim(directory: Path, kept_services: frozenset[str]) -> None:
    """Remove what Lambda never reads.

    Leaves with a message when a kept service has no data, which is a misspelt name.
    """
    for pattern in UNUSED:
        for path in list(directory.glob(pattern)):
            remove(path)
    for info in directory.glob("*.dist-info"):
        for path in info.iterdir():
            if path.name != "METADATA":
                remove(path)
    trim_botocore(directory / "botocore" / "data", kept_services)


def trim_botocore(data: Path, kept_services: frozenset[str]) -> None:
    """Keep the newest API version of each kept service, and what is read for every service."""
    missing = sorted(kept_services - {path.name for path in data.iterdir()})
    if missing:
        sys.exit(f"layers/vendor/services.txt names no service of botocore: {', '.join(missing)}")
    for path in list(data.iterdir()):
        if path.name not in kept_services | SHARED_DATA:
            remove(path)
    for service in kept_services:
        for version in sorted((data / service).iterdir())[:-1]:
            remove(version)
        for examples in (data / service).glob("*/examples-*.json*"):
            remove(examples)
        strip_documentation(next((data / service).glob("*/service-2.json*")))
    trim_endpoints(data, {endpoint_prefix(data / service) for service in kept_services})


def strip_documentation(model: Path) -> None:
    """Drop the prose of a service's model, most of its size, and pack it no more than the zip does.

    Unpacking and parsing it is what making a client waits for; nothing at run time reads the prose.
    """
    text = gzip.decompress(model.read_bytes()) if model.suffix == ".gz" else model.read_bytes()
    kept = json.loads(text, object_hook=without_documentation)
    # botocore asks for it by name where S3's requests and links get their endpoint.
    for parameter in kept.get("clientContextParams", {}).values():
        parameter["documentation"] = ""
    remove(model)
    model.with_name("service-2.json").write_text(json.dumps(kept, separators=(",", ":")))


def without_documentation(value: dict[str, object]) -> dict[str, object]:
    """A text under that name is prose; a member of that name, which some shapes have, is not."""
    if isinstance(value.get("documentation"), str):
        return {name: each for name, each in value.items() if name != "documentation"}
    return value


def endpoint_prefix(service: Path) -> str:
    """The name that endpoints.json knows a service by: `states` for stepfunctions."""
    model = json.loads(next(service.glob("*/service-2.json")).read_bytes())
    return str(model["metadata"]["endpointPrefix"])


def trim_endpoints(data: Path, prefixes: set[str]) -> None:
    """Keep the endpoints of the kept services; parsing the whole file takes 18 ms of a start."""
    path = data / "endpoints.json"
    endpoints = json.loads(path.read_bytes())
    for partition in endpoints["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in services if name in prefixes}
    path.write_text(json.dumps(endpoints, separators=(",", ":")))


def remove(path: Path) -> None:
    """Delete a file or a tree."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def copy_tree(source: Path, target: Path) -> None:
    """Copy what a layer ships: everything but byte code and editors' leavings."""
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc", ".DS_Store", ".*")
    shutil.copytree(source, target, ignore=ignored, dirs_exist_ok=True)


def compile_tree(directory: Path, installed_at: str) -> None:
    """Write byte code beside every source, marked as never to be checked against it.

    Tracebacks name the path that the file has in Lambda.
    """
    for source in sorted(directory.rglob("*.py")):
        py_compile.compile(
            str(source),
            dfile=f"{installed_at}/{source.relative_to(directory).as_posix()}",
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )


def keep(made: Path, cached: Path) -> None:
    """Move a finished build into the cache; a build at the same time may have been quicker."""
    try:
        made.rename(cached)
    except OSError:
        if not cached.is_dir():
            raise


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
