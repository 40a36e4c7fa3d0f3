"""A sign-out in another tab: this kernel's sessions of the site are closed, others are not."""

from __future__ import annotations

from types import ModuleType

import pytest
from pyspark_connect_web.bridge import Failure
from pyspark_connect_web.bridge.exchange import Exchange
from pyspark_connect_web.bridge.layout import Kind
from pyspark_connect_web.client import sign_outs


class Client:
    def __init__(self, host: str) -> None:
        self.host = host
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True


class Half:
    """A call that fails for the reason it was given."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def next(self, *_: float) -> int:
        return int(Kind.FAILURE)

    def text(self) -> str:
        return f'{{"reason": "{self._reason}"}}'

    def release(self) -> None: ...


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> list[Client]:
    module = ModuleType("core")
    module.SparkConnectClient = type("Made", (Client,), {})  # type: ignore[attr-defined]
    sign_outs.close_at_sign_out(module)
    monkeypatch.setattr(sign_outs, "_page_host", lambda: "site")
    return [module.SparkConnectClient(host) for host in ("site", "elsewhere")]


def test_a_sign_out_closes_the_sessions_at_the_site_only(clients: list[Client]) -> None:
    assert Exchange(Half("signed-out"), None).next() == Failure("signed-out", "")
    assert [client.is_closed for client in clients] == [True, False]


def test_a_login_that_ran_out_closes_no_session(clients: list[Client]) -> None:
    Exchange(Half("login-ended"), None).next()
    assert not any(client.is_closed for client in clients)
