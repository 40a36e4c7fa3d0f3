"""What a kernel in a tab is given so that ordinary programs run in it, with or without PySpark."""

from .prepare import prepare

__all__ = ["prepare"]
