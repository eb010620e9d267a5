#!/usr/bin/env bash
# step.sh NAME COMMAND...: runs a named step of a make target and prints how long it took.
set -uo pipefail

name=$1
shift
printf '\033[1m› %s\033[0m\n' "$name"
started=$(date +%s)
"$@"
code=$?
seconds=$(($(date +%s) - started))
if [ $code -eq 0 ]; then
  printf '  \033[32mok\033[0m %s (%s s)\n' "$name" "$seconds"
else
  printf '  \033[31mfailed\033[0m %s (%s s): %s\n' "$name" "$seconds" "$*" >&2
fi
exit $code
