"""Applies `lsptorch fix --suggested` to a copy of a folder of Python code and asks what became of it.

    tools/differential/fixes.py FOLDER [--server bin/lsptorch] [--python EXE] [--match REGEX]

Every changed file must parse, have no more errors than before, refuse nothing to torch.jit.script that was accepted, and its modules must compute
in Python what they did. Exit status 1 where one does not.
"""
import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile

from differential import ROOT, Compiler, files_of


def errors(server, path):
    answer = subprocess.run(
        [server, "check", path, "--torch", "1.13", "--format", "json"], capture_output=True, text=True, timeout=120
    )
    return [f for file in json.loads(answer.stdout)["files"] for f in file["findings"] if f["severity"] == "error"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--server", default=os.path.join(ROOT, "bin", "lsptorch"))
    parser.add_argument("--python", default=os.environ.get("LSPTORCH_TEST_PYTHON") or "/usr/bin/python3")
    parser.add_argument("--match")
    arguments = parser.parse_args()

    folder = os.path.realpath(arguments.folder)
    with tempfile.TemporaryDirectory(prefix="lsptorch-fixes-") as place:
        copy = os.path.join(os.path.realpath(place), os.path.basename(folder))
        shutil.copytree(folder, copy, symlinks=True)
        paths = list(files_of(copy, arguments.match))
        for i in range(0, len(paths), 100):
            subprocess.run(
                [arguments.server, "fix", "--suggested", *paths[i : i + 100]], stdout=subprocess.DEVNULL, timeout=600
            )
        changed = [
            p
            for p in paths
            if open(p, encoding="utf-8", errors="replace").read()
            != open(folder + p[len(copy) :], encoding="utf-8", errors="replace").read()
        ]
        compiler, broken, compared = Compiler(arguments.python), [], 0
        for path in changed:
            original = folder + path[len(copy) :]
            try:
                with open(path, encoding="utf-8") as file:
                    ast.parse(file.read())
            except SyntaxError as error:
                broken.append((original, f"does not parse: {error}"))
                continue
            before, after = errors(arguments.server, original), errors(arguments.server, path)
            if len(after) > len(before):
                known = {(f["rule"], f["message"]) for f in before}
                broken.append(
                    (
                        original,
                        f"{len(before)} errors became {len(after)}: "
                        + "; ".join(
                            f"{f['range']['start']['line'] + 1}: {f['rule']}: {f['message']}"
                            for f in after
                            if (f["rule"], f["message"]) not in known
                        ),
                    )
                )
            old = compiler.ask({"path": original, "root": folder, "eager": True})
            new = compiler.ask({"path": path, "root": copy, "eager": True})
            if new.get("import") and not old.get("import"):
                broken.append((original, f"no longer imports: {new['import']}"))
                continue
            now = {a["entry"]: a for a in new["attempts"]}
            for attempt in old["attempts"]:
                later = now.get(attempt["entry"])
                if later is None or "unmade" in attempt:
                    continue
                compared += 1
                if "unmade" in later:
                    broken.append((original, f"{attempt['entry']} can no longer be made: {later['unmade']}"))
                elif attempt["ok"] and not later["ok"]:
                    broken.append((original, f"{attempt['entry']} no longer compiles: {later['error'][:400]}"))
                elif None not in (attempt.get("eager"), later.get("eager")) and attempt["eager"] != later["eager"]:
                    broken.append(
                        (
                            original,
                            f"{attempt['entry']} computes something else: {str(attempt.get('eager'))[:200]} became {str(later.get('eager'))[:200]}",
                        )
                    )
        for path, what in broken:
            print(f"{path}: {what}")
        print(
            f"{len(paths)} files, {len(changed)} changed, {compared} functions and modules compared, {len(broken)} broken"
        )
    compiler.process.stdin.close()
    compiler.process.wait()
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
