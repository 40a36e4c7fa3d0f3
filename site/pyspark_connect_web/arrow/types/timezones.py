"""Time zone names to tzinfo and back.

Arrow, `Schema.fbs` table Timestamp: a zone is an IANA name or a fixed offset ``+XX:XX``.
"""

from __future__ import annotations

import functools
import re
from datetime import UTC, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..errors import ArrowInvalid, ArrowTypeError

_FIXED = re.compile(r"([+-])(\d{2}):?(\d{2})")


@functools.lru_cache(maxsize=64)
def tzinfo_of(name: str) -> tzinfo:
    """The tzinfo of a zone name; ArrowInvalid when it is unknown."""
    if match := _FIXED.fullmatch(name):
        sign, hours, minutes = match.groups()
        if int(hours) > 23 or int(minutes) > 59:
            raise ArrowInvalid(f"Cannot locate timezone '{name}': no such offset")
        delta = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(delta if sign == "+" else -delta)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    if (found := _from_pytz(name)) is not None:
        return found
    if name == "UTC":  # no zone data at all
        return UTC
    raise ArrowInvalid(f"Cannot locate timezone '{name}': it is unknown, or zone data is missing")


def _from_pytz(name: str) -> tzinfo | None:
    """The zone from the files pytz carries: Pyodide has no system zone data."""
    try:
        import pytz  # type: ignore[import-untyped, unused-ignore]

        with pytz.open_resource(name) as file:
            return ZoneInfo.from_file(file, key=name)
    except (ImportError, OSError, ValueError):
        return None


def zone_name(zone: tzinfo) -> str:
    """The Arrow name of a tzinfo: its IANA key where it has one, else its fixed offset."""
    if not isinstance(zone, tzinfo):
        raise ArrowTypeError("Not an instance of datetime.tzinfo")
    for attribute in ("key", "zone"):
        if isinstance(name := getattr(zone, attribute, None), str):
            return name
    if zone is UTC:
        return "UTC"
    offset = zone.utcoffset(None)
    if offset is None:
        text = str(zone)
        if re.fullmatch(r"tz(utc|local)\(\)", text):
            return "UTC" if text == "tzutc()" else _local_name(text)
        raise ValueError(f"Unable to convert timezone `{zone!r}` to string")
    if offset == timedelta(0) and str(zone) == "UTC":
        return "UTC"
    minutes = round(offset.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _local_name(text: str) -> str:
    raise ValueError(f"Unable to convert timezone `{text}` to string")
