"""What Envoy stands in front of, in small: a site, and a gRPC server that counts its calls."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import grpc

SERVICE = "/spark.connect.SparkConnectService/"
STEP_TIMEOUT_S = 20.0


class FakeSpark:
    """Echoes, streams on demand and fails on demand; `calls` names what arrived."""

    def __init__(self, port: int) -> None:
        self.calls: list[str] = []
        self.metadata: list[dict[str, str]] = []
        self.next_message = threading.Semaphore(0)
        self.port = port
        self.start()

    def start(self) -> None:
        self._server = grpc.server(
            ThreadPoolExecutor(8), options=[("grpc.max_receive_message_length", 128 << 20)]
        )
        self._server.add_generic_rpc_handlers((_Handler(self),))
        self._server.add_insecure_port(f"127.0.0.1:{self.port}")
        self._server.start()

    def stop(self) -> None:
        self._server.stop(None).wait()

    def stream(self, _request: bytes, _context: grpc.ServicerContext) -> Iterator[bytes]:
        """One message for each release of `next_message`; the tests let three go."""
        for number in range(3):
            if not self.next_message.acquire(timeout=STEP_TIMEOUT_S):
                return
            yield b"message %d" % number

    @staticmethod
    def compressible(_request: bytes, _context: grpc.ServicerContext) -> Iterator[bytes]:
        yield b"a" * 100_000

    @staticmethod
    def echo(request: bytes, _context: grpc.ServicerContext) -> Iterator[bytes]:
        yield request

    @staticmethod
    def fail(_request: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
        context.set_trailing_metadata((("grpc-status-details-bin", b"\x08\x03"),))
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "no such table")
        yield b""


class _Handler(grpc.GenericRpcHandler):
    def __init__(self, spark: FakeSpark) -> None:
        self._spark = spark

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        name = details.method.removeprefix(SERVICE)
        self._spark.calls.append(name)
        self._spark.metadata.append({key: str(value) for key, value in details.invocation_metadata})
        behaviour = getattr(self._spark, name.lower(), None)
        return grpc.unary_stream_rpc_method_handler(behaviour) if behaviour else None


SITE_FILES = {
    "/": ("text/html; charset=utf-8", b"<h1>site</h1>"),
    "/build/12.0a1b2c3.js": ("text/javascript", b"let a = 1;\n" * 5000),
    "/build/jlab_core.0123456789abcdef.js": ("text/javascript", b"let b = 2;\n"),
    "/lab/build.js": ("text/javascript", b"let c = 3;\n" * 5000),
    "/pyodide/pyodide.asm.wasm": ("application/wasm", b"\0asm" * 5000),
    "/files/sales-20260131.json": ("application/json", b"[]"),
    "/numpy-2.4.3-cp314-cp314-pyemscripten_2026_0_wasm32.whl": ("application/zip", b"PK" * 5000),
    "/already.css": ("text/css", b"precompressed" * 500),
}


class FakeSite:
    """Serves SITE_FILES with an ETag each, as the real static servers do."""

    def __init__(self, port: int) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", port), _SiteHandler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class _SiteHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        kind, body = SITE_FILES.get(self.path.partition("?")[0], ("text/plain", b"no such page"))
        status = 200 if self.path.partition("?")[0] in SITE_FILES else 404
        if self.path == "/broken":
            status, body = 500, b"broken"
        tag = f'"{len(body):x}"'
        if self.headers.get("If-None-Match", "").removeprefix("W/") == tag:
            status, body = 304, b""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("ETag", tag)
        if self.path == "/already.css":
            self.send_header("Content-Encoding", "gzip")
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass
