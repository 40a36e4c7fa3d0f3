#!/bin/sh
# entrypoint.sh          the browser's doors: envoy.yaml.tmpl, filled in from the environment
# entrypoint.sh native   only gRPC for native clients: native.yaml
set -eu
here=$(dirname "$0")
if [ "${1:-}" = native ]; then
    config=$here/native.yaml
else
    # In here Envoy listens on every address; who can reach it is decided by the address that its
    # ports are published on, and so is whether the host name of a request can be trusted.
    case ${BIND:-127.0.0.1} in 127.* | ::1 | '[::1]' | localhost) trust=false ;; *) trust=true ;; esac
    config=${TMPDIR:-/tmp}/envoy.yaml
    ENVOY_BIND=0.0.0.0 PCW_TRUST_HOST=${PCW_TRUST_HOST:-$trust} sh "$here/render.sh" >"$config"
fi
exec envoy --config-path "$config" --disable-hot-restart --concurrency "${ENVOY_CONCURRENCY:-1}" \
    --log-level warning
