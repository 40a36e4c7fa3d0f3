"""Each thing that a kernel may lack is told by an error of its own."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from pyspark_connect_web import install, is_installed
from pyspark_connect_web.bridge import check_environment, environment
from pyspark_connect_web.errors import (
    EnvironmentUnsupportedError,
    IsolationError,
    PageHalfMissingError,
)
from pyspark_connect_web.worker import kernel_bootstrap

READY = {
    "WorkerGlobalScope": object,
    "isSecureContext": True,
    "crossOriginIsolated": True,
    "name": "pcw-page",
    "location": SimpleNamespace(origin="http://10.0.0.1"),
}


def in_tab(monkeypatch: pytest.MonkeyPatch, **changes: object) -> None:
    scope = {name: value for name, value in {**READY, **changes}.items() if value is not None}
    monkeypatch.setitem(
        sys.modules, "js", SimpleNamespace(**scope, self=SimpleNamespace(name=scope["name"]))
    )
    monkeypatch.setattr(environment, "in_browser", lambda: True)
    monkeypatch.setattr(environment, "isolation_sentence", lambda: "the sentence")


def test_a_ready_kernel_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    in_tab(monkeypatch)
    check_environment()
    assert kernel_bootstrap.installed()


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"WorkerGlobalScope": None}, EnvironmentUnsupportedError, "Web Worker"),
        ({"isSecureContext": False}, IsolationError, "^the sentence$"),
        ({"crossOriginIsolated": False}, IsolationError, "^the sentence$"),
        ({"name": "other"}, PageHalfMissingError, "pcw_kernel_bridge.js"),
    ],
)
def test_what_is_missing_is_named_with_its_cure(
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, object],
    error: type[Exception],
    words: str,
) -> None:
    in_tab(monkeypatch, **changes)
    with pytest.raises(error, match=words):
        kernel_bootstrap.assert_kernel_ready()
    assert not kernel_bootstrap.installed()


def test_a_page_that_names_its_workers_too_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    in_tab(monkeypatch, name="kernel pcw-page")
    check_environment()


def test_install_outside_of_a_browser_says_what_to_use_there() -> None:
    with pytest.raises(EnvironmentUnsupportedError, match=r"pyspark\[connect\]"):
        install()
    assert not is_installed()
