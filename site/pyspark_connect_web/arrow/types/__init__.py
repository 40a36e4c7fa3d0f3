"""What a column can be of: type ids, units, time zones, types and fields.

The numbers, units and types are names of this package: ``t.INT64``, ``t.UNITS``, ``t.timestamp``.
"""

from __future__ import annotations

from .datatypes import *  # noqa: F403
from .ids import *  # noqa: F403
from .units import *  # noqa: F403
