#!/bin/sh
# Brings the catalogues up to what templates and code say: new texts come in empty, to be translated.
set -eu

BIN=${BIN:-.venv/bin}
found=$(mktemp)
trap 'rm -f "$found"' EXIT
"$BIN"/pybabel -q extract -F babel.cfg -k _ --no-location --sort-output -o "$found" .
for language in de nl; do
    "$BIN"/pybabel -q update -N --ignore-obsolete --no-wrap --omit-header \
        -l "$language" -D kb -i "$found" -d api/pages/locale
done
grep -n -B1 '^msgstr ""$' api/pages/locale/*/LC_MESSAGES/kb.po | grep -v -- '-- *$' || true
