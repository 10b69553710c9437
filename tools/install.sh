#!/bin/sh
# Usage: install.sh VENV LOCKFILE WHAT
# Creates VENV where it is missing and installs LOCKFILE into it, every package checked against its hash, then the
# `permanence` command itself. Uses uv when it is on the PATH, otherwise Python's own venv and pip.
set -eu

venv=$1
lock=$2
what=$3
python=${PYTHON:-python3}

say() { echo "Permanence: $*"; }
fail() {
    for line in "$@"; do echo "Permanence: $line" >&2; done
    exit 1
}

check_python() {
    command -v "$python" >/dev/null || fail "no $python here. Install Python 3.11 or newer (apt install python3 python3-venv)."
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail \
        "$("$python" --version) is too old: Python 3.11 or newer is needed." \
        "If you have a newer one under another name: make PYTHON=python3.12 …"
    # Debian and Ubuntu ship venv without ensurepip, so that `import venv` alone proves nothing.
    "$python" -c 'import ensurepip, venv' 2>/dev/null || fail \
        "this Python cannot create environments. Install its venv module: apt install python3-venv" \
        "Without root, install uv instead: it is used when it is on the PATH."
}

create() {
    if command -v uv >/dev/null; then
        [ -x "$venv/bin/python" ] && return
        say "creating the Python environment in $venv, with uv …"
        uv venv --quiet --python '>=3.11' "$venv"
    else
        [ -x "$venv/bin/pip" ] && return
        check_python
        say "creating the Python environment in $venv, with $("$python" --version) …"
        "$python" -m venv "$venv"
    fi
}

install() {
    if command -v uv >/dev/null; then
        uv pip install --quiet --python "$venv/bin/python" "$@"
    else
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input "$@"
    fi
}

create
say "installing $what: $(grep -c '==' "$lock") locked packages ($lock). This can take a minute or two, once …"
# The lock file is whole: its packages are what is needed, and pip is not to resolve them again. Asked to, it takes a newer
# `coverage` for the `coverage[toml]` that another package wants, and then refuses it for want of a hash.
install --require-hashes --no-deps --requirement "$lock"
# Its build tool is in the lock file: nothing more is fetched.
install --no-deps --no-build-isolation --no-index --editable .
say "$what: installed."
