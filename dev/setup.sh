#!/usr/bin/env bash
# Makes what every other make target needs, and nothing outside this folder:
#   .venv          the code's dependencies and the test tools
#   .tools/sam     SAM CLI          (own environment: it pins its own boto3)
#   .tools/cloud   the local cloud  (likewise)
#   .tools/bin     uv, python3.13, sam, ministack and, with --browser, chromium
# Done again only when the lock file, the interpreter or this script changed. Works with macOS's
# bash 3.2. PYTHON and CHROMIUM name an interpreter and a browser that this script should use.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=$PWD/.tools
stamp=$tools/setup.stamp
export PIP_DISABLE_PIP_VERSION_CHECK=1
# `make` puts what this script makes first on PATH; here the machine's own programs are wanted, or
# the scripts in .tools/bin would come to call themselves.
PATH=$(printf '%s' "$PATH" | tr ':' '\n' | grep -vxF -e "$tools/bin" -e "$PWD/.venv/bin" | paste -sd: -)
oldest_uv="0.9.0"

say() { printf '\033[1m›\033[0m %s\n' "$*" >&2; }
fail() { printf '\n\033[31msetup stopped:\033[0m %s\n' "$*" >&2; exit 1; }

main() {
  mkdir -p "$tools/bin"
  if [ "$(fingerprint)" != "$(cat "$stamp" 2>/dev/null)" ] || ! everything_starts; then
    local started=$SECONDS
    make_python
    make_uv
    make_environment dev "$PWD/.venv"
    make_environment sam "$tools/sam"
    make_environment cloud "$tools/cloud"
    ln -sfn "$tools/sam/bin/sam" "$tools/bin/sam"
    ln -sfn "$tools/cloud/bin/ministack" "$tools/bin/ministack"
    fingerprint >"$stamp"
    say "set up in $((SECONDS - started)) s"
  fi
  if [ "${1:-}" = --browser ]; then make_browser; fi
}

# The folder is part of it because virtual environments do not survive being moved.
fingerprint() { { echo "$PWD ${PYTHON:-}"; cat uv.lock pyproject.toml dev/setup.sh; } | cksum; }

everything_starts() {
  local program
  for program in "$PWD/.venv/bin/python" "$tools/sam/bin/python" "$tools/cloud/bin/python" \
    "$tools/bin/python3.13"; do
    "$program" -c '' 2>/dev/null || return 1
  done
  [ -x "$tools/bin/uv" ]
}

# ---------------------------------------------------------------- Python 3.13

make_python() {
  local found
  found=$(find_python) || found=$(download_python) || fail "$(how_to_get_python)"
  ln -sfn "$found" "$tools/bin/python3.13"
  say "Python: $("$found" -c 'import sys; print(sys.version.split()[0], sys.executable)')"
}

# Prints the real path of an interpreter, which a shim or a virtual environment hides.
find_python() {
  local pyenv_versions=${PYENV_ROOT:-$HOME/.pyenv}/versions candidate
  for candidate in ${PYTHON:+"$PYTHON"} python3.13 python3 "$pyenv_versions"/3.13*/bin/python3.13 \
    /opt/homebrew/opt/python@3.13/bin/python3.13 /usr/local/opt/python@3.13/bin/python3.13 \
    /usr/local/bin/python3.13 "$tools"/python/*/bin/python3.13 \
    "${XDG_DATA_HOME:-$HOME/.local/share}"/uv/python/cpython-3.13*/bin/python3.13; do
    "$candidate" - 2>/dev/null <<'PY' && return
import pathlib, sys
if sys.version_info[:2] != (3, 13):
    raise SystemExit(1)
base = pathlib.Path(sys.base_prefix, "bin", "python3.13")
print(base if base.exists() else sys.executable)
PY
  done
  return 1
}

# uv brings a Python of its own where its download site can be reached.
download_python() {
  make_uv >&2
  say "Python 3.13 is not on this machine: fetching one into .tools/python"
  UV_PYTHON_INSTALL_DIR=$tools/python "$tools/bin/uv" python install --no-bin 3.13 >&2 || return 1
  find_python
}

how_to_get_python() {
  cat <<'TEXT'
Python 3.13 was not found. Install it in one of these ways, then run the same command again:
    macOS           brew install python@3.13
    Debian, Ubuntu  pyenv install 3.13     (https://github.com/pyenv/pyenv)
    anywhere        uv python install 3.13 (https://docs.astral.sh/uv)
Or say where it is: make setup PYTHON=/path/to/python3.13
TEXT
}

# ---------------------------------------------------------------- uv

make_uv() {
  local uv
  uv=$(find_uv) || uv=$(install_uv) || fail "$(how_to_get_uv)"
  {
    echo '#!/bin/sh'
    # Installing only: a lock file made against a mirror would name it.
    echo "[ \"\$1\" != pip ] || export UV_DEFAULT_INDEX=\"\${UV_DEFAULT_INDEX:-$(index_of_pip)}\""
    # The machine's certificates, since a company's proxy signs with its own.
    echo 'export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}" UV_NATIVE_TLS="${UV_NATIVE_TLS:-true}"'
    echo "exec '$uv' \"\$@\""
  } | grep -v ':-}' >"$tools/bin/uv.new"
  chmod +x "$tools/bin/uv.new"
  mv -f "$tools/bin/uv.new" "$tools/bin/uv"
  say "$("$uv" --version)"
}

find_uv() {
  local found
  for found in "$(command -v uv || true)" "$tools/uv/bin/uv"; do
    [ -x "$found" ] && recent_enough "$("$found" --version | cut -d' ' -f2)" && echo "$found" && return
  done
  return 1
}

recent_enough() {
  [ "$(printf '%s\n%s\n' "$oldest_uv" "$1" | sort -t. -k1,1n -k2,2n -k3,3n | head -n1)" = "$oldest_uv" ]
}

# Debian splits `venv` off its Python; `pip --target` does without it.
install_uv() {
  local python
  python=$(find_python || command -v python3) || return 1
  say "installing uv into .tools/uv"
  rm -rf "$tools/uv"
  if "$python" -m venv "$tools/uv" >/dev/null 2>&1; then
    "$tools/uv/bin/python" -m pip install --quiet "uv>=$oldest_uv" >&2 || return 1
  else
    rm -rf "$tools/uv"
    "$python" -m pip install --quiet --target "$tools/uv" "uv>=$oldest_uv" >&2 || return 1
  fi
  echo "$tools/uv/bin/uv"
}

# Where only a mirror can be reached, pip has been told so; uv does not read pip's settings.
index_of_pip() {
  local python=$tools/bin/python3.13
  [ -n "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ] && return
  [ -n "${PIP_INDEX_URL:-}" ] && echo "$PIP_INDEX_URL" && return
  "$python" -m pip config get global.index-url 2>/dev/null ||
    "$python" -m pip config get install.index-url 2>/dev/null || true
}

how_to_get_uv() {
  cat <<'TEXT'
uv could not be installed (the reason is above). Either let Python install it:
    Debian, Ubuntu  apt-get install python3-venv python3-pip
or install it yourself: https://docs.astral.sh/uv/getting-started/installation
TEXT
}

# ---------------------------------------------------------------- environments

# make_environment GROUP FOLDER: the locked packages of a dependency group, and no others.
# Exported first, because a lock file names the public index and a mirror may be all there is.
make_environment() {
  local group=$1 folder=$2 uv=$tools/bin/uv python=$tools/bin/python3.13
  say "installing ${folder#"$PWD"/}"
  if [ "$("$folder/bin/python" -c 'import sys; print(sys.base_prefix)' 2>/dev/null)" != \
    "$("$python" -c 'import sys; print(sys.base_prefix)')" ] ||
    ! grep -qsF "$folder" "$folder/bin/activate"; then
    "$uv" venv --quiet --clear --python "$python" "$folder"
  fi
  "$uv" export --quiet --frozen --only-group "$group" --no-emit-project --python "$python" \
    -o "$tools/$group.txt" >/dev/null
  "$uv" pip sync --no-config --python "$folder" --require-hashes "$tools/$group.txt" 2>&1 |
    grep -vE '^ [-+~] ' >&2 || [ "${PIPESTATUS[0]}" -eq 0 ] ||
    fail "the packages of ${folder#"$PWD"/} could not be installed (the reason is above)"
}

# ---------------------------------------------------------------- Chromium

make_browser() {
  local found
  [ -z "${CHROMIUM:-}" ] && [ -x "$tools/bin/chromium" ] &&
    "$tools/bin/chromium" --version >/dev/null 2>&1 && return
  found=$(find_browser) || { install_browser && found=$(find_browser); } || fail "$(how_to_get_browser)"
  # A script and not a link: macOS finds the parts of an application by the path it is called by.
  printf '#!/bin/sh\nexec "%s" "$@"\n' "$found" >"$tools/bin/chromium"
  chmod +x "$tools/bin/chromium"
  say "Chromium: $found"
}

find_browser() {
  local candidate found
  for candidate in ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser google-chrome \
    google-chrome-stable \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
    "/Applications/Chromium.app/Contents/MacOS/Chromium" \
    "$HOME"/.cache/ms-playwright/chromium-*/chrome-linux*/chrome \
    "$HOME"/Library/Caches/ms-playwright/chromium-*/chrome-mac*/*.app/Contents/MacOS/*; do
    found=$(command -v "$candidate") && "$found" --version >/dev/null 2>&1 && echo "$found" && return
  done
  return 1
}

install_browser() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  say "installing Chromium with apt-get, for the browser tests"
  apt-get update -qq >&2 &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      chromium fonts-liberation fonts-noto-core fonts-noto-color-emoji >/dev/null
}

how_to_get_browser() {
  cat <<'TEXT'
the browser tests need Chromium or Chrome, and none was found. Install one, then try again:
    anywhere        .venv/bin/playwright install chromium
    macOS           brew install --cask google-chrome
    Debian          sudo apt-get install chromium
Or say where it is: make test CHROMIUM=/path/to/chromium
TEXT
}

main "$@"
