#!/bin/bash
# Ends with 0 where larder answers GET /health on its admin address. For HEALTHCHECK, in images without curl.
#   health.sh [PATH]   another path, e.g. /ready
set -u
address=${LARDER_ADMIN:-127.0.0.1:9090}
host=${address%:*}
port=${address##*:}
host=${host#[}
host=${host%]}
case $host in
  0.0.0.0) host=127.0.0.1 ;;
  ::) host=::1 ;;
esac
exec 3<>"/dev/tcp/$host/$port" || exit 1
printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "${1:-/health}" "$address" >&3
read -r -t 2 _ status _ <&3 || exit 1
[ "$status" = 200 ]
