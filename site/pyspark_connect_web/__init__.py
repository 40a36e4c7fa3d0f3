"""PySpark in a browser tab: the unmodified Spark Connect client over grpc-web, with blocking calls.

import pyspark_connect_web as pcw
spark = pcw.session()

With an endpoint that is not the site's own:

pcw.install()
from pyspark.sql import SparkSession
spark = SparkSession.builder.remote("sc://localhost:8081/;transport=grpcweb").getOrCreate()
"""

from .doctor import doctor
from .errors import (
    BridgeError,
    EnvironmentUnsupportedError,
    IsolationError,
    NoLoginError,
    NoRemoteError,
    PageHalfMissingError,
    PcwError,
    UnsupportedPySparkError,
)
from .hosting import default_remote, session
from .install import SUPPORTED_PYSPARK, install, is_installed
from .notebook import catalog
from .progress_bar import progress
from .sign_out import sign_out
from .transfer import download, upload

__version__ = "1.0.0"

__all__ = [
    "SUPPORTED_PYSPARK",
    "BridgeError",
    "EnvironmentUnsupportedError",
    "IsolationError",
    "NoLoginError",
    "NoRemoteError",
    "PageHalfMissingError",
    "PcwError",
    "UnsupportedPySparkError",
    "__version__",
    "catalog",
    "default_remote",
    "doctor",
    "download",
    "install",
    "is_installed",
    "progress",
    "session",
    "sign_out",
    "upload",
]
