"""A wheel is unpacked only when its bytes are those that the lock names."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from pyspark_connect_web.bridge import HttpResponse
from pyspark_connect_web.packages import wheel as wheel_module
from pyspark_connect_web.packages.lock import Wheel
from pyspark_connect_web.packages.wheel import WheelError, install_wheel


def wheel_bytes() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("thing/__init__.py", "value = 1\n")
    return buffer.getvalue()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, HttpResponse]:
    """Responses by URL; wheels are unpacked into ``tmp_path``."""
    responses: dict[str, HttpResponse] = {}

    class Channel:
        def __init__(self, url: str) -> None:
            self.url = url

        def unary(self, path: str, method: str) -> HttpResponse:
            return responses[self.url + path]

    monkeypatch.setattr(wheel_module, "SabSyncChannel", Channel)
    monkeypatch.setattr(wheel_module.sysconfig, "get_paths", lambda: {"purelib": str(tmp_path)})
    return responses


URL = "http://site/thing.whl"


def test_a_wheel_with_the_named_hash_is_unpacked(
    site: dict[str, HttpResponse], tmp_path: Path
) -> None:
    body = wheel_bytes()
    site[URL] = HttpResponse(200, {}, body)
    install_wheel(Wheel("thing", URL, hashlib.sha256(body).hexdigest()))
    assert (tmp_path / "thing" / "__init__.py").read_text() == "value = 1\n"


@pytest.mark.parametrize(
    "body", [wheel_bytes()[:-1], wheel_bytes() + b"x", b""], ids=["truncated", "altered", "empty"]
)
def test_a_wheel_of_other_bytes_is_refused_and_not_unpacked(
    site: dict[str, HttpResponse], tmp_path: Path, body: bytes
) -> None:
    site[URL] = HttpResponse(200, {}, body)
    with pytest.raises(WheelError, match="sha256"):
        install_wheel(Wheel("thing", URL, hashlib.sha256(wheel_bytes()).hexdigest()))
    assert list(tmp_path.iterdir()) == []


def test_a_wheel_that_is_not_there_is_named(site: dict[str, HttpResponse]) -> None:
    site[URL] = HttpResponse(404, {}, b"")
    with pytest.raises(WheelError, match=r"thing\.whl answered HTTP 404"):
        install_wheel(Wheel("thing", URL, "0" * 64))


def test_the_pages_half_of_a_package_stays_out_of_the_kernels_memory(
    site: dict[str, HttpResponse], tmp_path: Path
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("chart/__init__.py", "")
        archive.writestr("chart-1.0.data/data/share/jupyter/labextensions/chart/x.js", "")
    data = buffer.getvalue()
    site["http://site/chart.whl"] = HttpResponse(200, {}, data)
    install_wheel(Wheel("chart", "http://site/chart.whl", hashlib.sha256(data).hexdigest()))
    assert [path.name for path in tmp_path.iterdir()] == ["chart"]
