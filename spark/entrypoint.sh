#!/bin/sh
# Starts the server in its container: the volume is this one's alone, so whatever a killed Spark
# left of its scratch files can go.
set -eu
(cd "$PCW_SPARK_WORK_DIR" && rm -rf tmp local artifacts)
exec python -m spark.launcher
