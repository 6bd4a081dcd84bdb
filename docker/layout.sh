#!/usr/bin/env bash
# Lays out what an image holds, out of what mvn package made: layout.sh SIDECAR BENCH, each a folder to be made. Both have the
# start script, without sources, so that it has nothing to build.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
sidecar=$1
bench=$2

module() {
  local to=$1 name=$2
  mkdir -p "$to/$name/target"
  cp "$home/$name/target/larder-$name.jar" "$to/$name/target/"
  cp -r "$home/$name/target/lib" "$to/$name/target/lib"
  # A class-data archive, where the build has made one.
  find "$home/$name/target" -maxdepth 1 -name '*.jsa' -exec cp -t "$to/$name/target" {} +
}

for to in "$sidecar" "$bench"; do
  mkdir -p "$to"
  cp "$home/larder" "$home/LICENSE" "$home/docker/health.sh" "$to/"
  chmod 755 "$to/larder" "$to/health.sh"
  module "$to" proxy
done
module "$bench" bench

# Libraries of other machines than this image's are of no use in it.
find "$sidecar" "$bench" \( -name '*-osx-*.jar' -o -name '*-windows-*.jar' \) -delete
