"""The constants of the format (`Message.fbs`, `Schema.fbs`)."""

from __future__ import annotations

CONTINUATION = 0xFFFFFFFF


V4, V5 = 3, 4
SCHEMA, DICTIONARY_BATCH, RECORD_BATCH = 1, 2, 3
ALIGNMENT = 8  # of buffers in a body
