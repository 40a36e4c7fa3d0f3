"""plotly's charts are drawn by JupyterLab's half of it, which the site has."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace
from typing import Any

RENDERER = "plotly_mimetype"
"""In a notebook that it does not know plotly would write 4.6 MiB of JavaScript beside it."""

_OLDEST_NBFORMAT = "4.2.0"


def draw_in_page(module: ModuleType) -> None:
    """``module`` is ``plotly.io._renderers``.

    It asks for the version of ``nbformat`` before it shows anything, and for nothing else of it.
    """
    renderers: Any = module
    if renderers.nbformat is None:
        renderers.nbformat = SimpleNamespace(__version__=_OLDEST_NBFORMAT)
    if renderers.env_renderer is None:
        renderers.renderers.default = RENDERER
