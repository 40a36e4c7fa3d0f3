"""Finds a Chromium on this machine and starts it for the tests and the demo."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

CHROMIUM_VARIABLE = "CHROMIUM"
"""Environment variable with the path of the browser to use, before any other."""

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

QUIET_ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
"""A browser that asks for nothing on its own: every request then is the page's."""

FOREIGN_NAME = "pcw.test"
"""This machine by a name that makes no secure context, as one in a local network does not."""

LOOPBACK_ONLY = (
    f"--host-resolver-rules=MAP {FOREIGN_NAME} 127.0.0.1 , MAP * ~NOTFOUND , "
    "EXCLUDE 127.0.0.1, EXCLUDE localhost"
)
"""No other name resolves, so that nothing can leave this machine unnoticed."""

NO_BACK_FORWARD_CACHE = "--disable-back-forward-cache"

INSTALL = "install one (`apt-get install chromium` or `playwright install chromium`)"


class BrowserMissing(RuntimeError):
    """There is no browser here, or it does not start."""


def find_chromium(playwright: Playwright | None = None) -> Path:
    """The browser to use: `$CHROMIUM`, Playwright's own, or the first one on `PATH`.

    Where Playwright runs already, hand it in: a second one cannot be started beside it.

    Raises:
        BrowserMissing: there is none.
    """
    named = os.environ.get(CHROMIUM_VARIABLE)
    if named:
        return _named(named)
    if playwright is None:
        with sync_playwright() as started:
            own = Path(started.chromium.executable_path)
    else:
        own = Path(playwright.chromium.executable_path)
    if own.is_file():
        return own
    for command in COMMANDS:
        found = shutil.which(command)
        if found:
            return Path(found)
    raise BrowserMissing(
        f"There is no Chromium on this machine: {INSTALL}, or set {CHROMIUM_VARIABLE} to its path."
    )


def _named(name: str) -> Path:
    found = shutil.which(name)
    if found is None:
        raise BrowserMissing(
            f"{CHROMIUM_VARIABLE}={name} is no program: correct it, or unset it and {INSTALL}."
        )
    return Path(found)


@contextmanager
def without_a_debugger(executable: Path, profile: Path, url: str) -> Iterator[None]:
    """Chromium as a person starts it, on a page, with a new profile: nothing is attached to it.

    What is attached stops each service worker at its start. Where one worker takes the place of
    another, Chromium at times never goes on after that, and no limit of Playwright's ends the wait.
    """
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    command = [str(executable), "--headless", f"--user-data-dir={profile}", *QUIET_ARGUMENTS]
    process = subprocess.Popen(
        [*command, *root, LOOPBACK_ONLY, url],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def launch(
    playwright: Playwright,
    *,
    headless: bool = True,
    loopback_only: bool = False,
    back_forward_cache: bool = False,
    arguments: tuple[str, ...] = (),
) -> Browser:
    """Start Chromium; with ``loopback_only`` it can reach nothing but this machine.

    With ``back_forward_cache`` it keeps pages that are left, as people's browsers do; Playwright
    turns that off, and cannot go back to such a page.

    Raises:
        BrowserMissing: there is none, or it does not start.
    """
    executable = find_chromium(playwright)
    flags = [*QUIET_ARGUMENTS, *arguments]
    if os.geteuid() == 0:
        # Chromium's sandbox refuses to run as root; elsewhere it stays on.
        flags.append("--no-sandbox")
    if loopback_only:
        flags.append(LOOPBACK_ONLY)
    try:
        return playwright.chromium.launch(
            executable_path=executable,
            headless=headless,
            args=flags,
            chromium_sandbox=False,
            ignore_default_args=[NO_BACK_FORWARD_CACHE] if back_forward_cache else None,
        )
    except PlaywrightError as error:
        reason = error.message.strip().splitlines()[0]
        raise BrowserMissing(f"The browser {executable} does not start: {reason}.") from error
