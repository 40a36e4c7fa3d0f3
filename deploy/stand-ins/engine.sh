#!/bin/sh
# A Docker engine for a Debian machine (or sandbox) that has none. Run as root.
#
#   deploy/stand-ins/engine.sh         installs what is missing and starts dockerd, if none answers
#   deploy/stand-ins/engine.sh stop    stops the dockerd that this script started, and waits for it
#
# The packages come from this machine's own Debian mirror. An older Debian takes them from trixie,
# one by one: the suite is pinned so low that nothing else is upgraded from it.
set -eu

SUITE=trixie
PACKAGES="docker.io docker-cli docker-compose docker-buildx"
STATE=/run/pcw-engine
LOG=/var/log/pcw-dockerd.log
START_PATIENCE_S=60
STOP_PATIENCE_S=60

say() { printf 'engine: %s\n' "$*" >&2; }
fail() { say "$*" && exit 1; }
answers() { docker info >/dev/null 2>&1; }
complete() { docker compose version >/dev/null 2>&1 && docker buildx version >/dev/null 2>&1; }

# A zombie runs no more, whether or not this machine's first process collects it.
runs() { grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$1/status"; }

# The process is asked, not the file: after a crash the number may be another program's.
started_pid() {
    pid=$(cat "$STATE/pid" 2>/dev/null) || return 1
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ] && runs "$pid" && echo "$pid"
}

add_suite() {
    grep -qs "VERSION_CODENAME=$SUITE" /etc/os-release && return
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
        grep '/debian/*$' | head -n 1)
    [ -n "$mirror" ] || fail "apt knows no Debian mirror (apt-get indextargets): add one to its sources."
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' "$mirror" "$SUITE" \
        /usr/share/keyrings/debian-archive-keyring.gpg >/etc/apt/sources.list.d/pcw-engine.sources
    printf 'Package: *\nPin: release n=%s\nPin-Priority: 100\n' "$SUITE" \
        >/etc/apt/preferences.d/pcw-engine
}

install() {
    say "installing a Docker engine (package lists, then about 100 MB)"
    add_suite
    apt-get update -qq || fail "apt-get update failed: see its message above."
    set -- iptables
    for name in $PACKAGES; do set -- "$@" "$name/$SUITE"; done
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
        fail "apt-get install failed: see its message above."
}

start() {
    mkdir -p "$STATE"
    # A session of its own: Ctrl-C and the end of this terminal are not meant for it.
    setsid dockerd >"$LOG" 2>&1 </dev/null &
    echo $! >"$STATE/pid"
    waited=0
    until answers; do
        runs "$(cat "$STATE/pid")" ||
            fail "dockerd ended at start ($(tail -n 1 "$LOG")): see $LOG."
        [ "$waited" -lt "$START_PATIENCE_S" ] ||
            fail "dockerd did not answer within $START_PATIENCE_S s: see $LOG."
        sleep 1
        waited=$((waited + 1))
    done
    say "dockerd runs (pid $(cat "$STATE/pid"), log $LOG)"
}

stop() {
    pid=$(started_pid) || { say "no dockerd of this script runs"; return; }
    say "stopping dockerd (pid $pid)"
    kill "$pid"
    waited=0
    while runs "$pid"; do
        [ "$waited" -lt "$STOP_PATIENCE_S" ] || fail "dockerd (pid $pid) still runs after $STOP_PATIENCE_S s."
        sleep 1
        waited=$((waited + 1))
    done
    rm -f "$STATE/pid"
}

case ${1:-start} in
    -h | --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" && exit ;;
    start | stop) ;;
    *) fail "unknown command '$1': see --help." ;;
esac
[ "$(id -u)" -eq 0 ] || fail "only root can install and start an engine: run it with sudo."
[ "${1:-start}" = start ] || { stop && exit; }

if ! complete; then
    answers && fail "a Docker engine answers, but without its compose or buildx plugin: install that."
    install
elif ! answers && ! command -v dockerd >/dev/null; then
    install
fi
answers || start
say "ready: Docker $(docker version --format '{{.Server.Version}}'), compose $(docker compose version --short)"
