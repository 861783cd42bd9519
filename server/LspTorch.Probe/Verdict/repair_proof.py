"""A part of repair.py: what an attempt comes to, compared with the baseline and with eager mode."""


def baseline_of(program, folder):
    """Keeps outputs and state, and tells what there is to repair."""
    verdict, torch = program.verdict, program.torch
    chosen = program.chosen()
    calls = [
        {"number": call.number, "class": instance.kind.__qualname__, "output": call.output}
        for instance in chosen
        for call in instance.kept
    ]
    kept = {
        "calls": calls,
        "classes": {instance.kind.__qualname__ for instance in chosen},
        "stop": max([call["number"] for call in calls], default=float("inf")),
        "states": [(instance.kind.__qualname__, state_of(program, instance.module)) for instance in chosen],
    }
    torch.save(kept, os.path.join(folder, "baseline.pt"))
    return {
        "modules": [described(program, kind, group) for kind, group in by_class(chosen)],
        "facts": facts_of(program),
    }


def state_of(program, module):
    try:
        return program.plain(dict(module.state_dict()))
    except Exception as error:
        return {"problem": type(error).__name__}


def by_class(chosen):
    groups = {}
    for instance in chosen:
        groups.setdefault(instance.kind, []).append(instance)
    return list(groups.items())


def described(program, kind, group):
    import inspect

    verdict = program.verdict
    try:
        line = inspect.getsourcelines(kind)[1]
    except (OSError, TypeError, IndexError, SyntaxError):
        line = None
    classes, files = [], {}
    for instance in group:
        for part in instance.module.modules():
            if verdict["_is_own_class"](type(part)) and key_of(verdict, type(part)) not in classes:
                classes.append(key_of(verdict, type(part)))
        for _, path, _ in verdict["_definitions"](instance.module):
            files[path] = True
    return {
        "class": kind.__qualname__,
        "path": verdict["_file_of"](kind),
        "line": line,
        "inputs": sum(len(instance.kept) for instance in group),
        "classes": classes,
        "files": list(files),
    }


def eager_differences(program):
    """What is not as in the baseline: {class: words}. A difference of the whole program stands under ''."""
    torch, baseline, found = program.torch, program.baseline, {}
    calls = {call.number: (one.kind.__qualname__, call) for one in program.chosen() for call in one.kept}
    for place, before in enumerate(baseline["calls"], 1):
        kind, call = calls.get(before["number"], (None, None))
        if kind != before["class"]:
            text = "call %d is %s" % (place, "not made any more" if kind is None else "one of %s" % kind)
        else:
            text = program.verdict["_difference"](torch, call.output, before["output"], "eager output")
            text = None if text is None else as_before(text) + " on call %d" % place
        if text is not None:
            found.setdefault(before["class"], text)
    for (name, before), instance in zip(baseline["states"], program.chosen()):
        if instance.kind.__qualname__ != name:
            continue
        after = state_of(program, instance.module)
        if list(after) != list(before):
            names = sorted(set(after) ^ set(before))
            found.setdefault(name, "the state_dict has other names: %s" % ", ".join(names[:5] or ["another order"]))
            continue
        text = program.verdict["_difference"](torch, after, before, "the state")
        if text is not None:
            found.setdefault(name, as_before(text))
    return found


def as_before(text):
    return text.replace(" from eager's", "").replace("eager gives", "it was").replace("eager's", "before")


def answers_of(program, kind, group, folder):
    """What compiling the instances of one class comes to; the first that fails speaks for all."""
    verdict, torch = program.verdict, program.torch
    answer = {"class": kind.__qualname__, "path": verdict["_file_of"](kind), "inputs": 0, "script": {"ok": True}}
    answer.update(equal=True, saved=True)
    export = program.request["mode"] == "export"
    for instance in group:
        if program.only_compile:
            one = verdict["attempt"](lambda: compiled_only(verdict, torch, instance))
        else:
            expected = os.path.join(folder, "expected.pt")
            if os.path.exists(expected):
                os.remove(expected)
            run_eager = eager_with_unseen if export else eager_again
            eager = verdict["attempt"](lambda: run_eager(program, instance, expected))
            if not eager.get("ok"):
                answer.update(script=eager, equal=False, saved=False)
                return answer
            if eager.get("changed") is not None:
                answer["changed"] = eager["changed"]
            file = os.path.join(folder, "compiled.pt")
            prove = exported if export else scripted
            one = verdict["attempt"](lambda: prove(program, instance, expected, file))
        answer["inputs"] += len(instance.kept)
        if not one.get("ok"):
            answer.update(script=one, equal=False, saved=False)
            return answer
        for part in ("programs", "unseen"):
            if part in one:
                answer[part] = max(answer.get(part, 0), one[part])
        for part, why in (("equal", "difference"), ("saved", "unsaved")):
            if one.get(why) is not None and answer.get(why) is None:
                answer.update({part: False, why: one[why]})
    return answer


def compiled_only(verdict, torch, instance):
    with verdict["_as_called"](torch, instance.module, instance):
        torch.jit.script(instance.module)
    return {"ok": True}


def eager_again(program, instance, path):
    """The module's outputs on the kept inputs, one after the other, for the compiled one that is run in the same way."""
    outputs = run_all(program, instance, instance.module)
    program.torch.save(outputs, path)
    return {"ok": True}


def run_all(program, instance, run):
    outputs = []
    for args, kwargs in instance.inputs:
        with program.verdict["_as_called"](program.torch, instance.module, instance):
            args, kwargs = program.verdict["_copy"]((args, kwargs))
            outputs.append(program.plain(run(*args, **kwargs)))
    return outputs


def scripted(program, instance, expected, file):
    verdict, torch = program.verdict, program.torch
    with verdict["_as_called"](torch, instance.module, instance):
        compiled = torch.jit.script(instance.module)
    answer = {"ok": True}
    try:
        torch.jit.save(compiled, file)
    except Exception as error:
        answer["unsaved"] = verdict["_describe_error"](error)
    compare(program, instance, compiled, expected, answer, "the output")
    if answer.get("unsaved") is None and answer.get("difference") is None:
        try:
            loaded = torch.jit.load(file)
        except Exception as error:
            answer["unsaved"] = verdict["_describe_error"](error)
        else:
            compare(program, instance, loaded, expected, answer, "the output of the saved file")
    return answer


def compare(program, instance, compiled, expected, answer, where):
    wanted = program.verdict["_expected"](program.torch, expected)
    try:
        outputs = run_all(program, instance, compiled)
    except Exception as error:
        answer["difference"] = program.verdict["_describe_error"](error)
        return
    for number, (output, before) in enumerate(zip(outputs, wanted[0]), 1):
        text = program.verdict["_difference"](program.torch, output, before, where)
        if text is not None:
            answer["difference"] = {"type": None, "message": "%s on call %d" % (text, number), "frames": []}
            return
