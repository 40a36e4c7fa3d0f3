"""A notebook learns from its site which Spark to talk to."""

from __future__ import annotations

import json
import sys
from types import ModuleType, SimpleNamespace

import pytest
from pyspark_connect_web import default_remote, hosting, session
from pyspark_connect_web.bridge import read_site
from pyspark_connect_web.errors import (
    EnvironmentUnsupportedError,
    NoRemoteError,
    PageHalfMissingError,
)

REMOTE = "sc://spark.example.com:443/;use_ssl=true"


class JsException(Exception):
    """What Pyodide raises for a JavaScript error."""


class Kernel:
    """A kernel's worker, and what its host answers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.status, self.body, self.refused = 200, "{}", False
        self.location = SimpleNamespace(
            origin="http://localhost:8000", protocol="http:", hostname="localhost", port="8000"
        )
        self.scope = SimpleNamespace(name="pcw-page pcw-site=/repo/")
        request = SimpleNamespace(new=lambda: Request(self))
        js = SimpleNamespace(self=self.scope, location=self.location, XMLHttpRequest=request)
        ffi = ModuleType("pyodide.ffi")
        ffi.JsException = JsException  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "js", js)
        monkeypatch.setitem(sys.modules, "pyodide", ModuleType("pyodide"))
        monkeypatch.setitem(sys.modules, "pyodide.ffi", ffi)
        monkeypatch.setattr(hosting, "in_browser", lambda: True)

    def serves(self, **site: object) -> None:
        self.body = json.dumps(site)


class Request:
    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel

    def open(self, method: str, url: str, asynchronous: bool) -> None:
        assert (method, asynchronous) == ("GET", False)
        self.kernel.asked.append(url)

    def send(self) -> None:
        if self.kernel.refused:
            raise JsException("NetworkError")
        self.status, self.responseText = self.kernel.status, self.kernel.body


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    return Kernel(monkeypatch)


def test_the_recorded_endpoint_is_the_default_one(kernel: Kernel) -> None:
    kernel.serves(remote=REMOTE, sparkOnOrigin=True)
    assert default_remote() == REMOTE
    assert kernel.asked == ["http://localhost:8000/repo/pcw-site.json"]


def test_behind_envoy_the_site_is_its_own_endpoint(kernel: Kernel) -> None:
    kernel.serves(remote=None, sparkOnOrigin=True)
    assert default_remote() == "sc://localhost:8000/;transport=grpcweb"


@pytest.mark.parametrize(
    ("protocol", "expected"),
    [
        ("http:", "sc://pyspark.example.com:80/;transport=grpcweb"),
        ("https:", "sc://pyspark.example.com:443/;use_ssl=true;transport=grpcweb"),
    ],
)
def test_a_page_without_a_port_names_it_for_pyspark(
    kernel: Kernel, protocol: str, expected: str
) -> None:
    kernel.serves(sparkOnOrigin=True)
    kernel.location.protocol, kernel.location.port = protocol, ""
    kernel.location.hostname = "pyspark.example.com"
    assert default_remote() == expected


def test_a_static_host_without_an_endpoint_says_how_to_set_it(kernel: Kernel) -> None:
    kernel.serves(host="github-pages", remote=None, sparkOnOrigin=False)
    with pytest.raises(NoRemoteError, match="`make site HOST=github-pages SPARK_REMOTE=sc://"):
        default_remote()


def test_a_site_of_the_jupyterlite_addon_names_its_own_command(kernel: Kernel) -> None:
    kernel.serves(host="jupyterlite", remote=None)
    with pytest.raises(NoRemoteError, match=r"jupyter lite build --Pys\w+\.remote="):
        default_remote()


@pytest.mark.parametrize("status", [200, 404])
def test_a_site_of_another_build_says_so_too(kernel: Kernel, status: int) -> None:
    kernel.status, kernel.body = status, "<html>"
    with pytest.raises(NoRemoteError, match="`make site SPARK_REMOTE="):
        default_remote()


def test_a_site_that_cannot_be_asked_is_an_unknown_one(kernel: Kernel) -> None:
    kernel.refused = True
    assert read_site() == {}


def test_a_worker_that_was_not_told_the_root_asks_nothing(kernel: Kernel) -> None:
    kernel.scope.name = "pcw-page"
    assert read_site() == {}
    assert kernel.asked == []


def test_a_page_without_the_bridge_is_named(kernel: Kernel) -> None:
    kernel.scope.name = ""
    with pytest.raises(PageHalfMissingError):
        default_remote()


def test_outside_of_a_page_there_is_no_default() -> None:
    with pytest.raises(EnvironmentUnsupportedError, match=r"builder\.remote"):
        default_remote()


def test_a_session_installs_first_and_goes_to_the_default(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel.serves(remote=REMOTE)
    done: list[str] = []
    monkeypatch.setattr(hosting, "install", lambda: done.append("installed"))

    class Builder:
        def remote(self, url: str) -> Builder:
            done.append(url)
            return self

        def getOrCreate(self) -> str:
            return "session"

    sql = ModuleType("pyspark.sql")
    sql.SparkSession = SimpleNamespace(builder=Builder())  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pyspark.sql", sql)
    assert session() == "session"
    assert done == ["installed", REMOTE]
