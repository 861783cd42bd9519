# Sourced by the findings: torch 2.6.0 of Debian 13 with everything it needs, in a temporary folder that goes when the script ends.
# Needs apt with a mirror of Debian. Defines: torch_python ARG..., the interpreter of that folder.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir -p "$place/archives/partial" "$place/lists/partial" "$place/root"
: > "$place/status" # as on a machine where nothing is installed: all that torch needs is fetched, nothing of this machine is used
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -v security | head -n 1)
echo "deb $mirror trixie main" > "$place/sources.list"
apt_13() {
  apt-get -q=2 -o "Dir::State::status=$place/status" -o "Dir::State::lists=$place/lists" -o "Dir::Cache::archives=$place/archives" \
    -o "Dir::Cache::pkgcache=" -o "Dir::Cache::srcpkgcache=" -o "Dir::Etc::sourcelist=$place/sources.list" -o Dir::Etc::sourceparts=- \
    -o Debug::NoLocking=1 -o APT::Sandbox::User=root "$@" > /dev/null
}
apt_13 update
apt_13 install --download-only -y --no-install-recommends python3-torch=2.6.0+dfsg-7
for package in "$place"/archives/*.deb; do dpkg-deb -x "$package" "$place/root"; done
libraries=$(find "$place/root/usr/lib" -name '*.so*' -printf '%h\n' | grep -v -e python -e perl -e gcc | sort -u | paste -sd:)
torch_python() {
  PYTHONHOME="$place/root/usr" PYTHONPATH="$place/root/usr/lib/python3/dist-packages" PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1 \
    "$place"/root/usr/lib64/ld-linux-x86-64.so.2 --library-path "$libraries" "$place/root/usr/bin/python3.13" -W ignore "$@"
}
