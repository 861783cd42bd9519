"""Asks the real torch.jit.script about every case of tests/python/corpus/failing.

usage: python3 failing_corpus.py [--accept] [--show] [FILE ...]

A file's head (docstring, imports) belongs to each of its cases. '# kind: name; rule: id' begins a kind of error. A case begins behind a line
'# fails' or '# compiles' and is compiled alone: its last function, or an instance of its last class. Settings follow behind semicolons:
'# fails; script: M(3); rule: other-rule'. Where the compiler names no line, '# <- here' marks the one at fault.

expected-RELEASE.tsv holds what the compiler said: KIND/NAME, 'fails' or 'compiles', the line (1-based within the case; '~' before a line that the compiler
does not name), the rule, and the reason's first line. Without --accept it is compared with what the compiler says now. Each release of torch has its
own file, expected-1.13.tsv, and where a case goes the other way in some of them its mark names those: '# fails; except: 2.6'.
"""
import json
import os
import re
import sys
import warnings

import torch

import compile_worker

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus", "failing")
RELEASE = ".".join(torch.__version__.split(".")[:2])
EXPECTED = os.path.join(FOLDER, "expected-%s.tsv" % RELEASE)
MARK = re.compile(r"^# (fails|compiles)((?:;[^;\n]*)*)\s*$")
KIND = re.compile(r"^# kind: ([a-z0-9-]+); rule: ([a-z-]+)$")
HERE = re.compile(r"#\s*<- here\s*$")


class Case:
    def __init__(self, kind, head, rule, mark, lines):
        self.kind, self.head, self.lines = kind, head, lines
        settings = dict(
            (part.split(":", 1)[0].strip(), part.split(":", 1)[1].strip())
            for part in mark.group(2).split(";")
            if ":" in part
        )
        other = RELEASE in settings.get("except", "").split()
        self.outcome = "fails" if (mark.group(1) == "fails") != other else "compiles"
        self.rule = settings.get("rule", rule)
        names = [re.match(r"(?:async def|def|class) +(\w+)", line) for line in lines]
        last = [m for m in names if m][-1]
        self.name = settings.get("name", last.group(1))
        self.script = settings.get("script", last.group(1) + ("()" if last.group(0).startswith("class") else ""))

    @property
    def key(self):
        return self.kind + "/" + self.name

    @property
    def source(self):
        return "\n".join(self.head + self.lines) + "\n"


def read(name):
    with open(os.path.join(FOLDER, name + ".py"), encoding="utf-8") as file:
        lines = file.read().split("\n")
    starts = [i for i, line in enumerate(lines) if MARK.match(line) or KIND.match(line)]
    head = lines[: starts[0]]
    kind = rule = None
    for start, end in zip(starts, starts[1:] + [len(lines)]):
        named = KIND.match(lines[start])
        if named:
            kind, rule = named.groups()
            continue
        body = lines[start + 1 : end]
        while body and not body[-1]:
            body.pop()
        yield Case(kind, head, rule, MARK.match(lines[start]), body)


def reason(message):
    lines = [line.strip() for line in message.split("\n") if line.strip()]
    first = next(
        (
            line
            for line in lines
            if line != "Arguments for call are not valid." and not line.startswith("The following variants")
        ),
        "",
    )
    wanted = next(
        (
            line
            for line in lines
            if "Expected a value of type" in line or line.startswith("'") and "object has no attribute" in line
        ),
        None,
    )
    return re.sub(r"0x[0-9a-f]+", "0x", re.sub(r"\S*/case\.py", "case.py", wanted or first))[:160]


def ask(case):
    answer = json.loads(compile_worker.in_child({"source": case.source, "script": case.script}))
    if answer.get("type") == "case":
        return case, "broken", "", answer["error"].strip().split("\n")[-1]
    if answer["ok"]:
        return case, "compiles", "", ""
    line = answer["line"]
    line = line - len(case.head) if line is not None else 0
    if line <= 0:
        marked = [i + 1 for i, text in enumerate(case.lines) if HERE.search(text)]
        return case, "fails", "~%d" % marked[0] if marked else "~0", reason(answer["error"])
    return case, "fails", str(line), reason(answer["error"])


def main():
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    options = [a for a in sys.argv[1:] if a.startswith("--")]
    chosen = [a for a in sys.argv[1:] if not a.startswith("--")]
    files = sorted(name[:-3] for name in os.listdir(FOLDER) if name.endswith(".py"))
    cases = [case for name in files if not chosen or name in chosen for case in read(name)]
    expected = {}
    if os.path.exists(EXPECTED):
        with open(EXPECTED, encoding="utf-8") as file:
            expected = {line.split("\t")[0]: line.rstrip("\n") for line in file}
    wrong, rows, seen = [], {}, set()
    for case, outcome, line, why in map(ask, cases):
        if case.key in seen:
            wrong.append("%s: two cases of one name" % case.key)
        seen.add(case.key)
        rows[case.key] = "\t".join([case.key, outcome, line, case.rule if outcome == "fails" else "", why])
        if outcome != case.outcome:
            wrong.append("%s: %s, is marked '%s': %s" % (case.key, outcome, case.outcome, why))
        elif line == "~0":
            wrong.append("%s: the compiler names no line, and no '# <- here' does: %s" % (case.key, why))
        elif "--accept" not in options and expected.get(case.key) != rows[case.key]:
            wrong.append("%s: recorded\n  %s\nnow\n  %s" % (case.key, expected.get(case.key), rows[case.key]))
        if "--show" in options:
            print(rows[case.key])
    if not chosen:
        wrong += [
            "%s: recorded, and no case" % key for key in expected if key not in rows and "--accept" not in options
        ]
        expected = {}
    if "--accept" in options and not wrong:
        expected.update(rows)
        with open(EXPECTED, "w", encoding="utf-8", newline="\n") as file:
            file.write("".join(expected[key] + "\n" for key in sorted(expected)))
    print("\n".join(wrong))
    print(
        "%d kinds, %d fail, %d compile, %d wrong"
        % (
            len({c.kind for c in cases if c.outcome == "fails"}),
            sum(c.outcome == "fails" for c in cases),
            sum(c.outcome == "compiles" for c in cases),
            len(wrong),
        )
    )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
