"""Does what a person would: opens the demo notebook, runs its cells, and shows what they print."""

from __future__ import annotations

import argparse
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from deploy.shared.config import Config
from deploy.shared.errors import StackError
from e2e.browser import BrowserMissing, launch
from e2e.notebook import CellResult, Lab, Notebook, UiTimeout

NOTEBOOK = "demo.ipynb"
ADDRESS = f"lab/index.html?path={NOTEBOOK}"
OUT = Path(__file__).parent / "out"
README_PICTURE = Path(__file__).parents[1] / "docs" / "notebook.png"

ANSWER_TIMEOUT_S = 5.0
CELL_TIMEOUT_S = 180.0
"""Of one cell: the first ones also load wheels."""

WINDOW = {"width": 1280, "height": 900}
README_WINDOW = {"width": 1100, "height": 800}
README_SCALE = 1.5
"""Device pixels per pixel: text in the README stays sharp on dense screens."""

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130


class DemoFailed(Exception):
    """The demo did not work, in one sentence."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; an error is one sentence and exit code 1."""
    try:
        given = parser().parse_args(arguments)
        require_answer(given.base_url)
        run(given)
    except (DemoFailed, BrowserMissing, StackError) as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    return 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m e2e.demo", description=__doc__)
    top.add_argument(
        "--base-url",
        default=Config.from_environment().site_url,
        help="the site (default: the one of `make up`, %(default)s)",
    )
    top.add_argument(
        "--screenshot",
        type=Path,
        default=OUT / "demo.png",
        help="where the last picture goes (default: e2e/out/demo.png)",
    )
    top.add_argument("--show", action="store_true", help="in a window, and left open at the end")
    top.add_argument("--readme", action="store_true", help="also write docs/notebook.png")
    return top


def require_answer(url: str) -> None:
    """Raise :class:`DemoFailed` unless a site answers at ``url``."""
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_TIMEOUT_S):
            return
    except ValueError as error:
        raise DemoFailed(f"{url} is no address of a site: {error}.") from error
    except urllib.error.HTTPError as error:
        raise DemoFailed(
            f"{url} answers HTTP {error.code}, so it is not this project's site: give another "
            "with --base-url."
        ) from error
    except OSError as error:
        raise DemoFailed(f"Nothing answers at {url}: run `make up` first.") from error


def run(given: argparse.Namespace) -> None:
    with sync_playwright() as playwright:
        browser = launch(playwright, headless=not given.show)
        try:
            size, scale = (README_WINDOW, README_SCALE) if given.readme else (WINDOW, 1.0)
            context = browser.new_context(viewport=size, device_scale_factor=scale)  # type: ignore[arg-type]
            notebook = open_notebook(context, given.base_url)
            results = run_cells(notebook)
            take_pictures(notebook, results, given)
            if given.show:
                say("close the browser's window to end")
                notebook.page.wait_for_event("close", timeout=0)
        except UiTimeout as error:
            raise DemoFailed(str(error)) from error
        except PlaywrightError as error:
            raise DemoFailed(f"The browser failed: {error.message.splitlines()[0]}.") from error
        finally:
            browser.close()


def open_notebook(context: BrowserContext, base_url: str) -> Notebook:
    """Open the demo notebook and wait for its kernel."""
    say(f"opening {NOTEBOOK} at {base_url}")
    notebook = Lab.open(context, base_url, ADDRESS).notebook
    say("starting Python in the tab")
    notebook.wait_until_idle()
    say("the kernel is ready; running all cells")
    return notebook


def run_cells(notebook: Notebook) -> list[CellResult]:
    """Run all cells, printing each as it ends.

    Raises:
        DemoFailed: a cell shows an error.
    """
    results = notebook.run_all(CELL_TIMEOUT_S, print_cell)
    last = results[-1]
    if last.error:
        reason = last.error.strip().splitlines()[-1]
        raise DemoFailed(f"Cell [{last.number}] of {NOTEBOOK} failed: {reason}")
    say(f"all {len(results)} cells ran")
    return results


def print_cell(cell: CellResult) -> None:
    print(f"\n[{cell.number}] " + "\n    ".join(cell.source.strip().splitlines()))
    for output in cell.outputs:
        shown = output.text.strip("\n")
        for width, height in output.images:
            shown = f"(a picture, {width} x {height} pixels)"
        print("\n".join(f"  | {line}" for line in shown.splitlines()), flush=True)


def take_pictures(
    notebook: Notebook, results: Sequence[CellResult], given: argparse.Namespace
) -> None:
    """Save the window with the last plot in view; with ``--readme`` there as well."""
    if given.readme:
        notebook.lab.hide_sidebar()
    plots = [result for result in results if result.images]
    if plots:
        notebook.show(plots[-1])
    targets = [given.screenshot, *([README_PICTURE] if given.readme else [])]
    for target in targets:
        say(f"screenshot: {notebook.screenshot(target)}")


STARTED = time.monotonic()


def say(text: str) -> None:
    """A progress line with the seconds since the start."""
    print(f"{time.monotonic() - STARTED:6.1f} s  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
