#!/usr/bin/env bash
# Lays out what an image holds, out of what mvn package made: layout.sh SIDECAR BENCH, each a folder to be made. Both have the
# start script, without sources, so that it has nothing to build.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
sidecar=$1
bench=$2

for to in "$sidecar" "$bench"; do
  mkdir -p "$to/proxy/target"
  cp "$home/larder" "$home/LICENSE" "$home/docker/health.sh" "$to/"
  chmod 755 "$to/larder" "$to/health.sh"
  # With its time: an archive of classes holds for the very jar that it was made from.
  cp -p "$home/proxy/target/larder.jar" "$to/proxy/target/"
done
mkdir -p "$bench/bench/target"
cp "$home/bench/target/larder-bench.jar" "$bench/bench/target/"
cp -r "$home/bench/target/lib" "$bench/bench/target/lib"

# Libraries of other machines than this image's are of no use in it.
find "$sidecar" "$bench" \( -name '*-osx-*.jar' -o -name '*-windows-*.jar' \) -delete
