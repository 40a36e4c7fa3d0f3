"""A person in a real browser at a team's site: signs in, opens notebooks, loses a login."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright

from deploy.team.edge.tls import CERTIFICATE
from deploy.team.stack import TeamStack
from e2e.browser import launch
from e2e.notebook import Lab
from e2e.team.access_log import AccessLog

SIGN_IN_TIMEOUT_MS = 60_000
DROPPED_AFTER_S = 0.5
SPARK = "/spark.connect.SparkConnectService/"
SESSION, SIGN_OUT = "/pcw/session", "/pcw/sign-out"
SIGNED_IN = "pcw-signed-in.html"
"""A page of a few lines."""

EXPIRING = re.compile("BearerToken|IdToken|OauthHMAC|OauthExpires")
"""Cookies that a browser drops when the login runs out (`Max-Age`); a renewal brings others."""

REFRESH_TOKEN = "RefreshToken"


def launch_trusting(playwright: Playwright, stack: TeamStack) -> Browser:
    """A browser that trusts this stack's key, and no other that it could not check.

    Such a page is a secure context, as where the authority is installed.
    """
    certificate = (stack.team.belongings.certificates / CERTIFICATE).read_bytes()
    key = x509.load_pem_x509_certificate(certificate).public_key()
    info = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(hashlib.sha256(info).digest()).decode()
    flag = f"--ignore-certificate-errors-spki-list={pin}"
    return launch(playwright, loopback_only=True, arguments=(flag,))


@dataclass
class Person:
    """One browser profile; ``name`` is who signs in."""

    stack: TeamStack
    context: BrowserContext
    name: str
    console: list[str] = field(default_factory=list)

    @classmethod
    def with_browser(cls, browser: Browser, stack: TeamStack, name: str) -> Person:
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        person = cls(stack, context, name)
        context.on("console", person._hear)
        return person

    @property
    def site(self) -> str:
        return self.stack.site_url

    def log(self) -> AccessLog:
        """From now on."""
        return AccessLog.from_now(self.stack.access_log)

    def open_lab(self) -> Lab:
        """JupyterLab with an empty notebook, after a sign-in where one is asked for."""
        self.come_in()
        return Lab.open(self.context, self.site, "lab/index.html")

    def come_in(self) -> str:
        """Sign in where that is asked for, in a page of its own; gives what the page says then."""
        page = self.context.new_page()
        self.open(page, SIGNED_IN)
        self.sign_in(page)
        said = page.locator("body").inner_text()
        page.close()
        return said

    def open(self, page: Page, path: str) -> None:
        page.goto(self.site + path, timeout=SIGN_IN_TIMEOUT_MS)

    def sign_in(self, page: Page) -> None:
        """Fill in the provider's form, if this is where the page is, and come back."""
        if page.url.startswith(self.site):
            return
        page.select_option("select[name=login]", self.name)
        page.fill("input[name=password]", self.stack.password)
        page.click("button")
        page.wait_for_url(f"{self.site}**", timeout=SIGN_IN_TIMEOUT_MS)

    def expire(self) -> None:
        """The login runs out as it does in time: the browser drops its cookies, all at once.

        It can be renewed. Playwright's own `clear_cookies(name=…)` empties the whole jar for a
        moment, and puts an old refresh token back after a renewal.
        """
        soon = time.time() + DROPPED_AFTER_S
        ending: list[Any] = [
            {**one, "expires": soon}
            for name, one in self.cookies().items()
            if EXPIRING.fullmatch(name)
        ]
        self.context.add_cookies(ending)
        # Not until they are gone: a cell that calls meanwhile has others already.
        time.sleep(DROPPED_AFTER_S)

    def lose_login(self) -> None:
        """The login runs out, and nothing can be renewed."""
        self.context.clear_cookies()

    def cookies(self) -> dict[str, dict[str, Any]]:
        """The site's, by name; also those that no script can read."""
        return {str(one["name"]): dict(one) for one in self.context.cookies(self.site)}

    def close(self) -> None:
        self.context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        self.console.append(message.text)


def person(browser: Browser, stack: TeamStack, name: str) -> Iterator[Person]:
    """For fixtures."""
    one = Person.with_browser(browser, stack, name)
    yield one
    one.close()
