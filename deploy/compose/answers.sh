#!/bin/bash
# answers.sh PORT PATH: does this container's own HTTP server say 200? The images have no curl.
set -eu
exec 3<>"/dev/tcp/127.0.0.1/$1"
printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&3
read -r -t 3 _ status _ <&3
echo "$2: ${status%$'\r'}"
[ "${status%$'\r'}" = 200 ]
