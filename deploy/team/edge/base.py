"""The small stack's configuration, which is the team's too."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.shared.errors import StackError

RENDER = Path(__file__).resolve().parents[3] / "envoy" / "render.sh"


def base(variables: Mapping[str, str]) -> dict[str, Any]:
    """`envoy/envoy.yaml.tmpl`, filled in.

    Raises:
        StackError: a setting cannot be used; the message says which.
    """
    known = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG")}
    answer = subprocess.run(
        ["sh", str(RENDER)],
        env={**known, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise StackError(answer.stderr.strip() or "The Envoy configuration could not be made.")
    return parsed(answer.stdout)


def parsed(text: str) -> dict[str, Any]:
    """A configuration in YAML as Envoy takes it: a key with the tag `!ignore` is left out."""
    # Not at the head: what stops a stack works where no package is installed.
    import yaml

    class Loader(yaml.SafeLoader):  # type: ignore[misc]  # has no types
        pass

    left_out = object()
    Loader.add_constructor("!ignore", lambda _loader, _node: left_out)
    whole: dict[Any, Any] = yaml.load(text, Loader)
    whole.pop(left_out, None)
    return whole


def typed(kind: str, **fields: Any) -> dict[str, Any]:
    """A message of Envoy's API that says its own type."""
    return {"@type": f"type.googleapis.com/envoy.{kind}", **fields}


def http_filter(name: str, kind: str, **fields: Any) -> dict[str, Any]:
    """An HTTP filter; ``kind`` is what follows `extensions.filters.http.`."""
    return {"name": name, "typed_config": typed(f"extensions.filters.http.{kind}", **fields)}


def set_header(name: str, value: str) -> dict[str, Any]:
    """A header that has this value, whatever it had."""
    return {
        "header": {"key": name, "value": value},
        "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
    }
