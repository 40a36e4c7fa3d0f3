"""Dates, times of day and timestamps as Arrow C++ writes them, in years beyond datetime's, too.

Arrow C++ `util/formatting.h` writes the years -32767 to 32767 and says of others that they are out
of range. The calendar repeats after 400 years, weekdays too.
"""

from __future__ import annotations

from datetime import date, timedelta

from .. import types as t
from ..types.timezones import tzinfo_of
from ..types.units import EPOCH, EPOCH_ORDINAL

_CYCLE_DAYS = 146_097
_CYCLE_YEARS = 400
_MAX_YEAR = 32_767


def out_of_range(value: int) -> str:
    """What stands for a count that is no date or time."""
    return f"<value out of range: {value}>"


def date_text(days: int) -> str | None:
    """The day `days` after 1970-01-01, None if its year cannot be written."""
    cycles, day = divmod(days + EPOCH_ORDINAL - 1, _CYCLE_DAYS)
    of_cycle = date.fromordinal(day + 1)
    year = of_cycle.year + cycles * _CYCLE_YEARS
    if abs(year) > _MAX_YEAR:
        return None
    sign = "-" if year < 0 else ""
    return f"{sign}{abs(year):04}-{of_cycle.month:02}-{of_cycle.day:02}"


def clock_text(count: int, unit: str) -> str | None:
    """A time of day with the digits of its unit, None for a count that is not of one day."""
    second, fraction = divmod(count, t.PER_SECOND[unit])
    if not 0 <= second < t.DAY_SECONDS:
        return None
    minutes, seconds = divmod(second, 60)
    text = f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    digits = 3 * t.UNITS.index(unit)
    return f"{text}.{fraction:0{digits}}" if digits else text


def moment_text(count: int, unit: str, between: str = " ") -> str | None:
    """Date and time of a timestamp, None if its year cannot be written."""
    days, of_day = divmod(count, t.DAY_SECONDS * t.PER_SECOND[unit])
    day = date_text(days)
    return None if day is None else f"{day}{between}{clock_text(of_day, unit)}"


def timestamp_text(
    count: int, type_: t.TimestampType, between: str = "T", utc: str = "+0000"
) -> str:
    """A timestamp on the clock of its zone, with the offset in minutes, for UTC with `utc`."""
    offset, moved = "", 0
    if type_.tz is not None:
        moved = zone_offset(count // t.PER_SECOND[type_.unit], type_.tz)
        minutes = abs(moved) // 60
        offset = f"{'-' if moved < 0 else '+'}{minutes // 60:02}{minutes % 60:02}"
    text = moment_text(count + moved * t.PER_SECOND[type_.unit], type_.unit, between)
    if text is None:
        return out_of_range(count)
    return f"{text}{utc if type_.tz == 'UTC' else offset}"


def zone_offset(second: int, name: str) -> int:
    """Seconds that the clock of a zone is ahead at a second since 1970."""
    zone = tzinfo_of(name)
    days, of_day = divmod(second, t.DAY_SECONDS)
    ordinal = days + EPOCH_ORDINAL
    # Zones have their rules by the calendar, so a year of the same kind in datetime's range does.
    if not _CYCLE_DAYS < ordinal < date.max.toordinal() - _CYCLE_DAYS:
        last = date.max.toordinal() // _CYCLE_DAYS - 1
        ordinal = ordinal % _CYCLE_DAYS + _CYCLE_DAYS * (1 if ordinal < _CYCLE_DAYS else last)
    utc = EPOCH + timedelta(ordinal - EPOCH_ORDINAL, of_day)
    offset = zone.fromutc(utc.replace(tzinfo=zone)).utcoffset()
    return 0 if offset is None else offset // timedelta(0, 1)
