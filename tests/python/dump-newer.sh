#!/usr/bin/env bash
# Writes the dumps of the test files in newer syntax with the CPython of Debian testing (node tools/roots/make.mjs forky --into DIR makes DIR/forky):
#
#   tests/python/dump-newer.sh DIR/forky
set -euo pipefail
folder=${1:?usage: dump-newer.sh FOLDER}
here=$(cd "$(dirname "$0")" && pwd)
data=$here/../LspTorch.Libraries.Tests/Syntax/data
work=$(mktemp -d "$folder/tmp/dump.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp "$here/ast_dump.py" "$here/judge_snippets.py" "$data/snippets.txt" "$work/"
cp "$data"/newer/*.py "$work/"
inside=/tmp/$(basename "$work")
chroot "$folder" sh -c "cd $inside && rm -f *.bin && python3 ast_dump.py --files \$(ls *.py | grep -v -e ast_dump -e judge_snippets)" | gzip -9n > "$data/newer.dump.gz"
chroot "$folder" sh -c "cd $inside && python3 judge_snippets.py snippets.txt" > "$data/snippets.verdicts.txt"
chroot "$folder" /usr/bin/python3 --version
ls -l "$data/newer.dump.gz" "$data/snippets.verdicts.txt"
