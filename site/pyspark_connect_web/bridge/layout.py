"""The one description of the shared buffers and records, handed to both JavaScript halves.

Control buffer: ``CONTROL_WORDS`` Int32 words. Ring buffer: ``RING_HEADER_BYTES`` of Int32 words,
then ``RING_BYTES`` of data. Positions are running byte counts modulo 2**32. A record is a
little-endian u32 kind, a little-endian u32 length and, except for MESSAGE and TRAILERS, that many
bytes; the bytes of a message or of trailers follow as DATA records, so that a cut body is still
told in order.
"""

from __future__ import annotations

import json
from enum import IntEnum, StrEnum
from typing import Any

LAYOUT_VERSION = 7
"""Raised when the meaning of any word, kind or message changes."""

RING_BYTES = 1 << 20
"""Data bytes of one call's ring: how far ``fetch`` may run ahead of the kernel."""

RING_HEADER_BYTES = 16
RECORD_HEADER_BYTES = 8
CONTROL_WORDS = 5
INTERRUPT_POLL_MS = 50
"""The longest time that the kernel is parked without a look at the interrupt word."""


RINGING = 1
"""SIGHUP: Python calls the handlers of signals in the order of their numbers, so this one can
still have SIGINT raised at the very place where it was called (Modules/signalmodule.c,
``_PyErr_CheckSignalsTstate``)."""


class WorkerName(StrEnum):
    """What the page adds to the name of each worker that it makes: a kernel reads it before any
    message. The page's script has the same words, and a test compares them."""

    PAGE = "pcw-page"
    """The page half is here."""
    SITE = "pcw-site="
    """Followed by the path of the site's root, where ``pcw-site.json`` is."""
    PATH = "pcw-path="
    """Followed by the page's own path."""
    LOGIN = "pcw-login"
    """People sign in at this site."""


class Control(IntEnum):
    """Word indices in the control buffer."""

    ANSWER = 0
    INTERRUPT = 1
    """The page sets it: raise KeyboardInterrupt in the call that blocks, or in the next one."""
    IDLE = 2
    """The kernel sets it while no cell runs: an interrupt then would hit the next cell."""
    DOORBELL = 3
    """Pyodide's interrupt buffer while a cell runs: a signal number, which it takes between two
    bytecodes (https://pyodide.org/en/stable/usage/keyboard-interrupts.html). Here ``RINGING``."""
    TICK = 4
    """The kernel sets it when it asks for a tick, and empties it when one is heard: until then the
    I/O worker rings."""


class Answer(IntEnum):
    """Values of the answer word."""

    NONE = 0
    HEARD = 1
    READY = 2
    DEAD = 3
    MISMATCH = 4


class RingWord(IntEnum):
    """Word indices in a ring's header."""

    WRITTEN = 0
    READ = 1
    STATE = 2


class RingState(IntEnum):
    """Who owns a ring: nobody, a call, or a call whose producer has finished."""

    IDLE = 0
    OPEN = 1
    CLOSED = 2


class Kind(IntEnum):
    """Record kinds."""

    HEAD = 1
    MESSAGE = 2
    DATA = 3
    TRAILERS = 4
    END = 5
    FAILURE = 6


class Wake(IntEnum):
    """What the kernel half's ``next`` returns besides a record kind."""

    TIMEOUT = -1
    INTERRUPTED = -2
    DEAD = -3
    TOO_LARGE = -4
    TICK = -5
    """Nothing has come yet; the wait may go on."""


def _words(members: type[IntEnum]) -> dict[str, int]:
    return {member.name.lower(): int(member) for member in members}


def as_dict() -> dict[str, Any]:
    """The layout as both JavaScript halves read it."""
    return {
        "version": LAYOUT_VERSION,
        "controlWords": CONTROL_WORDS,
        "control": _words(Control),
        "ringing": RINGING,
        "answers": _words(Answer),
        "ring": {
            "headerBytes": RING_HEADER_BYTES,
            "dataBytes": RING_BYTES,
            "recordHeaderBytes": RECORD_HEADER_BYTES,
            **_words(RingWord),
        },
        "states": _words(RingState),
        "kinds": _words(Kind),
        "wakes": _words(Wake),
        "interruptPollMs": INTERRUPT_POLL_MS,
    }


def as_json() -> str:
    """The layout as JSON text."""
    return json.dumps(as_dict())
