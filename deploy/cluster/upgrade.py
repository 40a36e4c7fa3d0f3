"""Replaces the Connect servers while people work: new sessions go to new servers, old ones finish.

1. A new generation starts beside the old one, which nobody notices.
2. The old one is drained: from then on it refuses sessions that it does not have, with a status
   that every client tries again. So what it has is a list that only gets shorter.
3. The new servers are told that list, and pass calls of those sessions on to where they are.
4. Envoy is told the new servers: all calls go to them.
5. When the list is empty, or the limit is over, the old servers stop.

Envoy need not know sessions for that: they are in the messages, of which some have 100 MB.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from deploy.cluster import services
from deploy.cluster.cluster import Cluster
from deploy.cluster.generations import Generation, Generations
from deploy.cluster.routing import READ_WITHIN_S
from deploy.cluster.services import ConnectServer
from deploy.shared.errors import StackError
from deploy.shared.files import write_private
from deploy.shared.interrupts import uninterrupted
from deploy.shared.lock import alone
from deploy.shared.progress import Tell, silently

DEFAULT_LIMIT_S = 3600.0
"""As long as Spark itself keeps a session that nobody uses."""
_LOOK_EVERY_S = 0.3
_DRAIN_PATIENCE_S = 30.0
_SETTLE_S = 1.0
"""A call that came before the flag has made its session by then."""


def upgrade(cluster: Cluster, tell: Tell = silently, limit_s: float = DEFAULT_LIMIT_S) -> int:
    """Servers with the settings of now; the ones before end with their last session.

    One that was interrupted goes on. Returns how many sessions were cut off at the limit.

    Raises:
        StackError: the cluster does not run, or the new servers do not start; then nothing changed.
    """
    with alone(cluster.config.state_dir, "cluster"):
        cluster.require_up()
        known = cluster.generations
        if known.draining:
            tell(f"going on with what was begun: generation {known.draining.number} ends")
            return _finish(cluster, tell, limit_s)
        cluster.require_as_strict()
        number = known.current.number + 1
        return _replace(cluster, Generation.of(number, cluster.config), tell, limit_s)


def rollback(cluster: Cluster, tell: Tell = silently, limit_s: float = DEFAULT_LIMIT_S) -> int:
    """Back to the servers, or the settings, from before the last upgrade; as `upgrade` does it.

    Raises:
        StackError: there was no upgrade.
    """
    with alone(cluster.config.state_dir, "cluster"):
        cluster.require_up()
        known = cluster.generations
        if known.draining:
            return _turn_round(cluster, known.current, known.draining, tell, limit_s)
        if known.before is None:
            raise StackError("There is nothing to go back to: no upgrade is on record.")
        again = replace(known.before, number=known.current.number + 1)
        return _replace(cluster, again, tell, limit_s)


def _replace(cluster: Cluster, new: Generation, tell: Tell, limit_s: float) -> int:
    known = cluster.generations
    services.make_own_jar(cluster.config)
    servers = cluster.servers_of(new)
    try:
        for server in servers:
            server.start()
            tell(f"{server.name} started, pid {server.pid}")
        for server in servers:
            server.wait_healthy(tell)
            tell(f"{server.name} answers")
    except BaseException:
        with uninterrupted():
            for server in servers:
                server.stop()
        raise
    Generations(new, known.current, known.current).save(cluster.config.state_dir)
    return _finish(cluster, tell, limit_s)


def _turn_round(
    cluster: Cluster, new: Generation, old: Generation, tell: Tell, limit_s: float
) -> int:
    """The upgrade has not ended: the old servers still run, and take new sessions again."""
    for server in cluster.servers_of(old):
        _flag(server).unlink(missing_ok=True)
    _wait_until(cluster.servers_of(old), "serving")
    Generations(old, new, new).save(cluster.config.state_dir)
    return _finish(cluster, tell, limit_s)


def _finish(cluster: Cluster, tell: Tell, limit_s: float) -> int:
    """Drains what is on record as draining, and stops it."""
    known = cluster.generations
    assert known.draining is not None
    old, new = cluster.servers_of(known.draining), cluster.servers
    _drain(cluster, old, new)
    left = _wait_for_sessions(old, tell, limit_s)
    with uninterrupted():
        for server in old:
            server.stop()
            tell(f"{server.name} stopped")
        for server in new:
            _before(server).unlink(missing_ok=True)
        Generations(known.current, None, known.before).save(cluster.config.state_dir)
    return left


def _drain(cluster: Cluster, old: list[ConnectServer], new: list[ConnectServer]) -> None:
    for server in old:
        _flag(server).touch()
    _wait_until(old, "draining")
    time.sleep(_SETTLE_S)
    lines = [f"{server.ports.grpc} {key}\n" for server in old for key in sessions_of(server)]
    for server in new:
        write_private(_before(server), "".join(lines))
    _wait_until(new, f"serving {len(lines)}")
    cluster.publish()
    time.sleep(READ_WITHIN_S)


def _wait_for_sessions(old: list[ConnectServer], tell: Tell, limit_s: float) -> int:
    """Returns how many are left."""
    give_up = time.monotonic() + limit_s
    while left := sum(len(sessions_of(server)) for server in old if server.is_alive()):
        left_s = give_up - time.monotonic()
        if left_s <= 0:
            tell(f"the limit is over: {_counted(left)} cut off")
            return left
        tell(f"waiting for {_counted(left)} to end (at most {left_s:.0f} s more)")
        time.sleep(_LOOK_EVERY_S)
    return 0


def _counted(sessions: int) -> str:
    return f"{sessions} session{'' if sessions == 1 else 's'}"


def _wait_until(servers: list[ConnectServer], state: str) -> None:
    give_up = time.monotonic() + _DRAIN_PATIENCE_S
    for server in servers:
        while server.is_alive() and not _report(server)[0].startswith(state):
            if time.monotonic() > give_up:
                raise StackError(
                    f"{server.name} does not say that it is {state}: see {server.rolling_log}."
                )
            time.sleep(_LOOK_EVERY_S)


def sessions_of(server: ConnectServer) -> list[str]:
    """A key for each session that a server says it has."""
    return _report(server)[1:]


def _report(server: ConnectServer) -> list[str]:
    """What its state is, then its sessions; nothing of a server that has just been started."""
    try:
        return (server.folder / "sessions").read_text().splitlines() or [""]
    except FileNotFoundError:
        return [""]


def _before(server: ConnectServer) -> Path:
    return server.folder / "before"


def _flag(server: ConnectServer) -> Path:
    return server.folder / "drain"
