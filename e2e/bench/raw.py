"""A server of bytes: a file as it is, and as the one message stream of a grpc-web call."""

from __future__ import annotations

import shutil
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MESSAGE_BYTES = 1 << 20
TRAILERS = b"grpc-status:0\r\n"
TRAILER_FLAG = 0x80
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Max-Age": "7200",
    "Cache-Control": "no-store",
    "Content-Type": "application/grpc-web+proto",
}
FETCH = """async (url) => {
  const source = `self.onmessage = async ({data}) => {
    const begin = performance.now();
    const body = await (await fetch(data, {method: "POST"})).arrayBuffer();
    self.postMessage([(performance.now() - begin) / 1000, body.byteLength]);
  };`;
  const worker = new Worker(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({data}) => { worker.terminate(); resolve(data); };
    worker.postMessage(url);
  });
}"""
"""In a worker of a page: seconds and bytes of one bare `fetch().arrayBuffer()`."""


def write_messages(path: Path, count: int) -> None:
    """A file of about ``count`` bytes in messages of a MiB, and the trailers."""
    with path.open("wb") as file:
        for _ in range(max(1, count // MESSAGE_BYTES)):
            file.write(struct.pack(">BI", 0, MESSAGE_BYTES) + bytes(MESSAGE_BYTES))
        file.write(struct.pack(">BI", TRAILER_FLAG, len(TRAILERS)) + TRAILERS)


class _Handler(BaseHTTPRequestHandler):
    """Any POST below `/file/` is answered with the file of that name."""

    protocol_version = "HTTP/1.1"
    folder: Path

    def do_OPTIONS(self) -> None:
        self._head(HTTPStatus.NO_CONTENT, 0)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.folder / self.path.rpartition("/")[2]
        self._head(HTTPStatus.OK, path.stat().st_size)
        with path.open("rb") as file:
            shutil.copyfileobj(file, self.wfile, MESSAGE_BYTES)

    def _head(self, status: HTTPStatus, length: int) -> None:
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """The port of a server of the folder's files, on loopback."""
    handler = type("Handler", (_Handler,), {"folder": folder})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
