"""The worker half by the names that notebooks know."""

from ..bridge import SabSyncChannel

__all__ = ["SabSyncChannel"]
