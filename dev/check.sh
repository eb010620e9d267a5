#!/usr/bin/env bash
# Everything that can be checked without running the application. All steps run, so that one call
# names all that is wrong.
set -uo pipefail
cd "$(dirname "$0")/.."
export AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-ap-south-1}  # `sam validate` wants one

failed=()
step() { dev/step.sh "$@" || failed+=("$1"); }

step "ruff: lint" ruff check .
step "ruff: format" ruff format --check .
step "mypy: types" mypy
step "lock file is fresh" env -u UV_DEFAULT_INDEX -u UV_INDEX_URL \
  uv lock --check --offline --quiet --python .tools/bin/python3.13
step "vendor requirements are fresh" dev/vendor.sh --check
step "rendered files are fresh" python -m statemachine.render --check
step "cfn-lint" cfn-lint template.yaml
step "sam validate" sam validate --lint
for script in .ci/run dev/*.sh; do
  bash -n "$script" || failed+=("$script")
done

if [ ${#failed[@]} -gt 0 ]; then
  printf '\nmake check: %s failed:\n' "${#failed[@]}" >&2
  printf '  %s\n' "${failed[@]}" >&2
  exit 1
fi
