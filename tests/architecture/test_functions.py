"""A function's folder holds one thin app.py, and the template knows every folder."""

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import FUNCTIONS, ROOT
from tests.template import folder_of, functions, template

FOLDERS = (
    sorted(path for path in FUNCTIONS.iterdir() if path.is_dir()) if FUNCTIONS.exists() else []
)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_function_folder_holds_app_py_alone(folder: Path) -> None:
    content = {path.name for path in folder.iterdir()} - {"__pycache__"}

    assert content == {"app.py"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_handler_is_thin(folder: Path) -> None:
    assert len((folder / "app.py").read_text().splitlines()) <= 60


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_handler_takes_event_and_context(folder: Path) -> None:
    module = ast.parse((folder / "app.py").read_text())

    handlers = [
        node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == "handler"
    ]

    assert [len(handler.args.args) for handler in handlers] == [2]


def test_the_template_and_the_folders_are_the_same_set() -> None:
    declared = sorted(folder_of(function) for _, function in functions())

    assert declared == [folder.name for folder in FOLDERS]


@pytest.mark.parametrize("logical_id", [name for name, _ in functions()])
def test_a_function_is_named_after_its_folder(logical_id: str) -> None:
    folder = folder_of(template()["Resources"][logical_id])

    assert logical_id == "".join(word.title() for word in folder.split("_")) + "Function"


def test_functions_and_layers_are_built_with_byte_code() -> None:
    built_otherwise = [
        logical_id
        for logical_id, resource in template()["Resources"].items()
        if resource["Type"] in {"AWS::Serverless::Function", "AWS::Serverless::LayerVersion"}
        and resource.get("Metadata") != {"BuildMethod": "makefile", "ContextPath": "layers"}
    ]

    assert not built_otherwise
    assert (ROOT / "layers" / "Makefile").is_file()
