"""JupyterLite addon: the page half of the bridge in every app page, PySpark in every kernel.

The bridge has to wrap `Worker` before JupyterLite reads it, hence a classic script before all
others. In the wheel this module is the package `pyspark_connect_web_lite`, with the JavaScript and
the kernel's wheels beside it; of this project it imports what lies beside it only.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from jupyterlite_core.addons.base import BaseAddon
from traitlets import Bool, Unicode

from .wheel_contents import import_names, needs_in_tab, wheel_name

PAGE_SCRIPT = "pcw_kernel_bridge.js"
# Only on hosts that cannot set headers. It may reload the page, so it runs before all else.
ISOLATION_SCRIPT = "coi-serviceworker.js"
HARNESS_PAGE = "harness.html"
CHECK_PAGE = "pcw-check.html"
# The harness needs to know where Pyodide is, and only our own builder puts it into the site.
HARNESS_FILES = frozenset({HARNESS_PAGE, "harness.js"})
# It starts the Pyodide of our own builder's sites, on the pages of the apps that run notebooks.
WARM_WORKER = "pcw_warm_worker.js"
WARM_APPS = frozenset({"lab", "notebooks"})
SITE_FILE = "pcw-site.json"
CONFIG_FILE = "jupyter-lite.json"
CONDITIONS_FILE = "pcw_conditions.json"
# Only pages of an app have it; the pages that just redirect to them start no worker.
APP_PAGE_MARK = "data-jupyter-lite-root"
# What the user serves from here is theirs.
CONTENT_FOLDER = "files"
HEAD = re.compile(r"<head(\s[^>]*)?>", re.IGNORECASE)
FIRST_TAG = re.compile(r"(?:\s|<!--.*?-->)*(<[^>]*>)", re.DOTALL)

# Where the site has the kernel's wheels, and where the kernel's worker is: Pyodide resolves the
# addresses of packages against its worker, so that the site works under any path.
WHEELS_FOLDER = "pcw-wheels"
KERNEL_EXTENSION = "@jupyterlite/pyodide-kernel-extension"
KERNEL_WORKER_FOLDER = f"extensions/{KERNEL_EXTENSION}/static"
# Where JupyterLite puts the wheels of a project's own folder of that name.
PYPI_FOLDER = "pypi"
# It would take the place of coi-serviceworker.js: one scope, one worker.
LITE_SERVICE_WORKER = "@jupyterlite/application-extension:service-worker-manager"
HOST_NAME = "jupyterlite"
# Whose extra of that name has the versions of JupyterLite that were tested.
OWN_NAME = "pyspark-connect-web"
TESTED_EXTRA = "jupyterlite"

HERE = Path(__file__).resolve().parent


def page_folder() -> Path:
    """Beside this module in the installed wheel, else where the project has it."""
    packaged = HERE / "page"
    return packaged if packaged.is_dir() else HERE.parent / "page"


def conditions_file() -> Path:
    """The client's own table of what a page needs: the pages use the same words."""
    return HERE.parent / "pyspark_connect_web" / "conditions.json"


def page_files(folder: Path) -> list[Path]:
    """What is copied to the site's root, as it is: its folders are subjects, not addresses."""
    return sorted(p for p in folder.glob("*/*") if p.suffix in {".js", ".html"} and p.is_file())


def app_pages(site: Path) -> list[Path]:
    """Every page that loads a JupyterLite app."""
    return [
        page
        for page in sorted(site.rglob("index.html"))
        if page.relative_to(site).parts[0] != CONTENT_FOLDER
        and APP_PAGE_MARK in page.read_text("utf-8")
    ]


def scripts(site: Path) -> list[str]:
    """The scripts that every page of this site loads first, in this order."""
    return [name for name in (ISOLATION_SCRIPT, PAGE_SCRIPT) if (site / name).is_file()]


def script_tags(site: Path, page: Path) -> list[str]:
    """Tags with addresses relative to the page, so that the site works under any path."""
    parts = page.relative_to(site).parts
    root = "../" * (len(parts) - 1) or "./"
    warm = f"{KERNEL_WORKER_FOLDER}/{WARM_WORKER}"
    has_warm = parts[0] in WARM_APPS and (site / warm).is_file()
    data = {PAGE_SCRIPT: f' data-warm-kernel="{root}{warm}"'} if has_warm else {}
    return [f'<script src="{root}{name}"{data.get(name, "")}></script>' for name in scripts(site)]


def insert_scripts(html: str, tags: list[str]) -> str:
    """The page with `tags` first in its head; unchanged if they are there already."""
    if are_first(html, tags):
        return html
    for tag in tags:
        html = html.replace(f"\n    {tag}", "")
    head = HEAD.search(html)
    if head is None:
        raise ValueError("the page has no <head>")
    inserted = "".join(f"\n    {tag}" for tag in tags)
    return f"{html[: head.end()]}{inserted}{html[head.end() :]}"


def are_first(html: str, tags: list[str]) -> bool:
    head = HEAD.search(html)
    position = head.end() if head else len(html)
    for tag in tags:
        first = FIRST_TAG.match(html, position)
        if first is None or not html.startswith(tag, first.start(1)):
            return False
        position = first.start(1) + len(tag)
    return head is not None


def insert_in_page(site: Path, page: Path) -> None:
    html = page.read_text("utf-8")
    changed = insert_scripts(html, script_tags(site, page))
    if changed != html:
        page.write_text(changed, "utf-8")


def check_page(site: Path, page: Path) -> None:
    if not (site / PAGE_SCRIPT).is_file():
        raise ValueError(f"{site / PAGE_SCRIPT} is missing, but the pages load it")
    if not are_first(page.read_text("utf-8"), script_tags(site, page)):
        raise ValueError(f"{page} does not start its <head> with {' and '.join(scripts(site))}")


def add_page_half(
    site: Path, folder: Path, service_worker: bool = False, own_site: bool = True
) -> None:
    """The page's files and the marks in the pages.

    ``own_site``: our own builder calls it, for a site with Pyodide.
    """
    left_out = set() if service_worker else {ISOLATION_SCRIPT}
    left_out |= set() if own_site else {*HARNESS_FILES, WARM_WORKER}
    for file in page_files(folder):
        if file.name not in left_out:
            place = site / KERNEL_WORKER_FOLDER if file.name == WARM_WORKER else site
            shutil.copyfile(file, place / file.name)
    shutil.copyfile(conditions_file(), site / CONDITIONS_FILE)
    own_pages = [site / name for name in (HARNESS_PAGE, CHECK_PAGE) if (site / name).is_file()]
    for page in [*app_pages(site), *own_pages]:
        insert_in_page(site, page)
    expose_app(site)


def expose_app(site: Path) -> None:
    """Lets the page script reach the app, without which it cannot hear the Interrupt button."""
    path = site / "jupyter-lite.json"
    if not path.is_file():
        return
    config = json.loads(path.read_text("utf-8"))
    config.setdefault("jupyter-config-data", {})["exposeAppInBrowser"] = True
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", "utf-8")


def carried_wheels(folder: Path = HERE / "wheels") -> list[Path]:
    """The wheels that a kernel needs: our client, pyspark-client, and what that imports."""
    wheels = sorted(folder.glob("*.whl"))
    if not wheels:
        raise ValueError(
            "this pyspark-connect-web carries no wheels for the kernel, as it was installed from "
            "the sources: install the released wheel, or the one that `make release` makes"
        )
    return wheels


def add_wheels(site: Path, wheels: list[Path]) -> None:
    """Every kernel of the site has them before its first cell."""
    folder = site / WHEELS_FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for wheel in wheels:
        shutil.copyfile(wheel, folder / wheel.name)
    config = json.loads((site / CONFIG_FILE).read_text("utf-8"))
    settings = config.setdefault("jupyter-config-data", {}).setdefault("litePluginSettings", {})
    options = settings.setdefault(f"{KERNEL_EXTENSION}:kernel", {}).setdefault(
        "loadPyodideOptions", {}
    )
    others = [name for name in options.get("packages", []) if f"/{WHEELS_FOLDER}/" not in name]
    options["packages"] = [*others, *(wheel_address(wheel.name) for wheel in wheels)]
    write_json(site / CONFIG_FILE, config)


def untested_versions() -> list[str]:
    """A sentence for each package of JupyterLite whose version is none of those tested."""
    from packaging.requirements import Requirement  # not in the standard library

    sentences = []
    for text in requires(OWN_NAME) or ():
        tested = Requirement(text)
        if tested.marker is None or not tested.marker.evaluate({"extra": TESTED_EXTRA}):
            continue
        try:
            found = version(tested.name)
        except PackageNotFoundError:
            found = "(not installed)"
        else:
            if tested.specifier.contains(found, prereleases=True):
                continue
        sentences.append(
            f"{tested.name} {found} was not tested with this {OWN_NAME}, which uses private parts "
            f"of {tested.specifier}: kernels may not start or not stop; "
            f"run `pip install '{OWN_NAME}[{TESTED_EXTRA}]'`, or install a newer {OWN_NAME}"
        )
    return sentences


def own_packages(site: Path) -> dict[str, dict[str, Any]]:
    """The wheels that the project put into `pypi/`, for kernels to load when they are imported.

    By name, as Pyodide's lock describes them; addresses are relative to the site.
    """
    found = {}
    for path in sorted((site / PYPI_FOLDER).glob("*.whl")):
        data = path.read_bytes()
        found[wheel_name(path.name)] = {
            "depends": needs_in_tab(data),
            "file_name": f"{PYPI_FOLDER}/{path.name}",
            "imports": import_names(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "version": path.name.split("-")[1],
        }
    return found


def wheel_address(name: str) -> str:
    """As the kernel's worker resolves it."""
    return "../" * len(KERNEL_WORKER_FOLDER.split("/")) + f"{WHEELS_FOLDER}/{name}"


def leave_out_lite_service_worker(site: Path) -> None:
    config = json.loads((site / CONFIG_FILE).read_text("utf-8"))
    data = config.setdefault("jupyter-config-data", {})
    disabled = data.get("disabledExtensions", [])
    data["disabledExtensions"] = sorted({*disabled, LITE_SERVICE_WORKER})
    write_json(site / CONFIG_FILE, config)


def write_json(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(data, indent=2, sort_keys=True) + "\n", "utf-8")


class PysparkConnectWebAddon(BaseAddon):  # type: ignore[misc]
    """Registered as `jupyterlite.addon.v0`: `pip install`, `jupyter lite build`, nothing else."""

    __all__ = ("check", "post_build")

    remote = Unicode(
        help="The Spark endpoint that pcw.default_remote() returns, as sc://host:443/;use_ssl=true"
    ).tag(config=True)
    service_worker = Bool(
        False, help="For hosts that cannot set headers: coi-serviceworker.js isolates the pages"
    ).tag(config=True)

    def post_build(self, manager: Any) -> Iterator[dict[str, Any]]:
        """Copies the bridge and marks the pages, after all other addons made theirs."""
        yield self.task(
            name="bridge",
            doc="copy the bridge and load it first in every app page",
            actions=[(self.add, [Path(manager.output_dir)])],
        )

    def add(self, site: Path) -> None:
        """All that a build of ours has and a plain one lacks."""
        for sentence in untested_versions():
            self.log.warning(sentence)
        wheels = carried_wheels()
        add_page_half(site, page_folder(), self.service_worker, own_site=False)
        if not self.service_worker:
            (site / ISOLATION_SCRIPT).unlink(missing_ok=True)
        else:
            leave_out_lite_service_worker(site)
        add_wheels(site, wheels)
        described = {
            "host": HOST_NAME,
            "remote": self.remote or None,
            "serviceWorker": self.service_worker,
            "sparkOnOrigin": False,
            "wheels": own_packages(site),
        }
        write_json(site / SITE_FILE, described)

    def check(self, manager: Any) -> Iterator[dict[str, Any]]:
        """One task per page: a page without the script is a kernel without `.collect()`."""
        site = Path(manager.output_dir)
        for page in app_pages(site):
            yield self.task(
                name=f"bridge:{page.relative_to(site)}",
                file_dep=[page],
                actions=[(check_page, [site, page])],
            )
