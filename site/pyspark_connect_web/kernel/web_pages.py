"""``webbrowser`` in a worker, which cannot open a page: the address is printed, to be clicked."""

from __future__ import annotations

from types import ModuleType


def print_addresses(module: ModuleType) -> None:
    """``module`` is ``webbrowser``, Pyodide's, which wants the page's ``window``."""

    def show(url: str, new: int = 0, autoraise: bool = True) -> bool:
        """Print the address; False, as where there is no browser."""
        print(url)
        return False

    def show_new(url: str) -> bool:
        return show(url)

    module.open = show  # type: ignore[attr-defined]
    module.open_new = module.open_new_tab = show_new  # type: ignore[attr-defined]
    module.GenericBrowser.open = lambda self, url, new=0, autoraise=True: show(url)
