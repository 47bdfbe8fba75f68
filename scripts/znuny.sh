#!/bin/sh
# Unpack Znuny into the folder FOLDER, for the live tests, with what of Perl this machine lacks.
# Its package (of Debian 12: otrs2) lies in the part non-free and wants a web server of its own:
# nothing is installed, and the machine's lists of packages stay as they are.
set -eu
folder=$1
held=$(mktemp -d)
trap 'rm -rf "$held"' EXIT
mkdir -p "$held/sources" "$held/lists/partial" "$held/cache/archives/partial" "$folder"
cat >"$held/sources/debian.sources" <<END
Types: deb
URIs: http://deb.debian.org/debian
Suites: $(. /etc/os-release && echo "$VERSION_CODENAME")
Components: main contrib non-free
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
END
fetch() {
    timeout 300 apt-get -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$held/sources" \
        -o Dir::State::Lists="$held/lists" -o Dir::Cache="$held/cache" "$@"
}
fetch update
fetch install --download-only -y --no-install-recommends otrs2 libcgi-emulate-psgi-perl \
    libdbd-pg-perl libmodule-refresh-perl libplack-perl librest-client-perl
for package in "$held"/cache/archives/*.deb; do
    dpkg --extract "$package" "$folder"
done
