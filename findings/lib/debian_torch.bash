# Sourced by the findings: torch 1.13.1 of Debian 12 with everything it needs, in a temporary folder that goes when the script ends.
# Needs apt with Debian 12's package lists (apt-get update). Defines: torch_python ARG..., the interpreter of that folder.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir -p "$place/archives/partial" "$place/root"
: > "$place/status" # as on a machine where nothing is installed: all that torch needs is fetched, nothing of this machine is used
apt-get -q=2 -o "Dir::State::status=$place/status" -o "Dir::Cache::archives=$place/archives" -o Debug::NoLocking=1 -o APT::Sandbox::User=root \
  install --download-only -y --no-install-recommends python3-torch=1.13.1+dfsg-4 > /dev/null
for package in "$place"/archives/*.deb; do dpkg-deb -x "$package" "$place/root"; done
libraries=$(find "$place/root/lib" "$place/root/usr/lib" -name '*.so*' -printf '%h\n' | grep -v -e python -e perl -e gcc | sort -u | paste -sd:)
torch_python() {
  PYTHONHOME="$place/root/usr" PYTHONPATH="$place/root/usr/lib/python3/dist-packages" PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1 \
    "$place"/root/lib64/ld-linux-x86-64.so.2 --library-path "$libraries" "$place/root/usr/bin/python3.11" -W ignore "$@"
}
