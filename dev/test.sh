#!/usr/bin/env bash
# Runs every test: first those that need no local cloud, in parallel, then the others,
# one by one on one local cloud.
# Arguments go to each pytest run. Ends with one line that adds the runs up.
set -uo pipefail
cd "$(dirname "$0")/.."

reports=.local/test-reports
broken=()
narrowed=$#

run() {
  local name=$1
  shift
  printf '\n\033[1m› tests: %s\033[0m\n' "$name"
  .venv/bin/python -m pytest "$@" 2>&1 | tee "$reports/$name.txt"
  local code=${PIPESTATUS[0]}
  # 5 is pytest's "no test collected", which a narrowed run (-k) may mean for one of the two.
  if [ "$code" -ne 0 ] && ! { [ "$code" -eq 5 ] && [ "$narrowed" -gt 0 ]; }; then
    broken+=("$name")
  fi
}

# count WORD: the sum over the runs of what their closing lines say, as in "12 passed in 3.4s".
count() {
  tail -qn1 "$reports"/*.txt | grep -oE "[0-9]+ $1" | awk '{ sum += $1 } END { print sum + 0 }'
}

rm -rf "$reports"
mkdir -p "$reports"
run fast -n 2 -m "not e2e and not browser" "$@"
# Browser tests last: Playwright leaves an event loop running in the thread of the tests.
run stack tests/e2e tests/simulator tests/browser -m "e2e or browser" "$@"

echo
if [ ${#broken[@]} -gt 0 ]; then echo "not passed: ${broken[*]}" >&2; fi
echo "$(count passed) passed, $(($(count failed) + $(count error))) failed, $(count skipped) skipped"
[ ${#broken[@]} -eq 0 ]
