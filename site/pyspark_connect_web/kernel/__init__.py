"""What a kernel in a tab is given so that ordinary programs run in it, with or without PySpark."""

from .prepare import prepare, start
from .source import run_source

__all__ = ["prepare", "run_source", "start"]
