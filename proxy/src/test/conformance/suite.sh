# Sourced by measure.sh: installs the suite, starts its origin, runs it against a cache, and ends what it started.
conformance=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$conformance/../../../target/conformance
suite=$target/node_modules/http-cache-tests

install_suite() {
  mkdir -p "$target"
  cp "$conformance/package.json" "$target/"
  [ -d "$suite" ] || npm install --prefix "$target" --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error
}

# A process that was started here, ended by its number; some take a moment to go.
end() {
  kill "$1" 2>/dev/null || return 0
  for _ in $(seq 50); do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$1" 2>/dev/null || true
}

await_port() {
  for _ in $(seq 150); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return 0; fi
    sleep 0.2
  done
  echo "nothing listens on port $1" >&2
  return 1
}

start_origin() { # PORT
  (cd "$suite" && npm_config_protocol=http npm_config_port="$1" npm_config_pidfile="$target/origin.pid" \
    exec node server/server.mjs) >"$target/origin.log" 2>&1 &
  origin_pid=$!
  await_port "$1"
}

run_suite() { # NAME PORT
  (cd "$suite" && npm_config_base="http://127.0.0.1:$2" npm_package_config_id='' \
    timeout 300 node --no-warnings cli.mjs) >"$target/$1.json" 2>"$target/$1.err"
  node "$conformance/grade.mjs" "$suite" "$target/$1.json" >"$target/$1.tsv"
}
