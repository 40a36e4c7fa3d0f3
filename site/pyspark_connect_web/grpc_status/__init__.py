"""The ``grpc_status`` package: rich errors."""
