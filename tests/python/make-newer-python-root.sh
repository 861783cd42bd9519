#!/usr/bin/env bash
# Makes a folder with a newer CPython than the machine's (Debian testing's), to dump trees of syntax this machine's cannot read:
#
#   tests/python/make-newer-python-root.sh FOLDER
#   tests/python/dump-newer.sh FOLDER
#
# Needs root and debootstrap. The mirror is the one apt uses here. Nothing but FOLDER is changed.
set -euo pipefail
folder=${1:?usage: make-newer-python-root.sh FOLDER}
suite=forky

[ "$(id -u)" = 0 ] || { echo "make-newer-python-root: must run as root" >&2; exit 1; }
command -v debootstrap > /dev/null || { echo "make-newer-python-root: install debootstrap first" >&2; exit 1; }
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -v security | head -n 1)
[ -n "$mirror" ] || { echo "make-newer-python-root: apt knows no mirror" >&2; exit 1; }

script=/usr/share/debootstrap/scripts/$suite
[ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid
debootstrap --variant=minbase --include=python3 "$suite" "$folder" "$mirror" "$script"
chroot "$folder" /usr/bin/python3 --version
