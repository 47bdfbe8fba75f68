#!/bin/sh
# Generates the typed client anew: scripts/client.sh [TO [DOCUMENT]].  Without an OpenAPI document it
# is that of this release.
set -eu

BIN=${BIN:-.venv/bin}
TO=${1:-client/secondline_kb_client}
DOCUMENT=${2:-}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ -z "$DOCUMENT" ]; then
    DOCUMENT=$folder/openapi.json
    KB_DATA_DIR="$folder" "$BIN"/kb openapi > "$DOCUMENT"
fi
rm -rf "$TO"
"$BIN"/openapi-python-client generate --path "$DOCUMENT" --meta none --fail-on-warning \
    --config client/generator.yaml --output-path "$TO"
touch "$TO/py.typed"
