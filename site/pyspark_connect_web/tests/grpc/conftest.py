from pyspark_connect_web.tests.grpc.scripted import clock, wire

__all__ = ["clock", "wire"]
