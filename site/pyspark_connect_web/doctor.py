"""``doctor()``: what ``pcw-check.html`` shows, from inside a notebook's kernel."""

from __future__ import annotations

from typing import Any

from .bridge import WorkerName, in_browser, page_url, site_root

DOCTOR_MODULE = "pcw_doctor.js"
CHECK_PAGE = "pcw-check.html"


def doctor(remote: str = "") -> None:
    """Print each thing that a notebook needs, ✓ or ✗, and what to do about each ✗.

    ``remote`` is the endpoint to check; the site's own if it is left out. It works before
    ``install()``, and a condition that fails is printed, never raised.
    """
    for line in _lines(remote):
        print(line)


def _lines(remote: str) -> list[str]:
    if not in_browser():
        return ["✗ Browser: pcw.doctor() looks at a browser's page, and this Python is in none."]
    root = site_root()
    if root is None:
        return ["✗ Bridge script: the page did not load pcw_kernel_bridge.js; build the site anew."]
    from pyodide.ffi import JsException, can_run_sync

    if not can_run_sync():
        return [f"✗ This browser's kernels cannot check from a cell: open {root}{CHECK_PAGE}."]
    try:
        findings = _diagnose(root, remote)
    except JsException as error:
        return [f"✗ Site: {root}{DOCTOR_MODULE} cannot be used ({error}); build the site anew."]
    return [f"{'✓' if one['ok'] else '✗'} {one['title']}: {one['text']}" for one in findings]


def _diagnose(root: str, remote: str) -> list[dict[str, Any]]:
    import js
    from pyodide.code import run_js
    from pyodide.ffi import run_sync, to_js

    place = {
        "page": page_url() or str(js.location.origin),
        "worker": str(js.location.href),
        "bridge": WorkerName.PAGE in str(js.self.name).split(),
        "isolatedWorker": bool(js.crossOriginIsolated),
        "remote": remote,
    }
    module = run_sync(run_js("(url) => import(url)")(f"{root}{DOCTOR_MODULE}"))
    given = to_js(place, dict_converter=js.Object.fromEntries)
    findings: list[dict[str, Any]] = run_sync(module.diagnose(given)).to_py()
    return findings
