"""The `grpc` module by itself: generated stubs that are not Spark's, a real gRPC server, Envoy.

Each case runs natively with grpcio and in the tab, and gives the same.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from playwright.sync_api import BrowserContext

from deploy.local import services
from deploy.local.service import Service
from deploy.shared.config import ROOT, Config, Ports
from e2e.harness import Harness, PythonError
from e2e.interop.service import serving
from e2e.native_clients import as_in_the_tab

pytestmark = pytest.mark.any_stack

FOLDER = Path(__file__).parent / "interop"
SPARK_PATH = "/spark.connect.SparkConnectService/"
INTEROP_PATH = "/grpc.testing."
SEND_LIMIT_BYTES = 4 * 1024 * 1024
CHANNEL_OPTIONS = [("grpc.max_send_message_length", SEND_LIMIT_BYTES)]
CASE_NAMES = [
    line.strip().rstrip(",")
    for line in (FOLDER / "cases.py").read_text().partition("CASES = [")[2].splitlines()
    if line.startswith("    ")
]


@pytest.fixture(scope="module")
def stubs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the generated modules and the cases, importable."""
    tools = tmp_path_factory.mktemp("protoc")
    made = tmp_path_factory.mktemp("stubs")
    lock = ROOT / "requirements" / "protoc.txt"
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    run(*pip, "--require-hashes", "--target", str(tools), "--requirement", str(lock))
    program = "import sys; sys.path.insert(0, sys.argv.pop(1)); from grpc_tools import protoc; "
    out = [f"--python_out={made}", f"--grpc_python_out={made}"]
    arguments = [f"-I{FOLDER}", *out, "interop.proto"]
    run("-c", f"{program}sys.exit(protoc.main(sys.argv))", str(tools), *arguments)
    (made / "interop_cases.py").write_text((FOLDER / "cases.py").read_text())
    sys.path.insert(0, str(made))
    yield made
    sys.path.remove(str(made))


def run(*arguments: str) -> None:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def config(site_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Config:
    return Config(
        state_dir=tmp_path_factory.mktemp("interop"), site_dir=site_dir, ports=Ports.free()
    )


@pytest.fixture(scope="module")
def servers(config: Config, stubs: Path) -> Iterator[Config]:
    """The gRPC server behind an Envoy with our configuration, and the site for the page."""
    pb, rpc = (importlib.import_module(name) for name in ("interop_pb2", "interop_pb2_grpc"))
    started: list[Service] = []
    try:
        with serving(config.ports.spark, pb, rpc):
            for service in (services.site(config), envoy_for_any_service(config)):
                started.append(service)
                service.start()
                service.wait_healthy()
            yield config
    finally:
        for service in started:
            service.stop()


def envoy_for_any_service(config: Config) -> Service:
    """Our Envoy, with the path of Spark's service replaced by that of the interop services."""
    envoy = services.envoy(config)
    file = config.state_dir / "envoy.yaml"

    def prepare() -> None:
        envoy.prepare()
        text = file.read_text()
        assert SPARK_PATH in text
        file.write_text(text.replace(SPARK_PATH, INTEROP_PATH))

    return dataclasses.replace(envoy, prepare=prepare)


@pytest.fixture(scope="module")
def tab(context: BrowserContext, servers: Config, stubs: Path) -> Iterator[Harness]:
    """The harness with the cases loaded, and `channel()` to the page's own origin."""
    harness = Harness.open(context, servers.site_url)
    files = {path.name: path.read_text() for path in stubs.glob("*.py")}
    harness.run(
        "import json, pathlib, sys\n"
        "import pyspark_connect_web as pcw\n"
        "pcw.install()\n"
        f"for name, text in json.loads({json.dumps(files)!r}).items():\n"
        "    pathlib.Path('/home/pyodide', name).write_text(text)\n"
        "sys.path.insert(0, '/home/pyodide')\n"
        "import grpc, interop_cases\n"
        "def channel():\n"
        f"    return grpc.insecure_channel('localhost:{servers.ports.site}', {CHANNEL_OPTIONS!r})\n"
    )
    yield harness
    harness.close()


def native(config: Config, name: str) -> Any:
    """What the case gives with grpcio, straight from the server."""
    cases = importlib.import_module("interop_cases")
    channel = grpc.insecure_channel(f"127.0.0.1:{config.ports.spark}", CHANNEL_OPTIONS)
    try:
        case = getattr(cases, name)
        return as_in_the_tab(case(channel), getattr(case, "natively", {}))
    finally:
        channel.close()


@pytest.mark.parametrize("name", CASE_NAMES)
def test_a_case_gives_what_grpcio_gives(tab: Harness, servers: Config, name: str) -> None:
    assert tab.call(f"interop_cases.{name}(channel())") == native(servers, name)


def test_a_bidirectional_call_says_that_it_is_not_there(tab: Harness) -> None:
    call = "interop_cases.rpc.TestServiceStub(channel()).FullDuplexCall(iter(()))"
    with pytest.raises(PythonError, match=r"NotImplementedError: .*FullDuplexCall.*grpc-web"):
        tab.run(call)


@pytest.mark.parametrize("asked", ["grpc.server(None)", "from grpc import server"])
def test_a_name_that_is_missing_is_named(tab: Harness, asked: str) -> None:
    with pytest.raises(PythonError, match=r"grpc\.server is not available in a browser tab"):
        tab.run(asked)
