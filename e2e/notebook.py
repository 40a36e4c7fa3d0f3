"""JupyterLab in the browser, used as a person uses it: keyboard, pointer and eyes.

    lab = Lab.open(context, "http://localhost:8000")
    result = lab.notebook.run_cell("1 + 1")
    assert result.text == "2"

Nothing here sleeps: every step waits for something that can be seen, and a step that waits in vain
raises :class:`UiTimeout`, which says what was waited for and what was on the screen instead.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    Worker,
)
from playwright.sync_api import TimeoutError as PlaywrightTimeout

PAGE_TIMEOUT_S = 60.0
KERNEL_TIMEOUT_S = 120.0
CELL_TIMEOUT_S = 120.0
SETTLED_TIMEOUT_S = 30.0
POLL_MS = 100
MS_PER_S = 1000

SCREENSHOTS = Path(__file__).parent / "out"

HTTP_BAD_REQUEST = 400
FAILED_LOAD = "Failed to load resource"
ABORTED = "net::ERR_ABORTED"
"""A request that the page itself gave up, as it does when it closes."""

KERNEL_WORKER = "pyodide-kernel-extension"
"""Part of the address of a worker that runs a kernel."""

STDERR_KIND = "application/vnd.jupyter.stderr"
PLAIN_KINDS = frozenset({"application/vnd.jupyter.stdout", STDERR_KIND, "text/plain"})

LOADING = re.compile(r"^Loading \S+ \(\d+ of \d+ wheels\) \.\.\.\n?", re.MULTILINE)
ERROR_START = re.compile(r"-{20,}\n|[\w.]*(Error|Exception|Interrupt|Exit)\b")
"""JupyterLab shows an error as it shows text on stderr; what tells them apart is how they begin:
an IPython traceback with a ruler, an error without a traceback with the name of its class."""

READ_SCRIPT = """
([id, first, end]) => {
  const panel = document.getElementById(id);
  const read = (cell) => ({
    code: cell.classList.contains("jp-CodeCell"),
    source: [...cell.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\\n"),
    prompt: cell.querySelector(".jp-InputArea-prompt")?.innerText.trim() ?? "",
    outputs: [...cell.querySelectorAll(".jp-OutputArea-output")].map((output) => ({
      kind: output.dataset.mimeType ?? "",
      text: output.innerText,
      html: output.innerHTML,
      images: [...output.querySelectorAll("img")].map((image) => [
        image.complete ? image.naturalWidth : 0,
        image.complete ? image.naturalHeight : 0,
      ]),
    })),
  });
  const cells = [...(panel?.querySelectorAll(".jp-Notebook .jp-Cell") ?? [])];
  return {
    count: cells.length,
    kernel: panel?.querySelector(".jp-KernelName")?.innerText ?? "none",
    failed: Boolean(panel?.querySelector(".jp-KernelStatus-error")),
    status: panel?.querySelector(".jp-Notebook-ExecutionIndicator")?.dataset.status ?? "none",
    cells: cells.slice(first ?? 0, end ?? cells.length).map(read),
    dialogs: [...document.querySelectorAll(".jp-Dialog")].map((dialog) => dialog.innerText),
  };
}
"""

SETTLED_SCRIPT = f"""
async ([which, limit]) => {{
  // Outputs are rendered after the cell's prompt has changed, in later frames.
  const read = {READ_SCRIPT};
  const frame = () => new Promise((resolve) => {{
    requestAnimationFrame(resolve);
    setTimeout(resolve, limit);
  }});
  for (const end = performance.now() + limit; performance.now() < end;) {{
    const before = read(which);
    await frame();
    await frame();
    const loading = [...document.images].some((image) => !image.complete);
    if (!loading && JSON.stringify(before) === JSON.stringify(read(which))) return before;
  }}
  return null;
}}
"""


class UiTimeout(AssertionError):
    """Something did not appear on the screen in time."""


@dataclass(frozen=True)
class Output:
    """One output of a cell, as it is shown; sizes of images in pixels."""

    kind: str
    text: str
    html: str
    images: tuple[tuple[int, int], ...]

    @property
    def is_error(self) -> bool:
        return self.kind == STDERR_KIND and ERROR_START.match(self.text) is not None


@dataclass(frozen=True)
class CellResult:
    """A code cell after it ran; ``number`` is that of its prompt, None if it was skipped."""

    index: int
    source: str
    number: int | None
    outputs: tuple[Output, ...]

    @property
    def text(self) -> str:
        """All printed and returned text; no errors, and nothing that only slow machines show."""
        plain = (out for out in self.outputs if out.kind in PLAIN_KINDS and not out.is_error)
        said = (out.text for out in plain if not LOADING.fullmatch(out.text))
        return "\n".join(LOADING.sub("", text).strip("\n") for text in said)

    @property
    def error(self) -> str | None:
        """The error that is shown, or None."""
        errors = [output.text.strip("\n") for output in self.outputs if output.is_error]
        return "\n".join(errors) if errors else None

    @property
    def html(self) -> str:
        """The markup of all HTML outputs, such as a pandas table."""
        return "\n".join(output.html for output in self.outputs if output.kind == "text/html")

    @property
    def images(self) -> tuple[tuple[int, int], ...]:
        """Width and height of each shown image, in pixels."""
        return tuple(size for output in self.outputs for size in output.images)


class Lab:
    """One JupyterLab page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.messages: list[str] = []
        """Warnings and errors of the console, uncaught exceptions, requests that failed."""
        page.on("console", self._hear)
        page.on("response", self._hear_response)
        page.on("requestfailed", self._hear_failure)
        page.on("pageerror", lambda error: self.messages.append(f"uncaught: {error}"))

    @classmethod
    def open(cls, context: BrowserContext, base_url: str, address: str = "") -> Lab:
        """Open the site at its root, or at ``address``, such as "lab/index.html?path=demo.ipynb".

        "lab/index.html" alone shows the launcher.
        """
        lab = cls(context.new_page())
        lab.page.goto(f"{base_url.rstrip('/')}/{address}", timeout=PAGE_TIMEOUT_S * MS_PER_S)
        lab.wait(
            "JupyterLab with its menus and a first tab",
            "() => document.querySelector('.lm-MenuBar-item') &&"
            " document.querySelector('.lm-DockPanel .jp-MainAreaWidget')",
            timeout=PAGE_TIMEOUT_S,
        )
        return lab

    @property
    def notebook(self) -> Notebook:
        """The notebook in front."""
        front = ".jp-NotebookPanel:not(.lm-mod-hidden)"
        self.wait(
            "a notebook in front", "front => document.querySelector(front)", front, PAGE_TIMEOUT_S
        )
        return Notebook(self, str(self.page.locator(front).first.get_attribute("id")))

    def new_notebook(self) -> Notebook:
        """A new notebook from the launcher, with a kernel of its own."""
        known = self._notebook_ids()
        card = self.page.locator('.jp-LauncherCard[data-category="Notebook"]:visible')
        if not card.count():
            self.page.locator(".lm-TabBar-addButton:visible").first.click()
        card.first.click()
        new = self.wait(
            "a new notebook",
            "known => [...document.querySelectorAll('.jp-NotebookPanel')]"
            ".map(panel => panel.id).find(id => !known.includes(id))",
            known,
            PAGE_TIMEOUT_S,
        )
        return Notebook(self, str(new))

    def choose(self, menu: str, command: str) -> None:
        """Click a menu and then its entry; ``command`` is the entry's id in JupyterLab."""
        self.page.locator(".lm-MenuBar-item", has_text=menu).first.click()
        self.page.locator(f'.lm-Menu-item[data-command="{command}"]').click()

    def hide_sidebar(self) -> None:
        """Close the file browser, as Ctrl+B does."""
        if self.page.locator("#jp-left-stack").is_visible():
            self.page.keyboard.press("Control+b")
            self.page.locator("#jp-left-stack").wait_for(state="hidden")

    def toasts(self) -> list[str]:
        """The notifications that are on the screen."""
        return self.page.locator(".Toastify__toast").all_inner_texts()

    def screenshot(self, path: Path) -> Path:
        """Save what is visible as a PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path)
        return path

    def wait(self, what: str, script: str, argument: Any = None, timeout: float = 30.0) -> Any:
        """The first truthy value of ``script``; ``timeout`` in seconds.

        Raises:
            UiTimeout: it never became truthy.
        """
        try:
            handle = self.page.wait_for_function(
                script, arg=argument, polling=POLL_MS, timeout=timeout * MS_PER_S
            )
        except PlaywrightTimeout:
            raise UiTimeout(self.explain(what, timeout)) from None
        return handle.json_value()

    def explain(self, what: str, timeout: float) -> str:
        """What was waited for, and what is on the screen instead, with a screenshot of it."""
        picture = SCREENSHOTS / f"timeout-{time.strftime('%H%M%S')}.png"
        lines = [
            f"Waited {timeout:.0f} s in vain for {what}.",
            f"Screenshot: {self.screenshot(picture)}",
            *(f"Console: {message}" for message in self.messages[-5:]),
        ]
        for panel in self._notebook_ids():
            state = self.page.evaluate(READ_SCRIPT, [panel])
            lines.append(f"Kernel: {state['kernel']}, {state['status']}")
            lines += [f"Dialog: {text}" for text in state["dialogs"]]
            lines += [_describe(cell) for cell in state["cells"] if cell["code"]][-5:]
        return "\n".join(lines)

    def _notebook_ids(self) -> list[str]:
        script = "() => [...document.querySelectorAll('.jp-NotebookPanel')].map(each => each.id)"
        return list(self.page.evaluate(script))

    def _hear(self, message: ConsoleMessage) -> None:
        # A failed request is told of with its address by _hear_response.
        if message.type in {"warning", "error"} and FAILED_LOAD not in message.text:
            self.messages.append(f"{message.type}: {message.text}")

    def _hear_response(self, response: Response) -> None:
        if response.status >= HTTP_BAD_REQUEST:
            self.messages.append(f"HTTP {response.status}: {response.url}")

    def _hear_failure(self, request: Request) -> None:
        if request.failure != ABORTED:
            self.messages.append(f"{request.failure}: {request.url}")


class Notebook:
    """One notebook of a page; ``panel_id`` is the id of its element."""

    def __init__(self, lab: Lab, panel_id: str) -> None:
        self.lab = lab
        self.page = lab.page
        self.panel_id = panel_id
        self.panel = self.page.locator(f"[id='{panel_id}']")

    def activate(self) -> None:
        """Bring the notebook to the front."""
        if not self.panel.is_visible():
            self.page.locator(f".lm-TabBar-tab[data-id='{self.panel_id}']").click()

    def wait_until_idle(self, timeout: float = KERNEL_TIMEOUT_S) -> None:
        """Wait for a kernel that is started and idle."""
        started = time.monotonic()
        # Before a kernel is there the indicator says "idle" too, hence the kernel's name.
        outcome = self.lab.wait(
            "an idle kernel",
            f"id => {{ const now = ({READ_SCRIPT})([id, 0, 0]);"
            " if (now.failed) return 'failed';"
            " return now.status === 'idle' && !['none', 'No Kernel'].includes(now.kernel); }",
            self.panel_id,
            timeout,
        )
        if outcome == "failed":
            waited = time.monotonic() - started
            raise UiTimeout(self.lab.explain("a kernel, whose start has failed", waited))

    def run_cell(self, source: str, timeout: float = CELL_TIMEOUT_S) -> CellResult:
        """Type ``source`` into the last cell, run it, and read what it shows."""
        index = self.start_cell(source)
        return self.finish_cell(index, timeout)

    def start_cell(self, source: str) -> int:
        """Type and run a cell without waiting for it; gives its index for :meth:`finish_cell`."""
        index = self.write_cell(source)
        self.page.keyboard.press("Shift+Enter")
        return index

    def write_cell(self, source: str) -> int:
        """Type into the last cell and stay in it, with the cursor at the end; gives its index."""
        self.activate()
        index = self._empty_last_cell()
        self._cell(index).locator(".cm-content").click()
        self.page.keyboard.insert_text(source)
        return index

    def finish_cell(self, index: int, timeout: float = CELL_TIMEOUT_S) -> CellResult:
        """Wait until the prompt of a started cell has its number, then read the cell."""
        self.lab.wait(
            f"cell {index} to finish",
            "([id, index]) => /^\\[\\d+\\]/.test(document.getElementById(id)"
            "?.querySelectorAll('.jp-Notebook .jp-Cell')[index]"
            "?.querySelector('.jp-InputArea-prompt')?.innerText.trim())",
            [self.panel_id, index],
            timeout,
        )
        [result] = self._settled(index, index + 1)
        return result

    def run_all(
        self,
        timeout: float = CELL_TIMEOUT_S,
        on_cell: Callable[[CellResult], None] = lambda result: None,
    ) -> list[CellResult]:
        """Run all cells by the menu; ``timeout`` is for each. Ends after the first error.

        ``on_cell`` gets each result as soon as it is there.
        """
        self.activate()
        self.lab.choose("Edit", "editmenu:clear-all")
        self.lab.choose("Run", "runmenu:run-all")
        results: list[CellResult] = []
        for cell in self.outputs():
            results.append(self.finish_cell(cell.index, timeout))
            on_cell(results[-1])
            if results[-1].error:
                break
        return results

    def outputs(self) -> list[CellResult]:
        """All code cells as they are now."""
        return self._settled(0, None)

    def restart_kernel(self, timeout: float = KERNEL_TIMEOUT_S) -> None:
        """Click the toolbar's restart button, confirm, and wait for the new kernel."""
        self.activate()
        with self.page.expect_worker(_is_kernel, timeout=timeout * MS_PER_S):
            self._toolbar("notebook:restart-kernel").click()
            self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.wait_until_idle(timeout)

    def interrupt(self) -> None:
        """Click the toolbar's stop button."""
        self.activate()
        self._toolbar("notebook:interrupt-kernel").click()

    def screenshot(self, path: Path) -> Path:
        """Save what is visible of the page, with this notebook in front, as a PNG."""
        self.activate()
        return self.lab.screenshot(path)

    def show(self, cell: CellResult) -> None:
        """Scroll until a cell's output is in the middle of the window."""
        shown = self._cell(cell.index).locator(".jp-OutputArea-output")
        (shown.first if shown.count() else self._cell(cell.index)).evaluate(
            "element => element.scrollIntoView({block: 'center'})"
        )

    def _settled(self, first: int, end: int | None) -> list[CellResult]:
        """The code cells of a slice, once their outputs do not change from frame to frame."""
        which, limit_ms = [self.panel_id, first, end], SETTLED_TIMEOUT_S * MS_PER_S
        settled = self.page.evaluate(SETTLED_SCRIPT, [which, limit_ms])
        if settled is None:
            raise UiTimeout(self.lab.explain("outputs that stay as they are", SETTLED_TIMEOUT_S))
        cells = enumerate(settled["cells"], first)
        return [_result(index, cell) for index, cell in cells if cell["code"]]

    def _empty_last_cell(self) -> int:
        """The index of an empty code cell at the end; made if there is none."""
        state = self.page.evaluate(READ_SCRIPT, [self.panel_id, -1])
        count, [last] = state["count"], state["cells"]
        if last["code"] and not last["source"].strip() and last["prompt"] == "[ ]:":
            return int(count) - 1
        self._cell(count - 1).locator(".jp-InputPrompt").click()
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        self.lab.wait(
            "a new cell at the end",
            "([id, count]) => document.getElementById(id)"
            ".querySelectorAll('.jp-Notebook .jp-Cell').length > count",
            [self.panel_id, count],
        )
        return int(count)

    def _cell(self, index: int) -> Locator:
        return self.panel.locator(".jp-Notebook .jp-Cell").nth(index)

    def _toolbar(self, command: str) -> Locator:
        return self.panel.locator(f'.jp-NotebookPanel-toolbar [data-command="{command}"]')


def _is_kernel(worker: Worker) -> bool:
    return KERNEL_WORKER in worker.url


def _result(index: int, cell: dict[str, Any]) -> CellResult:
    number = cell["prompt"].strip("[]: ")
    outputs = tuple(
        Output(out["kind"], out["text"], out["html"], tuple((w, h) for w, h in out["images"]))
        for out in cell["outputs"]
    )
    return CellResult(index, cell["source"], int(number) if number.isdigit() else None, outputs)


def _describe(cell: dict[str, Any]) -> str:
    source = cell["source"].strip().splitlines() or [""]
    shown = " | ".join(output["text"].strip()[-300:] for output in cell["outputs"])
    return f"Cell {cell['prompt']} {source[0][:80]} -> {shown}"
