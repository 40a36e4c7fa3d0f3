"""What the built JupyterLite is configured to do, and the notebooks it starts with."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from builder.constants import DRAWING_WHEELS, KERNEL_PLUGIN, SCIENCE_WHEELS
from builder.errors import BuildError
from builder.lite import (
    LABEXTENSION,
    LAZY_ENTRY,
    LAZY_EXTENSION,
    build_config,
    content_of,
    make_plotly_lazy,
    overrides,
    site_config,
    with_extensions,
)
from builder.settings import SITE, Options, read_env
from builder.wheels import zip_deterministically

NOTEBOOKS = sorted((SITE / "content").glob("*.ipynb"))


def test_nothing_is_configured_to_leave_the_origin(options: Options) -> None:
    text = json.dumps([site_config(options), overrides(options)])
    assert not re.search(r"(https?:)?//", text)


def test_the_kernel_uses_this_sites_pyodide_and_no_registry(options: Options) -> None:
    kernel = site_config(options)["jupyter-config-data"]["litePluginSettings"][KERNEL_PLUGIN]
    assert kernel["pyodideUrl"] == "./pcw_pyodide.js"
    assert kernel["disablePyPIFallback"] is True
    later = {*SCIENCE_WHEELS, *DRAWING_WHEELS}
    assert not set(kernel["loadPyodideOptions"]["packages"]) & later


def test_a_build_may_let_notebooks_ask_a_registry(options: Options) -> None:
    allowed = site_config(replace(options, pypi=True))
    plugins = allowed["jupyter-config-data"]["litePluginSettings"]
    assert plugins[KERNEL_PLUGIN]["disablePyPIFallback"] is False


def test_jupyterlites_own_service_worker_stays_away(options: Options) -> None:
    """It would replace ours, and its drive is not needed where the kernel shares memory."""
    disabled = site_config(options)["jupyter-config-data"]["disabledExtensions"]
    assert "@jupyterlite/application-extension:service-worker-manager" in disabled


def test_no_news_and_no_extension_manager(options: Options) -> None:
    disabled = site_config(options)["jupyter-config-data"]["disabledExtensions"]
    assert "@jupyterlab/apputils-extension:announcements" in disabled
    notifications = overrides(options)["@jupyterlab/apputils-extension:notification"]
    assert notifications["fetchNews"] == "false"
    assert notifications["checkForUpdates"] is False


def test_given_overrides_come_on_top(options: Options, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    plugin = "@jupyterlab/apputils-extension:notification"
    file.write_text(json.dumps({plugin: {"checkForUpdates": True}, "other": {"x": 1}}))
    merged = overrides(Options(options.out, options.cache, overrides=file))
    assert merged[plugin] == {
        **overrides(options)[plugin],
        "checkForUpdates": True,
    }
    assert merged["other"] == {"x": 1}


def test_unreadable_overrides(options: Options, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="--overrides"):
        overrides(Options(options.out, options.cache, overrides=tmp_path / "absent.json"))


def test_only_the_extensions_of_the_kernel_and_of_the_sites_wheels_are_built_in() -> None:
    wheels = {
        "chart.whl": zip_deterministically([(f"chart-1{LABEXTENSION}chart/package.json", b"{}")]),
        "plain.whl": zip_deterministically([("plain.py", b"")]),
        "library.zip": b"no wheel",
    }
    config = build_config(Path("/work"), with_extensions(wheels))["LiteBuildConfig"]
    assert config["ignore_sys_prefix"] == ["federated_extensions"]
    kernel, other = config["federated_extensions"]
    assert kernel.endswith("@jupyterlite/pyodide-kernel-extension")
    assert other == "/work/wheels/chart.whl"
    assert config["no_sourcemaps"] is True


def test_ones_own_notebooks_lie_beside_the_projects(options: Options, tmp_path: Path) -> None:
    (tmp_path / "week").mkdir()
    (tmp_path / "week" / "first.ipynb").write_bytes(b"{}")
    (tmp_path / ".hidden").write_bytes(b"")
    content = content_of(replace(options, content=tmp_path))
    assert set(content) == {"demo.ipynb", "week/first.ipynb"}
    (tmp_path / "demo.ipynb").write_bytes(b"mine")
    assert content_of(replace(options, content=tmp_path))["demo.ipynb"] == b"mine"


def test_plotlys_page_half_waits_for_the_first_chart(tmp_path: Path) -> None:
    static = tmp_path / "extensions" / LAZY_EXTENSION / "static"
    static.mkdir(parents=True)
    extension = {"name": LAZY_EXTENSION, "load": "static/remoteEntry.abc.js"}
    other = {"name": "other", "load": "static/remoteEntry.def.js"}
    config = {"jupyter-config-data": {"federated_extensions": [extension, other]}}
    (tmp_path / "jupyter-lite.json").write_text(json.dumps(config))
    make_plotly_lazy(tmp_path)
    written = json.loads((tmp_path / "jupyter-lite.json").read_text())
    first, second = written["jupyter-config-data"]["federated_extensions"]
    assert first["load"] == "static/lazy_plotly.js"
    assert second == other
    script = (static / "lazy_plotly.js").read_text()
    assert '"remoteEntry.abc.js"' in script
    assert LAZY_ENTRY not in script


def test_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# a comment=1\nA=1\n\nB = two=2\n")
    assert read_env(tmp_path / ".env") == {"A": "1", "B": "two=2"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.name for path in NOTEBOOKS])
def test_notebooks_are_clean_and_for_this_kernel(path: Path) -> None:
    notebook = json.loads(path.read_text("utf-8"))
    assert notebook["metadata"]["kernelspec"]["name"] == "python"
    for cell in notebook["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        if cell["cell_type"] == "code":
            compile("".join(cell["source"]), cell["id"], "exec")


def test_the_demo_asks_for_isolation_before_it_imports() -> None:
    notebook = json.loads((SITE / "content" / "demo.ipynb").read_text("utf-8"))
    code = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    assert "assert js.crossOriginIsolated" in code[0]
    assert "pyspark" not in code[0]
    assert "pcw.install()" in code[1]
    everything = "\n".join(code)
    for call in (".collect()", ".toPandas()", ".groupBy(", "createDataFrame(", "spark.sql("):
        assert call in everything
    assert "pcw.default_remote()" in everything
    assert "sc://" not in everything
