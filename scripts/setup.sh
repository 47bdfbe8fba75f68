#!/bin/sh
# Makes .venv and installs the project into it, with the CPU build of PyTorch where one is offered.
set -eu

PYTHON=${PYTHON:-python3}
CPU_INDEX=https://download.pytorch.org/whl/cpu

say() { printf '%s\n' "$*" >&2; }

"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    say "Python 3.11 or newer is needed; $PYTHON is older.  Try: make PYTHON=python3.12 …"
    exit 1
}
if [ ! -x .venv/bin/pip ]; then
    "$PYTHON" -m venv .venv || {
        say "The venv module is missing.  On Debian and Ubuntu: apt-get install python3-venv"
        exit 1
    }
fi

# The CPU build is 200 MB, the standard one for Linux brings several GB of CUDA libraries.  A
# machine may offer the CPU build by its own pip configuration; else PyTorch's index has it.
torch_options=
if ! .venv/bin/pip download --quiet --no-deps --no-cache-dir --dest .venv/offered \
        --only-binary :all: 'torch==2.13.0+cpu' >/dev/null 2>&1; then
    if .venv/bin/python -c "
import urllib.request
urllib.request.urlopen('$CPU_INDEX/torch/', timeout=5)" >/dev/null 2>&1; then
        torch_options="--extra-index-url $CPU_INDEX"
    else
        say "No CPU build of PyTorch is offered here: the standard one is installed (several GB)."
    fi
fi
rm -rf .venv/offered

say "Installing into .venv; the first time takes some minutes."
# shellcheck disable=SC2086  # the options are two words
.venv/bin/pip install --quiet --disable-pip-version-check $torch_options \
    --constraint constraints.txt --editable '.[dev]'
say "Installed."
