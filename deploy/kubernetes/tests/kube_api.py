"""A stand-in for the endpoints of Kubernetes' API that Spark's driver calls; a pod is a process.

It keeps objects in memory and starts the command of each pod that is posted, with the pod's
arguments and environment. Volumes are folders; images, limits, users and networks mean nothing.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).resolve().parents[3]
_PATH = re.compile(r"/api/v1/namespaces/([^/]+)/([a-z]+)(?:/([^/]+))?")
_TERM = re.compile(r"([^!=\s]+)\s*(!=|==?)\s*(\S*)|(\S+) (in|notin) \((.*)\)")
_WATCH_PAUSE_S = 0.2
STOP_S = 10


class KubeApi:
    """Serves on loopback until `stop`, which ends every pod too."""

    def __init__(self, python: Path, logs: Path) -> None:
        self.python, self.logs = python, logs
        self.posted: list[dict[str, Any]] = []
        """Every pod as Spark asked for it."""
        self._objects: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._lock, self._version, self._ended = threading.RLock(), 0, threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()

    def add(self, namespace: str, kind: str, made: dict[str, Any]) -> dict[str, Any]:
        meta = made["metadata"]
        meta.setdefault("name", f"{meta.get('generateName', 'x')}{uuid.uuid4().hex[:5]}")
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        meta.update(namespace=namespace, uid=str(uuid.uuid4()), creationTimestamp=now)
        with self._lock:
            self._touch(made)
            self._objects.setdefault((namespace, kind), {})[meta["name"]] = made
        return made

    def start_pod(self, pod: dict[str, Any]) -> None:
        self.posted.append(json.loads(json.dumps(pod)))
        [container] = pod["spec"]["containers"]
        name = pod["metadata"]["name"]
        # Each has an address, as pods have: they all listen on the same port.
        address = f"127.0.1.{len(self.posted)}"
        environ = _environment(
            container, {"status.podIP": address, "metadata.name": name}, self.logs
        )
        _, *arguments = [*container["command"], *container["args"]]
        with (self.logs / f"{name}.log").open("w") as log:
            process = subprocess.Popen(
                [str(self.python), *arguments],
                env={**os.environ, **environ, "SPARK_LOCAL_IP": address},
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._processes[name] = process
        state = {"name": container["name"], "image": container["image"], "imageID": ""}
        status = {**state, "ready": True, "restartCount": 0, "state": {"running": {}}}
        with self._lock:
            pod["status"] = {"phase": "Running", "podIP": address, "containerStatuses": [status]}
            self._touch(pod)
        threading.Thread(target=self._wait, args=(pod, process), daemon=True).start()

    def _wait(self, pod: dict[str, Any], process: subprocess.Popen[bytes]) -> None:
        code = process.wait()
        with self._lock:
            pod["status"]["phase"] = "Failed" if code else "Succeeded"
            [status] = pod["status"]["containerStatuses"]
            status["state"] = {"terminated": {"exitCode": code}}
            self._touch(pod)

    def _touch(self, changed: dict[str, Any]) -> None:
        self._version += 1
        changed["metadata"]["resourceVersion"] = str(self._version)

    def found(self, namespace: str, kind: str, selector: str = "") -> dict[str, dict[str, Any]]:
        with self._lock:
            kept = self._objects.get((namespace, kind), {}).items()
            return {name: each for name, each in kept if _selected(each, selector)}

    def remove(self, namespace: str, kind: str, names: list[str]) -> None:
        with self._lock:
            for name in names:
                self._objects.get((namespace, kind), {}).pop(name, None)
                if process := self._processes.get(name) if kind == "pods" else None:
                    process.terminate()

    def patch(self, old: dict[str, Any], new: object) -> None:
        with self._lock:
            if isinstance(new, dict):
                labels = new.get("metadata", {}).get("labels", {})
                old["metadata"].setdefault("labels", {}).update(labels)
            self._touch(old)

    def changes(self, namespace: str, kind: str, selector: str) -> Any:
        """What a watch is told, until the end."""
        seen: dict[str, str] = {}
        while not self._ended.wait(_WATCH_PAUSE_S):
            with self._lock:
                now = self.found(namespace, kind, selector)
                for name, each in now.items():
                    if seen.get(name) != each["metadata"]["resourceVersion"]:
                        yield json.dumps(
                            {"type": "MODIFIED" if name in seen else "ADDED", "object": each}
                        )
                seen = {name: each["metadata"]["resourceVersion"] for name, each in now.items()}


def _environment(container: dict[str, Any], fields: dict[str, str], logs: Path) -> dict[str, str]:
    environ = {}
    for each in container.get("env", []):
        path = each.get("valueFrom", {}).get("fieldRef", {}).get("fieldPath", "")
        environ[each["name"]] = each.get("value", fields.get(path, ""))
    folder = tempfile.mkdtemp(dir=logs, prefix="volumes-")
    mounts = {mount["mountPath"] for mount in container["volumeMounts"]}
    return {name: folder if value in mounts else value for name, value in environ.items()}


def _selected(each: dict[str, Any], selector: str) -> bool:
    labels = each["metadata"].get("labels", {})
    for term in filter(None, re.split(r",(?![^(]*\))", selector)):
        if match := _TERM.fullmatch(term.strip()):
            key, sign, value, listed_key, listed_sign, listed = match.groups()
            if key and (labels.get(key) == value) == (sign == "!="):
                return False
            among = labels.get(listed_key) in re.split(r",\s*", listed or "")
            if listed_key and among == (listed_sign == "notin"):
                return False
    return True


def _handler(api: KubeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None: ...

        def answer(self, code: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(code)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def refuse(self, code: int) -> None:
            status = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code}
            self.answer(code, {**status, "reason": "NotFound", "message": "not here"})

        def asked(self) -> tuple[str, str, str, dict[str, str]]:
            parts = urlsplit(self.path)
            match = _PATH.match(parts.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            return (*(match.groups("") if match else ("", "", "")), query)  # type: ignore[return-value]

        def content(self) -> Any:
            length = int(self.headers.get("content-length") or 0)
            return json.loads(self.rfile.read(length)) if length else None

        def do_GET(self) -> None:
            namespace, kind, name, query = self.asked()
            selector = query.get("labelSelector", "")
            if self.headers.get("upgrade"):  # Spark's client then watches by plain HTTP
                return self.refuse(503)
            if not kind:
                return self.refuse(404)
            found = api.found(namespace, kind, "" if name else selector)
            if name:
                return self.answer(200, found[name]) if name in found else self.refuse(404)
            if query.get("watch") == "true":
                return self.watch(namespace, kind, selector)
            head = {"kind": kind.capitalize()[:-1] + "List", "apiVersion": "v1"}
            listed = {"metadata": {"resourceVersion": "1"}, "items": [*found.values()]}
            return self.answer(200, {**head, **listed})

        def watch(self, namespace: str, kind: str, selector: str) -> None:
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            try:
                for change in api.changes(namespace, kind, selector):
                    line = (change + "\n").encode()
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
            except OSError:
                self.close_connection = True

        def do_POST(self) -> None:
            namespace, kind, _, _ = self.asked()
            made = api.add(namespace, kind, self.content())
            if kind == "pods":
                api.start_pod(made)
            self.answer(201, made)

        def do_DELETE(self) -> None:
            namespace, kind, name, query = self.asked()
            self.content()
            found = api.found(namespace, kind, query.get("labelSelector", ""))
            api.remove(namespace, kind, [name] if name else [*found])
            self.answer(200, {"kind": "Status", "apiVersion": "v1", "status": "Success"})

        def do_PATCH(self) -> None:
            namespace, kind, name, _ = self.asked()
            new, old = self.content(), api.found(namespace, kind).get(name)
            if old is None:
                return self.refuse(404)
            api.patch(old, new)
            return self.answer(200, old)

        do_PUT = do_PATCH

    return Handler
