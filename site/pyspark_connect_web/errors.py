"""The errors of this package that name a cause outside the user's code, and its cure."""

from __future__ import annotations


class PcwError(RuntimeError):
    """A condition that the reader of one sentence can mend.

    IPython shows the sentence without a traceback (`InteractiveShell.showtraceback` honours
    ``_render_traceback_``); outside IPython it is an ordinary exception.
    """

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class Sentence(str):
    """The text of an error of another class: a cause and its cure, to which nothing is to be added.

    It is shown as a :class:`PcwError` is, without a traceback.
    """


class MissingNameError(AttributeError, NotImplementedError):
    """A name of a package that is stood in for, and not here; ``hasattr`` is False for it."""


NO_SESSION = (
    "There is no Spark session that runs: in a cell before this one run "
    "`import pyspark_connect_web as pcw; spark = pcw.session()`."
)
"""What an error says where a session is needed."""


class EnvironmentUnsupportedError(PcwError):
    """The page or the interpreter cannot run the blocking bridge."""


class IsolationError(EnvironmentUnsupportedError):
    """The page is not cross-origin isolated, so there is no SharedArrayBuffer."""


class PageHalfMissingError(EnvironmentUnsupportedError):
    """``pcw_kernel_bridge.js`` did not run before the kernel's worker was made."""


class UnsupportedPySparkError(PcwError):
    """PySpark is missing, or of a version that this package was not made for."""


class NoRemoteError(PcwError):
    """The site names no Spark endpoint, and has none on its own origin."""


class NoLoginError(PcwError):
    """The site has no login that could end."""


class BridgeError(PcwError):
    """The I/O worker could not be started, or has died."""
