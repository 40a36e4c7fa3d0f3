#!/bin/bash
# speaks_http2.sh PORT: does a gRPC server answer here? A TCP proxy accepts whatever is behind it,
# so a client's first bytes are sent, and the server's first frame (9 bytes of header) must come.
set -eu
exec 3<>"/dev/tcp/127.0.0.1/$1"
printf 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0' >&3
[ "$(timeout 3 head -c 9 <&3 | wc -c)" -eq 9 ]
