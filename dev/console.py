"""What `make run` says while it works: each step by name, then how long it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class Stop(Exception):
    """Something that the reader has to do something about; the text says what."""


class Step:
    """A step under way; its `outcome` is what stands beside the tick."""

    def __init__(self, name: str, out: TextIO | None) -> None:
        self._name = name
        self._out = out
        self.outcome = name

    def progress(self, text: str) -> None:
        """Show how far it is, on a terminal."""
        if self._out:
            print(f"\r\033[K  … {self._name}: {text}", end="", file=self._out, flush=True)


class Console:
    """Plain lines; colours and lines that are overwritten on a terminal only."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out = out
        self._terminal = out.isatty()

    def say(self, text: str = "") -> None:
        """Print one line."""
        print(text, file=self._out, flush=True)

    def title(self, text: str) -> None:
        """Print a line that stands out."""
        self.say(self._paint("1", text))

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Show that `name` is being done, and how long it took when it is done."""
        step = Step(name, self._out if self._terminal else None)
        started = time.monotonic()
        print(f"  … {name}", end="" if self._terminal else "\n", file=self._out, flush=True)
        try:
            yield step
        except BaseException:
            self._finish(self._paint("31", "✗"), name, started)
            raise
        self._finish(self._paint("32", "✓"), step.outcome, started)

    def _finish(self, mark: str, text: str, started: float) -> None:
        seconds = time.monotonic() - started
        begin = "\r\033[K" if self._terminal else ""
        self.say(f"{begin}  {mark} {text:<60} {seconds:5.1f} s")

    def _paint(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self._terminal else text


class Silence(Console):
    """For tests, which have their own reports."""

    def say(self, text: str = "") -> None:
        """Print nothing."""

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Show nothing."""
        yield Step(name, None)
