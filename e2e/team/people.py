"""People who sign in as a browser does, by an HTTP client with a cookie jar."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from deploy.team.stack import TeamStack
from e2e.team.calls import GRPC_WEB, SERVICE, Answer, answer_of, frame, version_request

NAVIGATION = {
    "accept": "text/html",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
}
CALLBACK = "http://127.0.0.1:43210/callback"
PATIENCE_S = 30
MOST_REDIRECTS = 10


class Person:
    """One browser profile; ``name`` is who signs in."""

    def __init__(self, stack: TeamStack, name: str = "alice") -> None:
        self.stack = stack
        self.name = name
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = str(stack.authority)

    def open(self, path: str = "/", follow: bool = False, **headers: str) -> requests.Response:
        """Navigate to a page of the site."""
        return self.http.get(
            self.stack.team.settings.url + path,
            headers={**NAVIGATION, **headers},
            allow_redirects=follow,
            timeout=PATIENCE_S,
        )

    def sign_in(self, path: str = "/") -> requests.Response:
        """Through the provider's own page and back; returns the page that was asked for."""
        return self._submit(self.open(path, follow=True))

    def _submit(self, page: requests.Response) -> requests.Response:
        assert "<form" in page.text, f"{page.status_code} {page.url} {page.text[:300]}"
        form = {"login": self.name, "password": self.stack.password}
        return self.http.post(page.url, form, headers=NAVIGATION, timeout=PATIENCE_S)

    def session(self) -> requests.Response:
        """What the tab asks for its login with."""
        return self.fetch("/pcw/session")

    def fetch(self, path: str, method: str = "GET", **more: Any) -> requests.Response:
        """As a script of the site does."""
        headers = {"sec-fetch-mode": "cors", "sec-fetch-dest": "empty", **more.pop("headers", {})}
        return self.http.request(
            method,
            self.stack.team.settings.url + path,
            headers=headers,
            allow_redirects=False,
            timeout=PATIENCE_S,
            **more,
        )

    def ask_spark(self) -> Answer:
        """For its version, as a tab does: with the login's cookies, and no token."""
        body = frame(version_request())
        path = SERVICE + "AnalyzePlan"
        return answer_of(self.fetch(path, method="POST", data=body, headers=GRPC_WEB))

    def native_token(self) -> str:
        """An access token for Spark, as a native client gets it: code and PKCE, no secret."""
        verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        known = requests.get(self._issuer + "/.well-known/openid-configuration", timeout=10).json()
        query = {
            "client_id": "native",
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": "openid offline_access spark",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        answer = self.http.get(
            known["authorization_endpoint"], params=query, allow_redirects=False, timeout=10
        )
        code = self._code_after(answer)
        tokens = requests.post(
            known["token_endpoint"],
            {
                "grant_type": "authorization_code",
                "client_id": "native",
                "code": code,
                "redirect_uri": CALLBACK,
                "code_verifier": verifier,
            },
            timeout=10,
        ).json()
        return str(tokens["access_token"])

    @property
    def _issuer(self) -> str:
        return f"http://127.0.0.1:{self.stack.team.settings.provider_port}"

    def _code_after(self, answer: requests.Response) -> str:
        """Follow the provider, signing in where it asks, up to the redirect to the program."""
        for _ in range(MOST_REDIRECTS):
            if answer.status_code == 200:
                form = {"login": self.name, "password": self.stack.password}
                answer = self.http.post(answer.url, form, allow_redirects=False, timeout=10)
            where = answer.headers["location"]
            if where.startswith(CALLBACK):
                found = parse_qs(urlsplit(where).query)
                assert "code" in found, found
                return found["code"][0]
            where = where if "://" in where else self._issuer + where
            answer = self.http.get(where, allow_redirects=False, timeout=10)
        raise AssertionError(f"the provider redirects for ever: {answer.headers}")


def signed_in(stack: TeamStack, name: str) -> Person:
    person = Person(stack, name)
    assert person.sign_in("/pcw-site.json/..").status_code == 200
    return person


def text_of(page: str) -> str:
    """A page without its tags."""
    return html.unescape(re.sub(r"<[^>]*>", " ", page))
