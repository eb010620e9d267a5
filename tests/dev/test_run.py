"""What `make run` says when it cannot run, and that it keeps what it must keep."""

import io
import json
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev import run
from dev.cloud import Cloud, clean_environment, rewind_streams
from dev.console import Console, Stop
from dev.deploy import fingerprint, source_files
from dev.ports import DASHBOARD, any_free
from dev.processes import ROOT, Process, end_leftover
from dev.settings import kept_secrets


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_that_was_asked_for_is_named_with_its_variable(taken: int) -> None:
    with pytest.raises(Stop, match=f"Port {taken} for the dashboard.*ORDERDESK_PORT"):
        DASHBOARD.choose({"ORDERDESK_PORT": str(taken)})


def test_a_port_that_is_no_number_is_refused() -> None:
    with pytest.raises(Stop, match="ORDERDESK_PORT is 'web'"):
        DASHBOARD.choose({"ORDERDESK_PORT": "web"})


def test_a_taken_port_that_nobody_asked_for_is_replaced(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dev.ports.is_free", lambda port: port != DASHBOARD.preferred)

    assert DASHBOARD.choose({}) == DASHBOARD.preferred + 1


def test_a_cloud_stays_on_the_port_that_its_queues_are_known_by(
    tmp_path: Path, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ORDERDESK_CLOUD_PORT", raising=False)
    (tmp_path / "cloud").mkdir()
    (tmp_path / "cloud" / "port").write_text(str(taken))
    moved = Cloud(tmp_path / "cloud", any_free(), log=tmp_path / "log", pid_file=tmp_path / "pid")

    with pytest.raises(Stop, match=f"Port {taken} is taken"):
        run.cloud_port(tmp_path, Console(io.StringIO()))
    with pytest.raises(Stop, match=f"was made on port {taken} and works on no other"):
        moved.start()


def test_a_restarted_cloud_tells_new_orders_and_skips_none_for_the_old_ones(
    tmp_path: Path,
) -> None:
    state = tmp_path / "lambda.json"
    kept = {"functions": {"inbox": "code"}}
    state.write_text(json.dumps({"payload": {**kept, "dynamodb_stream_positions": {"esm": 913}}}))

    rewind_streams(state)

    assert json.loads(state.read_text()) == {"payload": kept}


def test_a_second_run_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with (
        run.alone(tmp_path),
        pytest.raises(Stop, match=rf"process {os.getpid()}.*ORDERDESK_LOCAL_DIR"),
        run.alone(tmp_path),
    ):
        pass


def test_a_program_that_ends_while_it_starts_shows_its_last_words(tmp_path: Path) -> None:
    command = ["sh", "-c", "echo the disk is full; exit 3"]
    process = Process("The disk", command, environment=clean_environment(), log=tmp_path / "log")

    with pytest.raises(Stop, match=r"(?s)The disk ended while it started.*the disk is full"):
        process.wait_until(lambda: False, seconds=5)


def test_a_program_is_asked_to_end_and_waited_for(tmp_path: Path) -> None:
    said = tmp_path / "log"
    command = ["sh", "-c", "trap 'echo written; exit 0' TERM; echo up; while :; do sleep .05; done"]
    process = Process("A cloud", command, environment=clean_environment(), log=said)
    process.wait_until(lambda: "up" in said.read_text(), seconds=5)

    assert process.stop() is True
    assert "written" in said.read_text()


def test_what_a_killed_run_left_behind_is_ended(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import time; time.sleep(60)", "orderdesk-test-leftover"]
    pid_file = tmp_path / "pid"
    left = Process(
        "Left", command, environment=clean_environment(), log=tmp_path / "log", pid_file=pid_file
    )

    assert end_leftover(pid_file, seconds=1) is True
    left.wait_until(lambda: not left.is_running(), seconds=5)


def test_a_process_that_took_over_the_number_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "pid").write_text(f"{os.getpid()} ministack")

    assert end_leftover(tmp_path / "pid") is False


def test_the_local_cloud_sees_nothing_of_the_users_aws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    monkeypatch.setenv("https_proxy", "http://proxy.example")

    cloud = Cloud(tmp_path, any_free(), log=tmp_path / "log", pid_file=tmp_path / "pid")
    environment = cloud.environment()

    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "https_proxy"} & environment.keys()
    assert environment["AWS_ENDPOINT_URL"] == cloud.url
    assert environment["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull


def test_a_shop_keeps_its_secrets_and_shares_none_with_another(tmp_path: Path) -> None:
    first = kept_secrets(tmp_path / "a" / "secrets.json")

    assert kept_secrets(tmp_path / "a" / "secrets.json") == first
    assert kept_secrets(tmp_path / "b" / "secrets.json") != first
    assert (tmp_path / "a" / "secrets.json").stat().st_mode & 0o077 == 0
    assert json.loads(first.parameter())["app_secrets"] == [first.app_secret]


def test_a_shop_of_an_older_version_gets_the_secrets_that_are_new(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    first = kept_secrets(file)
    older = json.loads(file.read_text())
    del older["courier_secret"]
    file.write_text(json.dumps(older))

    upgraded = kept_secrets(file)

    assert upgraded.app_secret == first.app_secret
    assert upgraded.courier_secret
    assert kept_secrets(file) == upgraded


def test_what_is_built_is_known_by_everything_that_it_is_made_of() -> None:
    names = {file.relative_to(ROOT).as_posix() for file in source_files()}

    assert {"template.yaml", "dev/artifact.py", "layers/Makefile"} <= names
    assert "statemachine/order_lifecycle.asl.json" in names
    assert not [name for name in names if name.endswith(".pyc")]
    assert fingerprint(source_files()) == fingerprint(source_files())


def test_each_step_is_named_when_it_begins_and_timed_when_it_ends() -> None:
    out = io.StringIO()

    with Console(out).step("sam build") as step:
        assert "… sam build" in out.getvalue()
        step.outcome = "sam build: nothing changed"

    assert "✓ sam build: nothing changed" in out.getvalue()
    assert out.getvalue().rstrip().endswith("s")


def test_a_step_that_fails_is_marked(tmp_path: Path) -> None:
    out = io.StringIO()

    with pytest.raises(Stop), Console(out).step("sam deploy"):
        raise Stop("no")

    assert "✗ sam deploy" in out.getvalue()
