#!/usr/bin/env bash
# Measures larder and other caches by http-cache-tests on loopback, and writes results.tsv and results.md.
#   measure.sh                       larder and whichever of the others is installed
#   measure.sh nginx squid           only these
# Debian: apt-get install nginx-light varnish haproxy apache2 squid trafficserver. Run it as root: some of them insist on
# becoming another user. The others get a cache, validation where it has to be switched on, and otherwise their defaults.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/suite.sh"

origin_port=${ORIGIN_PORT:-8210}
port=${PORT:-8211}
work=$(mktemp -d)
chmod 755 "$work"
cache_pid=
origin_pid=
trap '[ -z "$cache_pid" ] || end "$cache_pid"; [ -z "$origin_pid" ] || end "$origin_pid"; rm -rf "$work"' EXIT

# Each starts one cache in the foreground of a child and leaves its number in cache_pid and its name and version in cache.

start_larder() {
  cache=larder
  local home=$conformance/../../../..
  local rules=$home/config/examples/generic.rules.yaml
  # Which builds it, where that is needed.
  "$home/larder" check "$rules" >"$work/log" 2>&1
  "$home/larder" run --backend "http://127.0.0.1:$origin_port" --listen "127.0.0.1:$port" \
    --admin "127.0.0.1:$((port + 1))" --rules "$rules" \
    >"$work/log" 2>&1 &
  cache_pid=$!
}

start_nginx() {
  cache="nginx $(nginx -v 2>&1 | sed 's|.*/||; s| .*||')"
  cat >"$work/nginx.conf" <<CONF
daemon off;
pid $work/nginx.pid;
error_log $work/error.log;
events {}
http {
  access_log off;
  client_body_temp_path $work/body;
  proxy_temp_path $work/temp;
  proxy_cache_path $work/cache keys_zone=stored:8m;
  server {
    listen 127.0.0.1:$port;
    location / {
      proxy_pass http://127.0.0.1:$origin_port;
      proxy_http_version 1.1;
      proxy_cache stored;
      proxy_cache_revalidate on;
    }
  }
}
CONF
  nginx -c "$work/nginx.conf" >"$work/log" 2>&1 &
  cache_pid=$!
}

start_varnish() {
  cache="varnish $(varnishd -V 2>&1 | sed -n 's/.*varnish-\([0-9.]*\).*/\1/p' | head -n 1)"
  varnishd -F -j none -n "$work/varnish" -a "127.0.0.1:$port" -b "127.0.0.1:$origin_port" -s malloc,64m \
    -p default_ttl=0 -p default_grace=0 -p default_keep=3600 >"$work/log" 2>&1 &
  cache_pid=$!
}

start_haproxy() {
  cache="haproxy $(haproxy -v | sed -n '1s/.*version \([0-9.]*\).*/\1/p')"
  cat >"$work/haproxy.cfg" <<CONF
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
cache stored
  total-max-size 64
  max-object-size 1000000
  max-age 86400
  process-vary on
listen cache
  bind 127.0.0.1:$port
  http-request cache-use stored
  http-response cache-store stored
  server origin 127.0.0.1:$origin_port
CONF
  haproxy -db -f "$work/haproxy.cfg" >"$work/log" 2>&1 &
  cache_pid=$!
}

start_apache() {
  cache="apache $(apache2 -v | sed -n '1s|.*Apache/\([0-9.]*\).*|\1|p')"
  local modules=/usr/lib/apache2/modules
  mkdir "$work/cache"
  chown www-data "$work/cache"
  cat >"$work/apache.conf" <<CONF
ServerRoot $work
ServerName localhost
PidFile $work/apache.pid
ErrorLog $work/error.log
Listen 127.0.0.1:$port
User www-data
Group www-data
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule proxy_module $modules/mod_proxy.so
LoadModule proxy_http_module $modules/mod_proxy_http.so
LoadModule cache_module $modules/mod_cache.so
LoadModule cache_disk_module $modules/mod_cache_disk.so
MaxKeepAliveRequests 0
KeepAliveTimeout 60
ThreadsPerChild 200
ThreadLimit 200
ServerLimit 4
StartServers 2
MaxRequestWorkers 800
MaxSpareThreads 800
CacheEnable disk /
CacheRoot $work/cache
CacheDefaultExpire 0
CacheIgnoreNoLastMod On
ProxyPass / http://127.0.0.1:$origin_port/
CONF
  apache2 -f "$work/apache.conf" -DFOREGROUND >"$work/log" 2>&1 &
  cache_pid=$!
}

start_squid() {
  cache="squid $(squid -v | sed -n '1s/.*Version //p')"
  mkdir "$work/squid"
  chown proxy "$work/squid"
  cat >"$work/squid.conf" <<CONF
http_port 127.0.0.1:$port accel defaultsite=127.0.0.1:$port no-vhost
cache_peer 127.0.0.1 parent $origin_port 0 no-query no-digest originserver
http_access allow all
cache_mem 64 MB
pid_filename $work/squid/pid
access_log none
cache_log $work/squid/log
coredump_dir $work/squid
shutdown_lifetime 1 second
CONF
  squid -N -f "$work/squid.conf" >"$work/log" 2>&1 &
  cache_pid=$!
}

start_trafficserver() {
  cache="trafficserver $(dpkg-query -W -f '${Version}' trafficserver | sed 's/[^0-9.].*//')"
  local etc=$work/ts/etc
  mkdir -p "$work/ts"/{cache,run,log,var}
  cp -r /etc/trafficserver "$etc"
  cat >"$work/ts/runroot.yaml" <<CONF
prefix: /usr
exec_prefix: /usr
bindir: /usr/bin
sbindir: /usr/sbin
datadir: /usr/share/trafficserver
includedir: /usr/include
libdir: /usr/lib/trafficserver
libexecdir: /usr/lib/trafficserver/modules
sysconfdir: $etc
localstatedir: $work/ts/var
runtimedir: $work/ts/run
logdir: $work/ts/log
cachedir: $work/ts/cache
CONF
  cat >"$etc/records.config" <<CONF
CONFIG proxy.config.http.server_ports STRING $port:ip-in=127.0.0.1
CONFIG proxy.config.reverse_proxy.enabled INT 1
CONFIG proxy.config.url_remap.remap_required INT 1
CONFIG proxy.config.http.cache.http INT 1
CONFIG proxy.config.log.logging_enabled INT 0
CONFIG proxy.config.admin.user_id STRING trafficserver
CONF
  echo "$work/ts/cache 64M" >"$etc/storage.config"
  echo "map / http://127.0.0.1:$origin_port/" >"$etc/remap.config"
  chown -R trafficserver "$work/ts"
  traffic_server --run-root="$work/ts/runroot.yaml" >"$work/log" 2>&1 &
  cache_pid=$!
}

declare -A programs=([larder]=java [nginx]=nginx [varnish]=varnishd [haproxy]=haproxy [apache]=apache2 [squid]=squid
  [trafficserver]=traffic_server)
wanted=("$@")
[ "${#wanted[@]}" -gt 0 ] || wanted=(larder nginx varnish haproxy apache squid trafficserver)

install_suite
start_origin "$origin_port"
columns=()
for name in "${wanted[@]}"; do
  if ! command -v "${programs[$name]}" >/dev/null; then
    echo "$name: not installed, left out" >&2
    continue
  fi
  "start_$name"
  if ! await_port "$port"; then
    tail -n 5 "$work/log" >&2
    exit 1
  fi
  run_suite "$name" "$port"
  end "$cache_pid"
  cache_pid=
  rm -rf "${work:?}"/*
  columns+=("$cache=$target/$name.tsv")
  echo "$cache: $(grep -c "^required.*	pass	" "$target/$name.tsv") required, $(grep -c "^optimal.*	pass	" "$target/$name.tsv") optimal"
done
node "$conformance/table.mjs" "${columns[@]}"
