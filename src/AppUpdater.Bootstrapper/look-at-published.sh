#!/usr/bin/env bash
# Prints what lies in a folder of published bootstrappers, <runtime>/<kind>/<file>: size, and for this system the median time of a start
# that does nothing. Fails where there is more than the one file, or where it does not start.
set -euo pipefail
starts=21

# Milliseconds that a start took, one line each.
times() {
  local begun ended
  for ((start = 0; start < starts; start++)); do
    begun=${EPOCHREALTIME/[.,]/}
    "$@" || { echo "$1 ended with $?" >&2; return 1; }
    ended=${EPOCHREALTIME/[.,]/}
    echo $(((ended - begun) / 1000))
  done
}

cd "$1"
for folder in */*/; do
  files=("$folder"*)
  [ "${#files[@]}" = 1 ] || { echo "$folder holds more than one file: ${files[*]}" >&2; exit 1; }
  file=${files[0]}
  line="$folder: $(($(stat -c %s "$file" 2>/dev/null || stat -f %z "$file") / 1024)) KiB"
  if [[ $folder == linux-* && $(uname -sm) == 'Linux x86_64' ]]; then
    # A self-contained one must need nothing that is installed.
    [[ $folder == */self-contained/ ]] && root=(env DOTNET_ROOT=/nonexistent DOTNET_ROOT_X64=/nonexistent) || root=(env)
    all=$(times "${root[@]}" "$PWD/$file" --appupdater-probe)
    line="$line, starts in $(sort -n <<<"$all" | sed -n "$((starts / 2 + 1))p") ms (median of $starts, fastest $(sort -n <<<"$all" | head -1))"
  fi
  echo "$line"
done
