"""Every place in PySpark 4.0 - 4.3 that depends on the platform, and what a tab does there."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Use:
    """A place.

    ``modules`` and ``names`` are patterns, separated by spaces. Either ``adapted`` names the
    function of ``native_numbers`` or the module of ``client/`` that makes it as natively, or
    ``because`` says why a tab has no difference that could be seen.
    """

    modules: str
    names: str
    natively: str
    in_a_tab: str
    adapted: str = ""
    because: str = ""
    since: str = ""
    """The first release line that has it, where the oldest has not."""

    def covers(self, module: str, name: str) -> bool:
        """Whether a use is of this place."""
        return any(fnmatchcase(module, one) for one in self.modules.split()) and any(
            fnmatchcase(name, one) for one in self.names.split()
        )


USES = (
    # Local time.
    Use(
        "pyspark.sql.types",
        "time.mktime",
        "Literals of naive datetimes: seconds of the local time, in every year.",
        "Emscripten's takes the years 1 to 99 for 1901 to 1999.",
        adapted="adapt_types",
    ),
    Use(
        "pyspark.sql.types",
        "datetime.fromtimestamp",
        "Values to local datetimes.",
        "The same, from the year 1 on: localtime has no fault there.",
        because="compared in e2e/parity/operations/thirty_two_bits.py",
    ),
    Use(
        "pyspark.sql.conversion pyspark.sql.variant_utils",
        "datetime.astimezone datetime.timestamp",
        "Rows of naive datetimes to UTC, and back.",
        "The same; Python itself refuses days at the ends of the calendar, which 3.11 does not.",
        because="compared in thirty_two_bits.rows_of_every_century",
    ),
    Use(
        "pyspark.sql.pandas.types pyspark.sql.pandas.conversion",
        "datetime.timestamp datetime.to_pydatetime",
        "Timestamps of pandas.",
        "The same: pandas has its own zones and calendar.",
        because="compared in e2e/parity/operations/local_time.py",
    ),
    Use(
        "pyspark.sql.streaming.listener",
        "datetime.timestamp",
        "A field of the JVM's event, called timestamp.",
        "Not a time of Python.",
        because="listeners need a JVM or a thread; listeners.py refuses them",
    ),
    # Widths of integers.
    Use(
        "pyspark.sql.window",
        "sys.maxsize",
        "From 2**63 - 1 on a frame is unbounded.",
        "From 2**31 - 1 on.",
        adapted="adapt_thresholds",
    ),
    Use(
        "pyspark.sql.connect.functions.builtin pyspark.sql.connect.dataframe",
        "sys.maxsize",
        "Seeds of rand, uuid, shuffle, sample and others have 63 bits.",
        "31 bits.",
        adapted="adapt_seeds",
    ),
    Use(
        "pyspark.sql.dataframe pyspark.rddsampler",
        "sys.maxsize",
        "Seeds of 63 bits.",
        "Not executed.",
        because="these are of the classic DataFrame and of RDDs, which need a JVM",
    ),
    Use(
        "pyspark.sql.connect.client.core pyspark.pandas.frame",
        "sys.maxsize",
        "As many levels, columns or rows as there are.",
        "The same.",
        because="2**31 - 1 is more than there can be of them",
    ),
    Use(
        "pyspark.sql.types",
        "ctypes.*",
        "A C long has 64 bits: array('l') is array<bigint>, array('L') is refused.",
        "32 bits: array<int>, and array('L') is array<bigint>.",
        adapted="adapt_types",
    ),
    Use(
        "pyspark.pandas.typedef.typehints",
        "pandas_dtype",
        "int, 'int' and 'long' are int64.",
        "int32.",
        adapted="adapt_dtypes",
    ),
    Use(
        "pyspark.pandas.data_type_ops.* pyspark.pandas.groupby",
        "dtype=int",
        "astype(int) of pandas on Spark: int64; of codes of categories in pandas: int64.",
        "The first as natively; the codes are int32, and become the int8 that from_codes makes.",
        adapted="adapt_dtypes",
    ),
    Use(
        "pyspark.pandas.*",
        "np.zeros np.asarray np.array np.arange np.full np.ones",
        "Arrays of floats, of objects, of values that have a type, and numbers of histogram bars.",
        "The same; the numbers of bars are int32 and joined by value.",
        because="none makes an array of Python integers that is a result",
    ),
    Use(
        "pyspark.ml.* pyspark.mllib.*",
        "np.zeros np.asarray np.array np.bincount np.searchsorted np.intp array.array",
        "Vectors of float64, and indices that are asked to be int32.",
        "The same; numNonzeros is an integer of numpy's with 32 bits.",
        because="compared in thirty_two_bits.vectors_of_ml",
    ),
    Use(
        "pyspark.sql.pandas.types",
        "np.array",
        "Lists of values that have a type already.",
        "The same.",
        because="compared in e2e/parity/operations/values.py",
    ),
    Use(
        "pyspark.sql.conversion pyspark.sql.types pyspark.sql.variant_utils pyspark.ml.param",
        "array.array",
        "Is this value an array?",
        "The same.",
        because="the type codes are a matter of ctypes in pyspark.sql.types",
    ),
    Use(
        "pyspark.*",
        "struct.pack struct.unpack struct.error",
        "Binary values.",
        "The same.",
        because="every format says '<' or '!', or is a double or Q, whose widths are fixed",
    ),
    Use(
        "pyspark.*",
        "hash",
        "64 bits, salted where text is hashed.",
        "32 bits, salted too.",
        because="kept within a process: keys of dicts, default seeds that vary with every process",
    ),
    # Clocks and the machine.
    Use(
        "pyspark.*",
        "time.time time.monotonic time.perf_counter",
        "Durations and deadlines.",
        "The browser's clock.",
        because="they are floats in both",
    ),
    Use(
        "pyspark.sql.connect.client.retries",
        "time.sleep",
        "Waits between attempts.",
        "Blocks too, and an interrupt ends it.",
        because="see kernel/sleep.py",
    ),
    Use(
        "pyspark.sql.connect.client.reattach",
        "os.cpu_count",
        "Threads that release results.",
        "There are none.",
        adapted="executor.py",
    ),
    Use(
        "pyspark.sql.connect.client.core pyspark.util pyspark.cloudpickle.cloudpickle",
        "platform.*",
        "The system's name in the user agent; is this PyPy?",
        "The name is emscripten; it is CPython.",
        because="the server only logs it",
    ),
    Use(
        "pyspark.pandas.namespace",
        "locale.* platform.* struct.calcsize sys.byteorder",
        "show_versions tells them.",
        "It tells those of the tab.",
        because="that is what it is for",
        since="4.3",
    ),
    Use(
        "pyspark.util",
        "os.getpid",
        "Which process this is.",
        "A number that stays.",
        because="a tab has one process",
    ),
    # What needs processes, a JVM or the server.
    Use(
        "pyspark.accumulators pyspark.daemon pyspark.install pyspark.java_gateway pyspark.shell "
        "pyspark.shuffle pyspark.streaming.* pyspark.worker pyspark.worker_util "
        "pyspark.mllib.* pyspark.logger.worker_io pyspark.ml.torch.* pyspark.sql.worker.* "
        "pyspark.sql.connect.local_server pyspark.sql.connect.streaming.worker.* "
        "pyspark.sql.streaming.*",
        "*",
        "Processes of a driver, a worker or a local server.",
        "Not executed.",
        because="a tab starts no process; workers run beside the server",
    ),
)
