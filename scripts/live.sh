#!/bin/sh
# Tests against real ticket systems on loopback.  On Debian, as root, `scripts/live.sh install`
# installs what they need first; what is not there is skipped with the reason.  `more` and
# `install-more` do the same for those that CI leaves out.
set -eu
case "${1:-}" in *more) marked="live and more" ;; *) marked="live and not more" ;; esac
if [ "${1:-}" = install-more ]; then
    DEBIAN_FRONTEND=noninteractive timeout 300 sh -c 'apt-get update -q && apt-get \
        -o DPkg::Lock::Timeout=120 install -qy --no-install-recommends icinga2-bin' >/dev/null 2>&1 ||
        echo "Icinga 2 could not be installed; its tests are skipped." >&2
    sh scripts/znuny.sh "${KB_LIVE_ZNUNY:-/var/tmp/kb-live-znuny}" >/dev/null 2>&1 ||
        echo "Znuny could not be unpacked; its test is skipped." >&2
fi
if [ "${1:-}" = install ]; then
    export DEBIAN_FRONTEND=noninteractive
    timeout 300 sh -c 'apt-get update -q && apt-get -o DPkg::Lock::Timeout=120 install -qy \
        --no-install-recommends request-tracker5 rt5-db-sqlite rt5-standalone msmtp-mta \
        dbconfig-no-thanks prometheus-alertmanager' >/dev/null 2>&1 ||
        echo "Not everything could be installed; the tests of what is missing are skipped." >&2
    # The Bundler of Debian 12's newer Ruby takes a gem without a folder of its own as missing, and
    # Redmine's package fails to configure: give each gem its folder, then let it try again.
    timeout 300 sh -c 'apt-get -o DPkg::Lock::Timeout=120 install -qy --no-install-recommends \
        redmine puma ruby-sqlite3 dbconfig-no-thanks || {
            ruby -rfileutils -e "Gem::Specification.each { |gem|
                FileUtils.mkdir_p(gem.full_gem_path) unless gem.default_gem? }"
            dpkg --configure redmine; }' >/dev/null 2>&1 ||
        echo "Redmine could not be installed; its test is skipped." >&2
fi
exec "${PYTHON:-python}" -m pytest tests/live -m "$marked" -rs -q
