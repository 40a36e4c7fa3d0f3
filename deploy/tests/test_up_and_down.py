"""The life of a stack, by its command line. Spark is a stand-in; Envoy and the site are real."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psutil
import pytest

from deploy.local import process
from deploy.local.stack import Stack
from deploy.shared.config import Config
from deploy.tests.conftest import CommandLine

Eventually = Callable[[Callable[[], object]], None]
linux_only = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="finds a stack's processes through /proc"
)
pytestmark = linux_only


def test_up_prints_the_urls_and_down_leaves_nothing(cli: CommandLine) -> None:
    up = cli.run("up")
    assert up.returncode == 0, up.stderr
    assert f"http://localhost:{cli.ports.site}/" in up.stdout
    assert f"sc://localhost:{cli.ports.grpcweb}/;transport=grpcweb" in up.stdout
    with urlopen(f"http://127.0.0.1:{cli.ports.site}/") as answer:
        assert answer.read() == b"<h1>the site</h1>"
    assert set(cli.pids()) == {"spark", "site", "envoy"}
    assert cli.run("down").returncode == 0
    assert cli.processes() == []


def test_a_file_that_envoy_compressed_is_not_sent_twice(cli: CommandLine) -> None:
    (cli.folder / "site" / "large.js").write_text("let a = 1;\n" * 5000)
    cli.run("up")
    url = f"http://127.0.0.1:{cli.ports.site}/large.js"
    with urlopen(Request(url, headers={"Accept-Encoding": "br"})) as first:
        assert first.headers["Content-Encoding"] == "br"
        tag = first.headers["ETag"]
    with pytest.raises(HTTPError) as second:
        urlopen(Request(url, headers={"Accept-Encoding": "br", "If-None-Match": tag}))
    assert second.value.code == 304


def test_a_second_up_starts_nothing(cli: CommandLine) -> None:
    cli.run("up")
    before = cli.pids()
    again = cli.run("up")
    assert again.returncode == 0
    assert "Already running." in again.stdout
    assert cli.pids() == before


@pytest.mark.parametrize("name", ["spark", "site", "envoy"])
def test_up_restarts_what_died(cli: CommandLine, name: str, eventually: Eventually) -> None:
    cli.run("up")
    before = cli.pids()
    os.kill(before[name], signal.SIGKILL)
    eventually(lambda: "not running" in cli.run("status").stdout)
    assert cli.run("up").returncode == 0
    after = cli.pids()
    assert {other for other in after if after[other] != before[other]} == {name}
    cli.run("down")
    assert cli.processes() == []


def test_down_works_when_pieces_and_records_are_missing(cli: CommandLine) -> None:
    cli.run("up")
    os.kill(cli.pids()["envoy"], signal.SIGKILL)
    (cli.state_dir / "spark.json").unlink()
    (cli.state_dir / "site.json").write_text("{ not a record")
    assert cli.run("down").returncode == 0
    assert cli.processes() == []


def test_down_works_where_no_package_is_installed(cli: CommandLine) -> None:
    cli.run("up")
    down = cli.without_packages().run("down")
    assert (down.returncode, down.stderr) == (0, "")
    assert down.stdout.endswith("Stopped: envoy, site, spark.\n")
    assert cli.processes() == []


def test_it_leaves_alone_who_has_a_pid_of_ours_now(cli: CommandLine) -> None:
    cli.state_dir.mkdir()
    with subprocess.Popen(["sleep", "1000"], start_new_session=True) as stranger:
        try:
            ours = process.Handle(stranger.pid, 0.01, str(cli.state_dir), "java")
            ours.save(cli.state_dir / "spark.json")
            assert cli.without_packages().run("down").returncode == 0
            assert stranger.poll() is None
            ours.save(cli.state_dir / "spark.json")
            assert cli.run("down").returncode == 0
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_down_of_a_stack_that_never_ran_is_no_error(cli: CommandLine) -> None:
    down = cli.run("down")
    assert (down.returncode, down.stdout) == (0, "Nothing was running.\n")


def test_a_server_that_ignores_being_asked_is_ended_with_its_children(cli: CommandLine) -> None:
    assert cli.run("up", FAKE_SPARK="stubborn").returncode == 0
    spark = Stack(Config.from_environment(cli.environ)).spark
    group = cli.pids()["spark"]
    spark.stop_patience_s = 0.2
    spark.stop()
    assert group not in {os.getpgid(pid) for pid in cli.processes()}


def test_a_taken_port_is_named_with_its_holder_and_the_cure(cli: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", cli.ports.grpcweb)):
        up = cli.run("up")
    assert up.returncode == 1
    assert up.stderr.count("\n") == 1
    assert f"Port {cli.ports.grpcweb} is taken by pid {os.getpid()}" in up.stderr
    assert "PCW_GRPCWEB_PORT=<port>" in up.stderr
    assert cli.processes() == []
    assert cli.run("up").returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_up_leaves_nothing_and_the_next_one_works(
    cli: CommandLine, number: int, eventually: Eventually
) -> None:
    up = cli.start("up", FAKE_SPARK="mute")
    eventually(lambda: len(cli.pids()) == 3)
    up.send_signal(number)
    out, err = up.communicate(timeout=60)
    assert up.returncode == 128 + number
    assert "Interrupted" in err
    assert "Traceback" not in out + err
    assert cli.processes() == []
    assert cli.run("up").returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_up_interrupted_while_it_makes_the_class_archive_leaves_nothing(
    cli: CommandLine, number: int, eventually: Eventually
) -> None:
    up = cli.start("up", FAKE_SPARK="record")
    eventually(lambda: [pid for pid in cli.processes() if command(pid).startswith("sleep ")])
    up.send_signal(number)
    out, err = up.communicate(timeout=60)
    assert up.returncode == 128 + number
    assert "Traceback" not in out + err
    assert cli.processes() == []
    assert cli.run("up").returncode == 0


def command(pid: int) -> str:
    try:
        return " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:  # it has ended by now
        return ""


def test_a_killed_up_is_cleaned_up_by_the_next_one(
    cli: CommandLine, eventually: Eventually
) -> None:
    up = cli.start("up", FAKE_SPARK="mute")
    eventually(lambda: len(cli.pids()) == 3)
    up.kill()
    up.communicate()
    for record in cli.state_dir.glob("*.json"):
        record.unlink()
    assert cli.run("up").returncode == 0
    cli.run("down")
    assert cli.processes() == []


def test_a_crash_at_start_is_told_with_its_last_words_and_log(cli: CommandLine) -> None:
    up = cli.run("up", FAKE_SPARK="crash")
    assert up.returncode == 1
    assert up.stderr.count("\n") == 1
    assert "spark ended at start: Exception in thread main: java.net.BindException" in up.stderr
    assert str(cli.state_dir / "spark.log") in up.stderr
    assert cli.processes() == []


def test_a_second_up_at_the_same_time_is_refused(cli: CommandLine, eventually: Eventually) -> None:
    first = cli.start("up", FAKE_SPARK="mute")
    eventually(lambda: len(cli.pids()) == 3)
    second = cli.run("up")
    assert second.returncode == 1
    assert "Another `up` or `down`" in second.stderr
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=60)


def test_a_missing_spark_environment_is_one_sentence(cli: CommandLine) -> None:
    up = cli.run("up", PCW_SPARK_PYTHON=str(cli.folder / "none"))
    assert up.returncode == 1
    assert "The Spark environment is missing" in up.stderr
    assert up.stderr.count("\n") == 1
    assert cli.processes() == []


def test_a_site_that_is_not_built_is_one_sentence(cli: CommandLine) -> None:
    up = cli.run("up", PCW_SITE_DIR=str(cli.folder / "none"))
    assert up.returncode == 1
    assert "run `make site`" in up.stderr
    assert cli.processes() == []


def test_an_unusable_origin_is_one_sentence(cli: CommandLine) -> None:
    up = cli.run("up", PCW_ALLOWED_ORIGINS="everyone")
    assert up.returncode == 1
    assert "'everyone', which is no origin" in up.stderr
    assert up.stderr.count("\n") == 1
    assert cli.processes() == []


def test_what_is_no_port_is_one_sentence(cli: CommandLine) -> None:
    up = cli.run("up", PCW_SITE_PORT="eighty")
    assert up.returncode == 1
    assert up.stderr == "PCW_SITE_PORT is 'eighty'; a port is a number from 1 to 65535.\n"


def test_status_tells_what_runs_by_its_exit_code(cli: CommandLine) -> None:
    stopped = cli.run("status")
    assert stopped.returncode == 3
    assert stopped.stdout.count("not running") == 3
    cli.run("up")
    running = cli.run("status")
    assert running.returncode == 0
    for name, pid in cli.pids().items():
        assert any(
            line.startswith(name) and f"pid {pid} " in line and line.endswith("answers")
            for line in running.stdout.splitlines()
        )


def test_logs_shows_the_ends_of_the_chosen_logs(cli: CommandLine) -> None:
    cli.run("up", FAKE_SPARK="crash")
    logs = cli.run("logs", "spark")
    assert "spark  | Exception in thread main" in logs.stdout
    assert "site" not in logs.stdout
    assert cli.run("logs", "nobody").returncode == 1


def test_a_process_that_got_our_old_pid_is_left_alone(cli: CommandLine) -> None:
    stranger = process.Handle(os.getpid(), 0.01, str(cli.state_dir), "python")
    cli.state_dir.mkdir()
    stranger.save(cli.state_dir / "spark.json")
    assert cli.run("down").returncode == 0
    assert not Path(cli.state_dir / "spark.json").exists()
