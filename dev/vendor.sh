#!/usr/bin/env bash
# Writes layers/vendor/requirements.txt from the lock file; with --check, says whether it is fresh.
set -euo pipefail
cd "$(dirname "$0")/.."

target=layers/vendor/requirements.txt
export_to() {
  .tools/bin/uv export --quiet --frozen --only-group runtime --no-emit-project --no-annotate \
    --no-header --python .tools/bin/python3.13 -o "$1" >/dev/null
}

if [ "${1:-}" = --check ]; then
  fresh=$(mktemp)
  trap 'rm -f "$fresh"' EXIT
  export_to "$fresh"
  diff -u "$target" "$fresh" || {
    echo "$target is not what uv.lock says: run \`make render\`" >&2
    exit 1
  }
else
  export_to "$target"
fi
