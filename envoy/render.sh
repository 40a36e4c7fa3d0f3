#!/bin/sh
# Prints the Envoy configuration: envoy.yaml.tmpl with its placeholders filled in from the
# environment. Used by the local processes and by the container's entrypoint, so there is one
# way to read a setting. Needs only sh and sed.
#
#   PCW_ALLOWED_ORIGINS  origins whose pages may use Spark, separated by commas or spaces. `:*` is
#                        any port or none, `*.` any subdomains. Default: this machine's own pages.
#   PCW_TRUST_HOST       true: pages of the site may use Spark by whatever host name they were
#                        reached. Default: true unless ENVOY_BIND is a loopback address.
#   ENVOY_BIND SITE_PORT GRPCWEB_PORT ADMIN_SOCKET           where Envoy listens
#   SPARK_HOST SPARK_PORT SITE_HOST SITE_UPSTREAM_PORT       what it stands in front of
set -eu

LOOPBACK='http://localhost:*,https://localhost:*,http://127.0.0.1:*,https://127.0.0.1:*,http://[::1]:*,https://[::1]:*'

bind=${ENVOY_BIND:-127.0.0.1}
case $bind in
    127.* | ::1 | localhost) trust_host=false ;;
    *) trust_host=true ;;
esac
trust_host=${PCW_TRUST_HOST:-$trust_host}
case $trust_host in
    true | false) ;;
    *) echo "PCW_TRUST_HOST is '$trust_host'; use true or false." >&2 && exit 2 ;;
esac

# One origin as a regular expression that must match the whole Origin header.
pattern() {
    printf '%s\n' "$1" | sed \
        -e 's/[][().+?^${}|\\]/\\&/g' \
        -e 's/:\*$/(:[0-9]+)?/' \
        -e 's#//\*\\\.#//([a-z0-9-]+\\.)+#'
}

origins=
set -f # a `*` in an origin is no file name
for origin in $(printf '%s' "${PCW_ALLOWED_ORIGINS:-$LOOPBACK}" | tr ',' ' '); do
    if ! printf '%s\n' "$origin" |
        grep -Eq '^https?://(\*\.)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:([0-9]+|\*))?$'; then
        echo "PCW_ALLOWED_ORIGINS has '$origin', which is no origin: write http://host, https://host:8443, http://host:* or https://*.example.org, without a path." >&2
        exit 2
    fi
    origins="$origins|$(pattern "$origin")"
done
origins=${origins#|}

# A value as the right side of a sed substitution.
literal() { printf '%s' "$1" | sed -e 's/[\\&#]/\\&/g'; }

sed \
    -e "s#\${BIND}#$(literal "$bind")#g" \
    -e "s#\${SITE_PORT}#$(literal "${SITE_PORT:-8000}")#g" \
    -e "s#\${GRPCWEB_PORT}#$(literal "${GRPCWEB_PORT:-8081}")#g" \
    -e "s#\${ADMIN_SOCKET}#$(literal "${ADMIN_SOCKET:-/tmp/envoy-admin.sock}")#g" \
    -e "s#\${SPARK_HOST}#$(literal "${SPARK_HOST:-spark}")#g" \
    -e "s#\${SPARK_PORT}#$(literal "${SPARK_PORT:-15002}")#g" \
    -e "s#\${SITE_HOST}#$(literal "${SITE_HOST:-site}")#g" \
    -e "s#\${SITE_UPSTREAM_PORT}#$(literal "${SITE_UPSTREAM_PORT:-8080}")#g" \
    -e "s#\${ALLOWED_ORIGINS}#$(literal "$origins")#g" \
    -e "s#\${TRUST_HOST}#$trust_host#g" \
    "$(dirname "$0")/envoy.yaml.tmpl"
