"""What the source says, read without running it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CORE = ROOT / "layers" / "core" / "orderdesk"
WEB = ROOT / "layers" / "web"
FUNCTIONS = ROOT / "functions"


def python_files(*folders: Path) -> list[Path]:
    """Every module below the folders, in a stable order."""
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def name_of(path: Path) -> str:
    """The path from the root of the project, for messages and test names."""
    return path.relative_to(ROOT).as_posix()


def imports_of(path: Path) -> Iterator[str]:
    """Dotted names of all modules that a file imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: relative import"
            yield node.module or ""


def environment_reads(path: Path) -> Iterator[str]:
    """Names in os.environ["X"], os.environ.get("X"), os.getenv("X") and wiring's env("X")."""
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            yield _literal(path, node.slice)
        elif isinstance(node, ast.Call) and node.args and _reads_environment(node.func):
            yield _literal(path, node.args[0])


def _reads_environment(function: ast.expr) -> bool:
    return ast.unparse(function) in {
        "os.environ.get",
        "os.environ.pop",
        "os.getenv",
        "env",
        "wiring.env",
    }


def _literal(path: Path, node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    # wiring.env itself, whose callers are what is read.
    return "" if isinstance(node, ast.Name) and node.id == "name" else f"{name_of(path)}: computed"
