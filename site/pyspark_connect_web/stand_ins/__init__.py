"""Modules of ours under the names of packages that a tab does not have, for those who mean them.

PySpark imports ``grpc``, ``pyarrow`` and ``zstandard``, and so may the user. Libraries ask for the
same names to find out what is installed, and take other ways if they are: ways that lead far beyond
what ours implement. So ours are not in ``sys.modules``, where everybody looks, compiled modules
too. An import finds them by who imports.
"""

from .importlib_bootstrap import publish, visible_to_all
from .registry import is_published

__all__ = ["is_published", "publish", "visible_to_all"]
