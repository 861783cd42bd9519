"""Asks torch.jit.script about the example and about each blocker in it; prints one JSON document.

With --check FILE it asks about that model instead: {"compiles", "agrees"}.
With --accept the answers are kept: blockers.json (read by the tests and the README) and fixed_model.py.
Every question is put in a process of its own, forked after torch was imported: a class that failed once answers wrongly afterwards.
"""
import difflib
import json
import os
import pathlib
import re
import sys
import tempfile
import types

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
TTS = HERE.parent.parent / "examples" / "tts"
sys.path[:0] = [str(TTS), str(HERE)]

import torch  # noqa: E402

import fixes  # noqa: E402
import text as front_end  # noqa: E402


def ask(source, question):
    """The answer of question(module made from source), computed in a forked process."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.py")
            with open(path, "w", encoding="utf8") as out:
                out.write(source)
            module = types.ModuleType("model")
            module.__file__ = path
            sys.modules["model"] = module
            try:
                exec(compile(source, path, "exec"), module.__dict__)
                answer = question(module)
            except BaseException as failure:
                sentences = [line for line in str(failure).splitlines() if line.strip()]
                answer = {"crash": type(failure).__name__, "message": sentences[0] if sentences else ""}
        with os.fdopen(writer, "w", encoding="utf8") as out:
            json.dump(answer, out)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf8") as answered:
        result = json.load(answered)
    os.waitpid(child, 0)
    return result


def build(module):
    torch.manual_seed(7)
    return module.Synthesizer(len(front_end.PHONEMES)).eval(), module.Vocoder(mels=20).eval()


def original_line(path, line):
    """The 1-based line of the example from which the given line of a changed copy came."""
    with open(path, encoding="utf8") as file:
        changed = file.read().splitlines()
    before = source.splitlines()
    for _, first, last, original, original_last in difflib.SequenceMatcher(None, changed, before, autojunk=False).get_opcodes():
        if first <= line - 1 < last:
            for number in range(original, original_last):
                if before[number].strip() == changed[line - 1].strip():
                    return number + 1       # only its indentation changed
            return min(original + line - 1 - first, original_last - 1) + 1
    raise ValueError(f"{path} has no line {line}")


def script(module):
    """{"ok": true}, or the first error: its message, and its 1-based line in the example where the compiler names one."""
    try:
        synthesizer, _ = [torch.jit.script(made) for made in build(module)]
    except Exception as failure:
        message = f"{type(failure).__name__}: {failure}"
        places = re.findall(r'File "(.*?)", line (\d+)', message)
        in_model = [original_line(path, int(line)) for path, line in places if path.endswith("/model.py")]
        inside_torch = bool(places) and not in_model
        first = re.split(r':?\s*File "', message)[0].strip()
        first = re.sub(r"\s+", " ", re.sub(r" \(of Python compilation unit at: \w+\)", "", first))
        return {"ok": False, "message": first, "line": in_model[0] if in_model else None, "insideTorch": inside_torch}
    return {"ok": True, "hasEncode": hasattr(synthesizer.postnet, "encode")}


def same(expected, actual):
    if isinstance(expected, torch.Tensor):
        return expected.shape == actual.shape and torch.allclose(expected, actual, atol=1e-5)
    if isinstance(expected, float):
        return abs(expected - actual) < 1e-5
    if isinstance(expected, (list, tuple)):
        return len(expected) == len(actual) and all(same(e, a) for e, a in zip(expected, actual))
    return expected == actual


def outputs(models):
    """What the models say to two sentences of different length, alone and in one batch, with every optional argument given once."""
    synthesizer, vocoder = models
    results = []
    sentences = ["こんにちは", "watashi wa chiisana goosei onsee desu"]
    with torch.no_grad():
        for number, chosen in enumerate([sentences[:1], sentences[1:], sentences]):
            ids, lengths, durations = (torch.from_numpy(part) for part in front_end.batch(chosen))
            if number < 2:
                mel, alignment = synthesizer(ids, lengths, durations, speaker=number)
            else:
                mel, alignment = synthesizer(ids, lengths, durations, alpha=1.5, verbose=True)
            results += [mel, alignment, vocoder(mel), synthesizer(ids, lengths, durations, mel)]
            if hasattr(synthesizer.postnet, "encode"):
                results.append(synthesizer.postnet.encode(mel))
    return results


def agrees(module):
    """Whether the scripted models say what the original ones say, before and (if they can be saved) after saving and loading."""
    with open(os.devnull, "w") as nowhere:
        sys.stdout = nowhere
        expected = outputs(build(ORIGINAL))
        scripted = [torch.jit.script(made) for made in build(module)]
        answer = {"eager": same(expected, outputs(build(module))), "script": same(expected, outputs(scripted))}
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, name) for name in ("synthesizer.pt", "vocoder.pt")]
            try:
                for made, path in zip(scripted, paths):
                    torch.jit.save(made, path)
            except Exception as failure:
                answer["saveError"] = str(failure).strip().splitlines()[0]
                return answer
            answer["loaded"] = same(expected, outputs([torch.jit.load(path) for path in paths]))
    return answer


source = (TTS / "model.py").read_text(encoding="utf8")
ORIGINAL = types.ModuleType("original")
exec(compile(source, str(TTS / "model.py"), "exec"), ORIGINAL.__dict__)


def main():
    if "--check" in sys.argv:
        with open(sys.argv[sys.argv.index("--check") + 1], encoding="utf8") as given:
            text = given.read()
        json.dump({"compiles": ask(text, script), "agrees": ask(text, agrees)}, sys.stdout)
        return
    report = {"torch": torch.__version__, "original": ask(source, script), "blockers": []}
    for blocker in fixes.BLOCKERS:
        text = fixes.apply(source, [other for other in fixes.BLOCKERS if other is not blocker])
        alone = ask(text, script)
        if alone["ok"]:
            alone["run"] = ask(text, agrees)
        mended = source[:source.index(blocker.edits[0][0])].count("\n") + 1
        report["blockers"].append({"name": blocker.name, "kind": blocker.kind, "mended": mended, "alone": alone})
    fixed = fixes.fixed(source)
    report["fixed"] = {"compiles": ask(fixed, script), "agrees": ask(fixed, agrees)}
    printed = json.dumps(report, indent=1, ensure_ascii=False) + "\n"
    if "--accept" in sys.argv:
        (HERE / "blockers.json").write_text(printed, encoding="utf8")
        (HERE / "fixed_model.py").write_text(fixed, encoding="utf8")
    sys.stdout.write(printed)


if __name__ == "__main__":
    main()
