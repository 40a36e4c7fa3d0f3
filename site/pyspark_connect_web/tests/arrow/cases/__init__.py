"""What is done with each name that the facade offers, for both modules to do.

Each dictionary maps a name of `inventory.offered()` to calls of (subject, module). The part of the
name before the dot says which subjects there are: `test_cases.py` makes them, of every Spark type.
"""

from .alone import ALONE, BUFFERS
from .arrays import ARRAYS, CHUNKED, SCALARS
from .tables import BATCHES, TABLES, TABULAR
from .types import FIELDS, SCHEMAS, TYPES

__all__ = [
    "ALONE",
    "ARRAYS",
    "BATCHES",
    "BUFFERS",
    "CHUNKED",
    "FIELDS",
    "SCALARS",
    "SCHEMAS",
    "TABLES",
    "TABULAR",
    "TYPES",
]
