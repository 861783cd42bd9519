"""A part of verdict.py: what a compiled module consists of, as text, and from which lines of the source each line of it comes."""
MAX_TEXT_LENGTH = 400000  # characters of one text


def _text(lines, places):
    """lines: of the text. places: for each the (path, 1-based line) it comes from, or None."""
    kept, size = 0, 0
    for line in lines:
        size += len(line) + 1
        if size > MAX_TEXT_LENGTH:
            break
        kept += 1
    paths, mapped = [], []
    for number, place in enumerate(places[:kept]):
        if place is not None:
            if place[0] not in paths:
                paths.append(place[0])
            mapped.append([number, paths.index(place[0]), place[1] - 1])
    shown = "\n".join(lines[:kept]) + ("\n" if kept else "")
    return {
        "text": shown if kept == len(lines) else shown + "# %d more lines\n" % (len(lines) - kept),
        "paths": paths,
        "lines": mapped,
    }


def _code_of(torch, path):
    """The code in a saved file: what C++ loads. None where there is none, or in a format of another release."""
    if path is None:
        return None
    import zipfile

    try:
        lines, places = [], []
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                inside = name.partition("/")[2]
                if not inside.startswith("code/") or not inside.endswith(".py"):
                    continue
                source = archive.read(name)
                places_at = (
                    _places_in(archive.read(name + ".debug_pkl")) if name + ".debug_pkl" in archive.namelist() else []
                )
                lines.append("# " + inside)
                places.append(None)
                start = 0
                for line in source.split(b"\n"):
                    end = start + len(line)
                    # The most inner source of a line of code is that of its last token that has one.
                    found = [place for offset, place in places_at if start <= offset <= end and place is not None]
                    lines.append(line.decode("utf-8", "replace"))
                    places.append(found[0] if found else None)
                    start = end + 1
        return _text(lines, places) if lines else None
    except Exception:
        return None


def _places_in(data):
    """[(offset in the code, (path, 1-based line) or None)] of a .debug_pkl."""
    import pickle

    kind, strings, ranges = pickle.loads(data)
    if kind != "FORMAT_WITH_STRING_TABLE":
        return []
    found = []
    for offset, (source, start, end), *_ in ranges:
        pieces, name, first = source
        text = "".join([strings[i] for i in pieces])
        stack = _innermost_own(text)
        if stack is not None:
            found.append((offset, stack))
        elif text and name and _is_own(strings[name]):
            found.append((offset, (os.path.abspath(strings[name]), first + text.encode("utf-8")[:start].count(b"\n"))))
        else:
            found.append((offset, None))
    return found


def _innermost_own(stack):
    """The innermost line of the workspace in a stack as the tracer writes it: "path(12): forward", innermost first."""
    import re

    for line in stack.split("\n"):
        match = re.match(r"(.+)\((\d+)\): \S+$", line)
        if match is None:
            return None
        if _is_own(match.group(1)):
            return os.path.abspath(match.group(1)), int(match.group(2))
    return None


def _graph_of(compiled):
    """The graph of forward, with what it calls put in."""
    import re

    try:
        lines = str(compiled.inlined_graph).rstrip().split("\n")
    except Exception:
        return None
    places = []
    for line in lines:
        match = re.search(r" # (/.+?):(\d+):\d+$", line)
        places.append((match.group(1), int(match.group(2))) if match is not None and _is_own(match.group(1)) else None)
    return _text(lines, places)


def _export_graph(program):
    """The nodes of an exported program."""
    import re

    try:
        lines, places = [], []
        for node in program.graph.nodes:
            lines.append(node.format_node() or str(node))
            own = [
                (path, int(line))
                for path, line in re.findall(r'File "([^"]+)", line (\d+)', node.meta.get("stack_trace") or "")
                if _is_own(path)
            ]
            places.append((os.path.abspath(own[-1][0]), own[-1][1]) if own else None)
        return _text(lines, places)
    except Exception:
        return None
