"""Every place in PySpark 4.0 - 4.3 that depends on the platform, and what a tab does there."""

from __future__ import annotations

from .platform_entries import Elsewhere, Entry, Use

LOCAL_TIME = (
    Use(
        "pyspark.sql.types:TimestampType.toInternal",
        "time.mktime",
        "Literals of naive datetimes: seconds of the local time, in every year.",
        "Emscripten's takes the years 1 to 99 for 1901 to 1999.",
        adapted="adapt_types",
    ),
    Use(
        "pyspark.sql.types:TimestampType.toInternal,TimestampNTZType.toInternal",
        "calendar.timegm datetime.timetuple",
        "Seconds of a time whose zone is known, and of one without a zone.",
        "The same: Python counts them itself.",
        because="calendar asks no C library; compared in thirty_two_bits",
    ),
    Use(
        "pyspark.sql.types:TimestampType.toInternal",
        "datetime.utctimetuple",
        "An aware datetime in UTC.",
        "The same.",
        because="Python counts it itself",
    ),
    Use(
        "pyspark.sql.types:TimestampType.fromInternal,TimestampNTZType.fromInternal",
        "datetime.fromtimestamp",
        "Values to local datetimes.",
        "The same, from the year 1 on: localtime has no fault there.",
        because="compared in e2e/parity/operations/thirty_two_bits.py",
    ),
    Use(
        "pyspark.sql.conversion:LocalDataToArrowConversion._create_converter.convert_timestamp",
        "datetime.astimezone",
        "Rows of naive datetimes to UTC.",
        "The same; Python itself refuses days at the ends of the calendar, which 3.11 does not.",
        because="compared in thirty_two_bits.rows_of_every_century",
    ),
    Use(
        "pyspark.sql.conversion:ArrowTableToRowsConversion._create_converter.convert_timestamp",
        "datetime.astimezone",
        "Rows back to naive datetimes.",
        "The same.",
        because="compared in thirty_two_bits.rows_of_every_century_come_back",
        lines="4.2 4.3",
    ),
    Use(
        "pyspark.sql.conversion:ArrowTableToRowsConversion._create_converter.convert_timestample",
        "datetime.astimezone",
        "Rows back to naive datetimes.",
        "The same.",
        because="compared in thirty_two_bits.rows_of_every_century_come_back",
        lines="4.0 4.1",
    ),
    Use(
        "pyspark.sql.variant_utils:VariantUtils._get_timestamp",
        "datetime.astimezone zoneinfo.ZoneInfo",
        "Timestamps in a variant, in the zone of the session.",
        "The same; the zones are those of the wheel tzdata, which the site has.",
        because="the zone is named, so the C library is not asked",
    ),
    Use(
        "pyspark.sql.pandas.types:_create_converter_from_pandas._converter.convert_timestamp "
        "pyspark.sql.pandas.conversion:SparkConversionMixin._convert_from_pandas."
        "_create_converter._converter.convert_timestamp",
        "datetime.to_pydatetime",
        "Timestamps of pandas.",
        "The same: pandas has its own zones and calendar.",
        because="compared in e2e/parity/operations/local_time.py",
    ),
    Use(
        "pyspark.sql.pandas.types:_get_local_timezone",
        "os.environ['TZ']",
        "The zone of the machine, for timestamps whose zone nobody names.",
        "There is no TZ and no /etc/localtime.",
        because="Connect always names the session's zone, or UTC: it asks only in classic's "
        "conversions; compared in local_time in five zones",
    ),
    Use(
        "pyspark.pandas.namespace:date_range,to_datetime,to_datetime.pandas_to_datetime",
        "pd.date_range pd.to_datetime",
        "Times of pandas'; the words now and today are the machine's time.",
        "The same; it is the browser's.",
        because="pandas takes it from Python, whose clock and zone are right",
    ),
    Use(
        "pyspark.sql.connect.expressions:LiteralExpression.__repr__",
        "datetime.strftime",
        "The text of a literal: four digits of the year, or fewer with glibc and an old Python.",
        "Four digits.",
        because="Python 3.14 writes four digits everywhere; nothing but the text shows it",
    ),
    Use(
        "pyspark.logger.logger:JSONFormatter.format",
        "datetime.formatTime",
        "The local time of a log record.",
        "The same, in the browser's zone.",
        because="localtime has no fault in years that are now",
    ),
)

WIDTHS_OF_SPARK = (
    Use(
        "pyspark.sql.window:Window",
        "sys.maxsize",
        "From 2**63 - 1 on a frame is unbounded.",
        "From 2**31 - 1 on.",
        adapted="adapt_thresholds",
    ),
    Use(
        "pyspark.sql.connect.functions.builtin:count_min_sketch,rand,randn,randstr,shuffle,uniform "
        "pyspark.sql.connect.dataframe:DataFrame.randomSplit,DataFrame.sampleBy",
        "sys.maxsize",
        "Seeds have 63 bits.",
        "31 bits.",
        adapted="adapt_seeds",
    ),
    Use(
        "pyspark.sql.connect.functions.builtin:uuid",
        "sys.maxsize",
        "Seeds have 63 bits.",
        "31 bits.",
        adapted="adapt_seeds",
        lines="4.1 4.2 4.3",
    ),
    Use(
        "pyspark.sql.connect.client.core:SparkConnectClient._proto_to_string "
        "pyspark.pandas.frame:DataFrame.info",
        "sys.maxsize",
        "As many levels or columns as there are.",
        "The same.",
        because="2**31 - 1 is more than there can be of them",
    ),
    Use(
        "pyspark.sql.types:",
        "ctypes.c_byte ctypes.c_ubyte ctypes.c_short ctypes.c_ushort ctypes.c_int ctypes.c_uint "
        "ctypes.c_long ctypes.c_ulong ctypes.sizeof",
        "A C long has 64 bits: array('l') is array<bigint>, array('L') is refused.",
        "32 bits: array<int>, and array('L') is array<bigint>.",
        adapted="adapt_types",
    ),
    Use(
        "pyspark.sql.types:,_infer_type "
        "pyspark.sql.conversion:LocalDataToArrowConversion._create_converter.convert_array "
        "pyspark.sql.variant_utils:"
        "VariantUtils._get_type,VariantUtils._to_json,VariantUtils._to_python "
        "pyspark.ml.param:TypeConverters._can_convert_to_list,TypeConverters.toList "
        "pyspark.ml.linalg:_convert_to_vector,_vector_size "
        "pyspark.mllib.linalg:_convert_to_vector,_vector_size",
        "array.array",
        "Is this value an array?",
        "The same.",
        because="the type codes are a matter of ctypes in pyspark.sql.types",
    ),
    Use(
        "pyspark.serializers:UTF8Deserializer.load_stream,pack_long,read_bool,read_int,read_long,"
        "write_int,write_long "
        "pyspark.sql.variant_utils:VariantBuilder._append_float,VariantUtils._get_double "
        "pyspark.ml.linalg:_double_to_long_bits pyspark.mllib.linalg:_double_to_long_bits "
        "pyspark.cloudpickle.cloudpickle:Pickler.save_global",
        "struct.pack struct.unpack struct.error",
        "Binary values.",
        "The same.",
        because="every format says '<' or '!', or is of d, Q or B, whose widths are fixed",
    ),
    Use(
        "pyspark.cloudpickle.cloudpickle:_make_skeleton_class",
        "sys.intern",
        "One object for a name.",
        "The same.",
        because="it has no width",
    ),
)

WIDTHS_OF_PANDAS = (
    Use(
        "pyspark.pandas.typedef.typehints:pandas_on_spark_type",
        "pandas_dtype",
        "int, 'int' and 'long' are int64.",
        "int32.",
        adapted="adapt_dtypes",
    ),
    Use(
        "pyspark.pandas.typedef.typehints:spark_type_to_pandas_dtype",
        "np.dtype(dtype)",
        "The dtype of a type of Spark's.",
        "The same.",
        because="the names that it is made of have their widths: int64, float64",
    ),
    Use(
        "pyspark.pandas.data_type_ops.date_ops:DateOps.sub,DateOps.rsub "
        "pyspark.pandas.data_type_ops.datetime_ops:DatetimeOps.sub,DatetimeOps.rsub "
        "pyspark.pandas.groupby:GroupBy._prepare_reduce",
        "dtype=int",
        "Columns of pandas on Spark to int64.",
        "As natively, by their own astype.",
        adapted="adapt_dtypes",
    ),
    Use(
        "pyspark.pandas.data_type_ops.categorical_ops:CategoricalOps.restore",
        "dtype=int pd.Categorical",
        "Codes of categories in pandas are int64 for a moment.",
        "int32, and then the int8 or more that from_codes makes, as natively.",
        because="there are never 2**31 categories; compared in thirty_two_bits",
    ),
    Use(
        "pyspark.pandas.data_type_ops.timedelta_ops:TimedeltaOps._with_inferred_unit",
        "np.dtype(dtype) np.promote_types",
        "The finer one of two units of time.",
        "The same.",
        because="times have 64 bits, whatever their unit",
        lines="4.3",
    ),
    Use(
        "pyspark.pandas.frame:DataFrame.__init__",
        "pd.DataFrame(dtype)",
        "dtype=int is int64.",
        "int32.",
        adapted="adapt_frame",
    ),
    Use(
        "pyspark.pandas.frame:DataFrame.from_dict",
        "pd.DataFrame.from_dict(dtype)",
        "dtype=int is int64.",
        "int32: larger numbers would be others without a word.",
        adapted="adapt_frame",
    ),
    Use(
        "pyspark.pandas.series:Series.__init__",
        "pd.Series(dtype)",
        "dtype=int is int64.",
        "int32.",
        adapted="adapt_series",
    ),
    Use(
        "pyspark.pandas.indexes.base:Index.__new__",
        "pd.Index(dtype)",
        "dtype=int is int64.",
        "int32.",
        adapted="adapt_index",
    ),
    Use(
        "pyspark.pandas.indexes.base:Index.to_numpy",
        "np.asarray np.asarray(dtype)",
        "to_numpy(dtype=int) is int64.",
        "int32: larger numbers would be others without a word.",
        adapted="adapt_index",
    ),
    Use(
        "pyspark.pandas.indexes.category:CategoricalIndex.__new__ "
        "pyspark.pandas.indexes.datetimes:DatetimeIndex.__new__ "
        "pyspark.pandas.indexes.multi:MultiIndex.__new__ "
        "pyspark.pandas.indexes.timedelta:TimedeltaIndex.__new__",
        "pd.CategoricalIndex(dtype) dict(dtype) pd.MultiIndex(dtype)",
        "A dtype of categories or of times; MultiIndex takes it and does nothing with it.",
        "The same.",
        because="int is none that they take",
    ),
    Use(
        "pyspark.pandas.namespace:read_excel.pd_read_excel",
        "pd.read_excel",
        "dtype=int, or of single columns, is int64.",
        "int32 where the file is read in the tab: larger numbers would be others.",
        adapted="adapt_namespace",
    ),
    Use(
        "pyspark.pandas.namespace:read_excel",
        "dict(dtype)",
        "As above.",
        "As above.",
        adapted="adapt_namespace",
        lines="4.2 4.3",
    ),
    Use(
        "pyspark.pandas.namespace:read_excel.pd_read_excel",
        "pd.read_excel(dtype)",
        "As above.",
        "As above.",
        adapted="adapt_namespace",
        lines="4.0 4.1",
    ),
    Use(
        "pyspark.pandas.namespace:read_clipboard",
        "pd.read_clipboard",
        "What was copied, of the types that its text has.",
        "pandas finds no clipboard and says so.",
        because="a worker of a browser has none",
    ),
    Use(
        "pyspark.pandas.plot.core:HistogramPlotBase.compute_hist",
        "np.arange",
        "Numbers of histogram bars, int64.",
        "int32, joined by value.",
        because="they are no result",
    ),
    Use(
        "pyspark.pandas.plot.matplotlib:PandasOnSparkHistPlot._args_adjust "
        "pyspark.pandas.series:Series.replace",
        "np.array",
        "Where bars stand, and which values are null.",
        "The same.",
        because="none makes an array of Python's integers that is a result",
    ),
    Use(
        "pyspark.sql.pandas.types:"
        "_create_converter_to_pandas._converter.convert_array_ndarray_as_ndarray",
        "np.array",
        "Lists of values that have a type already.",
        "The same.",
        because="compared in e2e/parity/operations/values.py",
    ),
    Use(
        "pyspark.sql.pandas.conversion:SparkConversionMixin._get_numpy_record_dtype",
        "np.dtype(dtype)",
        "The dtype of rows, for classic's createDataFrame.",
        "Not executed.",
        because="Connect has its own createDataFrame; the types that it makes have their widths",
    ),
)

VECTORS = (
    Use(
        "pyspark.ml.linalg:DenseMatrix.toArray,DenseMatrix.toSparse,DenseVector.__init__,"
        "DenseVector.squared_distance,Matrix._convert_to_array,SparseMatrix.__getitem__,"
        "SparseVector.__getitem__,SparseVector.__init__ "
        "pyspark.mllib.linalg:DenseMatrix.toArray,DenseMatrix.toSparse,DenseVector.__init__,"
        "DenseVector.squared_distance,Matrix._convert_to_array,SparseMatrix.__getitem__,"
        "SparseVector.__getitem__,SparseVector.__init__",
        "np.array np.asarray np.asarray(dtype) np.frombuffer(dtype) np.asfortranarray "
        "np.bincount np.cumsum np.nonzero np.searchsorted",
        "Vectors of float64, and indices that are asked to be int32.",
        "The same: sums and places are of 32 bits at once.",
        because="compared in thirty_two_bits.vectors_of_ml",
    ),
    Use(
        "pyspark.ml.linalg:_convert_to_vector pyspark.mllib.linalg:_convert_to_vector",
        "np.array",
        "A vector of a sparse one of scipy's: float64 and int32.",
        "The same.",
        because="the widths are asked for",
        lines="4.0 4.1",
    ),
    Use(
        "pyspark.ml.linalg:DenseVector.numNonzeros,SparseVector.numNonzeros "
        "pyspark.mllib.linalg:DenseVector.numNonzeros,SparseVector.numNonzeros",
        "np.count_nonzero",
        "An integer.",
        "The same.",
        because="compared in thirty_two_bits.vectors_of_ml",
    ),
    Use(
        "pyspark.ml.linalg:DenseVector.numNonzeros,SparseVector.numNonzeros "
        "pyspark.mllib.linalg:DenseVector.numNonzeros,SparseVector.numNonzeros",
        "np.intp",
        "In an annotation.",
        "The same.",
        because="nothing is made of it",
        lines="4.2 4.3",
    ),
    Use(
        "pyspark.ml.connect.feature:MaxAbsScalerModel.__init__,MaxAbsScalerModel._load_core_model,"
        "StandardScalerModel.__init__,StandardScalerModel._load_core_model "
        "pyspark.ml.connect.summarizer:SummarizerAggState.__init__",
        "np.array np.where",
        "Arrays of float64, chosen from two.",
        "The same.",
        because="they are of floats",
    ),
    Use(
        "pyspark.ml.tuning:CrossValidator._fit,TrainValidationSplit._fit "
        "pyspark.ml.connect.tuning:CrossValidator._fit",
        "np.argmax np.argmin",
        "The place of the best metric.",
        "The same number.",
        because="it only chooses from a list",
    ),
)

HASHES = (
    Use(
        "pyspark.pandas.data_type_ops.categorical_ops:_compare pyspark.ml.param:Param.__hash__ "
        "pyspark.serializers:Serializer.__hash__ pyspark.sql.types:DataType.__hash__",
        "hash",
        "64 bits, salted where text is hashed.",
        "32 bits, salted too.",
        because="kept within a process: keys of dicts, and a comparison of two",
    ),
    Use(
        "pyspark.ml.param.shared:HasSeed.__init__",
        "hash",
        "A default seed that is another one in every process, of 64 bits.",
        "Of 32 bits.",
        because="nobody can know or repeat it: the salt of the class's name differs each time",
    ),
)

CLOCKS_AND_MACHINE = (
    Use(
        "pyspark.instrumentation_utils:_wrap_function.wrapper,_wrap_property.wrapper "
        "pyspark.ml.connect.io_utils:ParamsReadWrite._get_metadata_to_save "
        "pyspark.ml.util:DefaultParamsWriter._get_metadata_to_save "
        "pyspark.sql.connect.shell.progress:Progress.__init__,Progress.output",
        "time.time time.perf_counter",
        "Durations, and when a model was saved.",
        "The browser's clock.",
        because="they are floats in both",
    ),
    Use(
        "pyspark.sql.connect.client.core:SparkConnectClient._try_compress_and_set_plan",
        "time.time",
        "How long compressing took, for the log.",
        "The browser's clock.",
        because="they are floats in both",
        lines="4.1 4.2 4.3",
    ),
    Use(
        "pyspark.sql.connect.client.retries:Retrying.__init__",
        "time.sleep",
        "Waits between attempts.",
        "Blocks too, and an interrupt ends it.",
        because="see kernel/sleep.py",
    ),
    Use(
        "pyspark.sql.connect.client.retries:Retrying.__init__",
        "time.monotonic",
        "When attempts end.",
        "The browser's clock.",
        because="they are floats in both",
        lines="4.3",
    ),
    Use(
        "pyspark.sql.connect.client.reattach:"
        "ExecutePlanResponseReattachableIterator._get_or_create_release_thread_pool",
        "os.cpu_count",
        "Threads that release results.",
        "There are none.",
        adapted="one_way_executor.py",
        lines="4.0 4.1",
    ),
    Use(
        "pyspark.sql.connect.client.reattach:"
        "ExecutePlanResponseReattachableIterator._release_thread_pool",
        "os.cpu_count",
        "Threads that release results.",
        "There are none.",
        adapted="one_way_executor.py",
        lines="4.2 4.3",
    ),
    Use(
        "pyspark.sql.connect.client.core:ChannelBuilder.userAgent",
        "platform.python_version platform.uname",
        "The system's name in the user agent.",
        "It is emscripten.",
        because="the server only logs it",
    ),
    Use(
        "pyspark.cloudpickle.cloudpickle:",
        "platform.python_implementation",
        "Is this PyPy?",
        "It is CPython too.",
        because="the answer is the same",
    ),
    Use(
        "pyspark.util:,try_simplify_traceback",
        "platform.python_implementation",
        "Is this PyPy?",
        "It is CPython too.",
        because="the answer is the same",
        lines="4.0 4.1",
    ),
    Use(
        "pyspark.pandas.namespace:_get_sys_info",
        "locale.getlocale platform.python_version platform.uname struct.calcsize sys.byteorder",
        "show_versions tells them.",
        "It tells those of the tab.",
        because="that is what it is for",
        lines="4.3",
    ),
    Use(
        "pyspark.util:_FaulthandlerHelper.start",
        "os.getpid",
        "The name of a worker's log file.",
        "Not executed.",
        because="workers run beside the server",
        lines="4.1 4.2 4.3",
    ),
)

CLASSIC = (
    Use(
        "pyspark.sql.types:DateConverter.convert,DatetimeConverter.convert,"
        "DatetimeNTZConverter.convert",
        "calendar.timegm datetime.strftime datetime.timetuple datetime.utctimetuple time.mktime",
        "Values for Py4J.",
        "Not executed.",
        because="a tab has no JVM",
    ),
    Use(
        "pyspark.sql.dataframe:DataFrame._preapare_args_for_sample "
        "pyspark.rddsampler:RDDSamplerBase.__init__",
        "sys.maxsize",
        "Seeds of 63 bits.",
        "Not executed.",
        because="these are of the classic DataFrame and of RDDs, which need a JVM",
    ),
    Use(
        "pyspark.sql.streaming.listener:QueryIdleEvent.fromJObject,QueryStartedEvent.fromJObject,"
        "StreamingQueryProgress.fromJObject",
        "datetime.timestamp",
        "A field of the JVM's event, called timestamp.",
        "Not a time of Python, and not executed.",
        because="listeners need a JVM or a thread; listeners.py refuses them",
    ),
    Use(
        "pyspark.sql.streaming.state:GroupState.update",
        "datetime.to_pydatetime",
        "A state in a worker.",
        "Not executed.",
        because="workers run beside the server",
    ),
    Use(
        "pyspark.sql.streaming.stateful_processor_api_client:"
        "StatefulProcessorApiClient._serialize_to_bytes.normalize_value",
        "datetime.to_pydatetime",
        "A state in a worker.",
        "Not executed.",
        because="workers run beside the server",
        lines="4.0 4.1 4.2",
    ),
    Use(
        "pyspark.sql.streaming.stateful_processor_api_client:_normalize_state_value",
        "datetime.to_pydatetime",
        "A state in a worker.",
        "Not executed.",
        because="workers run beside the server",
        lines="4.3",
    ),
    Use(
        "pyspark.pandas.datetimes:DatetimeMethods.strftime.pandas_strftime "
        "pyspark.pandas.indexes.datetimes:DatetimeIndex.strftime",
        "datetime.strftime",
        "Texts of times, by a function in Python on the server.",
        "The same function there.",
        because="the tab only sends it",
    ),
)

ELSEWHERE = (
    Elsewhere(
        "pyspark.accumulators pyspark.daemon pyspark.java_gateway pyspark.shell pyspark.shuffle "
        "pyspark.worker pyspark.worker_util",
        "of a driver's or a worker's process",
    ),
    Elsewhere(
        "pyspark.ml.torch.distributor pyspark.ml.torch.log_communication "
        "pyspark.ml.torch.torch_run_process_wrapper",
        "they start programs, which a tab cannot",
    ),
    Elsewhere(
        "pyspark.mllib.classification pyspark.mllib.clustering pyspark.mllib.feature "
        "pyspark.mllib.recommendation pyspark.mllib.stat.KernelDensity pyspark.streaming.dstream "
        "pyspark.streaming.util",
        "they cannot be imported without RDDs and Py4J, which no client has",
    ),
    Elsewhere("pyspark.install", "it downloads a Spark to start", "4.2 4.3"),
    Elsewhere(
        "pyspark.logger.worker_io pyspark.pipelines.logging_utils",
        "of a worker's process, and of the command spark-pipelines",
        "4.1 4.2 4.3",
    ),
    Elsewhere(
        "pyspark.sql.connect.streaming.worker.foreach_batch_worker "
        "pyspark.sql.connect.streaming.worker.listener_worker "
        "pyspark.sql.streaming.python_streaming_source_runner "
        "pyspark.sql.streaming.transform_with_state_driver_worker "
        "pyspark.sql.worker.analyze_udtf pyspark.sql.worker.commit_data_source_write "
        "pyspark.sql.worker.create_data_source pyspark.sql.worker.lookup_data_sources "
        "pyspark.sql.worker.plan_data_source_read pyspark.sql.worker.python_streaming_sink_runner "
        "pyspark.sql.worker.write_into_data_source",
        "workers run beside the server",
        "4.0 4.1",
    ),
    Elsewhere("pyspark.sql.connect.local_server", "it starts a server, a program", "4.3"),
)

USES: tuple[Use, ...] = (
    *LOCAL_TIME,
    *WIDTHS_OF_SPARK,
    *WIDTHS_OF_PANDAS,
    *VECTORS,
    *HASHES,
    *CLOCKS_AND_MACHINE,
    *CLASSIC,
)
ENTRIES: tuple[Entry, ...] = (*USES, *ELSEWHERE)
