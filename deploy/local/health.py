"""Whether a service really answers. Each returns "" when it does, else what is wrong."""

from __future__ import annotations

import urllib.error
import urllib.request

ANSWER_TIMEOUT_S = 3.0

# Never through a proxy: these are this machine's own ports.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def spark(port: int, token: str | None = None) -> str:
    try:
        from spark import health as spark_health
    except ImportError as error:  # `down` and `status` must work where nothing is installed
        return f"cannot be asked ({error}): run `make up`"
    return spark_health.ask("127.0.0.1", port, ANSWER_TIMEOUT_S, token).problem


def spark_runs_with(port: int, token: str | None = None) -> str:
    """Its catalog, settings and jars, in words; empty where it cannot say."""
    try:
        from spark import health as spark_health
    except ImportError:
        return ""
    return spark_health.runs_with("127.0.0.1", port, ANSWER_TIMEOUT_S, token)


def http(url: str) -> str:
    try:
        with _opener.open(url, timeout=ANSWER_TIMEOUT_S) as response:
            response.read()
    except urllib.error.HTTPError as error:
        return f"{url} answered {error.code}"
    except OSError as error:
        reason = getattr(error, "reason", error)
        return f"{url} did not answer ({reason})"
    return ""
