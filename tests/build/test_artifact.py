"""What is deployed starts quickly: byte code that is trusted as it is, and nothing unused."""

import ast
import importlib.util
import json
import marshal
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dev.artifact import SHARED_DATA, services
from tests.template import ROOT, folder_of, functions, layers_of, template

pytestmark = [pytest.mark.build, pytest.mark.timeout(300)]

MIB = 1024 * 1024
NOWHERE = ("aws_xray_sdk", "boto3", "boto3.resources")
LAYERS = ("VendorLayer", "CoreLayer", "WebLayer")
# PEP 552: the lowest bit says that the byte code is identified by a hash, the next that the hash
# is to be checked against the source.
UNCHECKED_HASH = 0b01

RUN = """
import json, sys
sys.path[:0] = json.loads(sys.argv[1])
exec(sys.argv[2])
"""


def test_every_source_has_byte_code_that_the_runtime_trusts(artifact: Path) -> None:
    untrusted = [
        source.relative_to(artifact).as_posix()
        for source in artifact.rglob("*.py")
        if not is_trusted(Path(importlib.util.cache_from_source(str(source))))
    ]

    assert not untrusted
    assert len(list(artifact.rglob("*.pyc"))) > 500


def test_the_same_sources_make_the_same_artifact_on_every_machine(artifact: Path) -> None:
    strange = [
        byte_code.relative_to(artifact).as_posix()
        for byte_code in artifact.rglob("*.pyc")
        if not compiled_path(byte_code).startswith(("/opt/python/", "/var/task/"))
    ]

    assert not strange


def test_the_vendor_layer_is_small(artifact: Path, tmp_path: Path) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "vendor"), "zip", artifact / "VendorLayer"))

    assert archive.stat().st_size <= 12 * MIB


def test_botocore_has_the_data_of_the_listed_services_only(artifact: Path) -> None:
    data = artifact / "VendorLayer" / "python" / "botocore" / "data"

    assert {path.name for path in data.iterdir()} == services() | SHARED_DATA


def test_the_models_of_services_carry_no_prose(artifact: Path) -> None:
    data = artifact / "VendorLayer" / "python" / "botocore" / "data"
    models = list(data.glob("*/*/service-2.json"))

    assert len(models) == len(services())
    assert not [path for path in models if re.search(r'"documentation":"[^"]', path.read_text())]


def test_every_client_that_is_used_can_be_made(artifact: Path) -> None:
    make = "import botocore.session as b; b.get_session().create_client(sys.argv[3])"
    for service in sorted(services_in_use()):
        answer = run(artifact, "ApiFunction", make, service)
        assert answer.returncode == 0, answer.stderr


def test_a_link_to_a_file_can_be_made_with_the_data_that_is_shipped(artifact: Path) -> None:
    make = (
        "import os; os.environ.update(AWS_ACCESS_KEY_ID='a', AWS_SECRET_ACCESS_KEY='s', "
        "AWS_DEFAULT_REGION='ap-south-1'); "
        "from orderdesk.adapters.aws import s3_for_links as s3; "
        "print(s3().generate_presigned_url('get_object', Params={'Bucket': 'b', 'Key': 'k'}))"
    )

    answer = run(artifact, "ApiFunction", make)

    assert answer.returncode == 0, answer.stderr
    assert "X-Amz-Signature=" in answer.stdout


def test_every_listed_service_is_used() -> None:
    assert services() == services_in_use()


def test_unused_packages_are_not_shipped(artifact: Path) -> None:
    vendor = artifact / "VendorLayer" / "python"

    assert not [
        name for name in ("boto3", "s3transfer", "aws_xray_sdk") if (vendor / name).exists()
    ]
    assert not list(vendor.rglob("*.pyi"))


def test_the_layer_brings_the_rules_of_time_zones(artifact: Path) -> None:
    show = (
        "import zoneinfo as z; z.reset_tzpath(to=[]); from orderdesk.domain.shop.days import day; "
        "from datetime import date; print(json.dumps([day(date(2026, 9, 6), name)[0].isoformat() "
        "for name in ('Asia/Kolkata', 'America/Santiago')]))"
    )

    answer = run(artifact, "ApiFunction", show)

    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == ["2026-09-05T18:30:00+00:00", "2026-09-06T04:00:00+00:00"]


def test_functions_read_the_rules_of_time_zones_where_the_layer_has_them(artifact: Path) -> None:
    path = template()["Globals"]["Function"]["Environment"]["Variables"]["PYTHONTZPATH"]
    in_layer = Path(path).relative_to("/opt")

    assert (artifact / "VendorLayer" / in_layer / "Asia" / "Kolkata").is_file()


@pytest.mark.parametrize("logical_id", [name for name, _ in functions()])
def test_a_built_handler_imports_without_what_it_must_not_load(
    artifact: Path, logical_id: str
) -> None:
    folder = folder_of(template()["Resources"][logical_id])
    list_modules = "import app; print(json.dumps(sorted(sys.modules)))"

    answer = run(artifact, logical_id, list_modules)

    assert answer.returncode == 0, answer.stderr
    assert not set(json.loads(answer.stdout)) & forbidden_in(folder)


def forbidden_in(folder: str) -> set[str]:
    forbidden = set(NOWHERE)
    if folder != "dashboard":
        forbidden.add("jinja2")
    if folder == "whatsapp_webhook":
        forbidden |= {"pydantic", "aws_lambda_powertools"}
    return forbidden


def services_in_use() -> set[str]:
    """Literal names in calls of adapters.aws.client, in all that is deployed."""
    return {
        node.args[0].value
        for folder in ("layers/core", "layers/web", "functions")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"client", "aws.client"}
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def is_trusted(byte_code: Path) -> bool:
    if not byte_code.is_file():
        return False
    head = byte_code.read_bytes()[:8]
    return head[:4] == importlib.util.MAGIC_NUMBER and head[4:] == UNCHECKED_HASH.to_bytes(
        4, "little"
    )


def compiled_path(byte_code: Path) -> str:
    """The path of the source that the byte code was told, after its header of 16 bytes."""
    return str(marshal.loads(byte_code.read_bytes()[16:]).co_filename)


def run(
    artifact: Path, logical_id: str, code: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run code as the function would: its own folder, its layers, the standard library."""
    return subprocess.run(
        [
            python(),
            "-I",
            "-S",
            "-c",
            RUN,
            json.dumps(paths(artifact, logical_id)),
            code,
            *arguments,
        ],
        env={"AWS_DEFAULT_REGION": "ap-south-1", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


def paths(artifact: Path, logical_id: str) -> list[str]:
    layers = layers_of(template()["Resources"][logical_id])
    return [
        str(artifact / logical_id),
        *(str(artifact / layer / "python") for layer in layers),
    ]


def python() -> Path:
    return ROOT / ".tools" / "bin" / "python3.13"
