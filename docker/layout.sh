#!/usr/bin/env bash
# Lays out what an image holds, out of what mvn package made: layout.sh SIDECAR BENCH, each a folder to be made. Both have the
# start script, without sources, so that it has nothing to build.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
sidecar=$1
bench=$2

for to in "$sidecar" "$bench"; do
  mkdir -p "$to"
  cp "$home/larder" "$home/LICENSE" "$home/docker/health.sh" "$to/"
  chmod 755 "$to/larder" "$to/health.sh"
done

mkdir -p "$sidecar/proxy/target" "$bench/bench/target"
cp -p "$home/proxy/target/larder.jar" "$sidecar/proxy/target/"
cp "$home/bench/target/larder-bench.jar" "$bench/bench/target/"
cp -r "$home/bench/target/lib" "$bench/bench/target/lib"

# Libraries of other machines than this image's are of no use in it.
find "$bench" \( -name '*-osx-*.jar' -o -name '*-windows-*.jar' \) -delete
