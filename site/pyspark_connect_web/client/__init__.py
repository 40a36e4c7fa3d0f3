"""What PySpark's own client needs to run in a tab, in one place."""

from .adapt import SUPPORTED_PYSPARK, adapt

__all__ = ["SUPPORTED_PYSPARK", "adapt"]
