"""A part of verdict.py: one attempt, in a child of its own."""


def attempt(function):
    """What a forked child answers. One that stood still is forked once more: a thread of the program or of torch may have held a lock when it was forked."""
    answer, stood_still = _attempt(function)
    return _attempt(function)[0] if stood_still else answer


def _attempt(function):
    """The answer, and whether the child used its time for nothing."""
    import select
    import signal
    import warnings

    reading, writing = os.pipe()
    log_path = os.path.join(_folder, "log")
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        child = os.fork()
    if child == 0:
        _run_child(function, reading, writing, log_path)
    os.close(writing)
    parts, end, late = [], time.monotonic() + LIMIT_SECONDS, False
    while True:
        left = end - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            late = True
            os.kill(child, signal.SIGKILL)
            break
        part = os.read(reading, 1 << 16)
        if not part:
            break
        parts.append(part)
    os.close(reading)
    _, status, used = os.wait4(child, 0)
    if late:
        return (
            _failed("no answer after %d s%s" % (LIMIT_SECONDS, _stood(log_path))),
            used.ru_utime + used.ru_stime < LIMIT_SECONDS / 10,
        )
    text = b"".join(parts).decode("ascii")
    if text.endswith("\n"):
        import ast

        return ast.literal_eval(text), False
    output = ""
    try:
        with open(log_path, errors="replace") as stream:
            output = stream.read()[-1500:].strip()
    except OSError:
        pass
    how = "signal %d" % os.WTERMSIG(status) if os.WIFSIGNALED(status) else "exit status %d" % os.WEXITSTATUS(status)
    return _failed("the process that was asked crashed (%s)%s" % (how, ": " + output if output else "")), False


def _stood(log_path):
    """Where an attempt stood shortly before its time was over, the innermost call first."""
    try:
        with open(log_path, errors="replace") as stream:
            stack = stream.read().rpartition("(most recent call first):\n")[2].split("\n")
    except OSError:
        return ""
    places = [line.strip() for line in stack if line.startswith("  File ")]
    return "; it stood in " + " < ".join(places[:6]) if places else ""


def _failed(message):
    return {"ok": False, "error": {"type": None, "message": message, "frames": []}}


def _run_child(function, reading, writing, log_path):
    try:
        os.close(reading)
        log = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        import faulthandler

        faulthandler.dump_traceback_later(LIMIT_SECONDS * 0.95, file=log)
        torch = sys.modules["torch"]
        torch.set_num_threads(1)  # the pools of the parent's threads are not here
        try:
            answer = function()
        except BaseException as error:
            answer = {"ok": False, "error": _describe_error(error)}
        data = (ascii(answer) + "\n").encode("ascii")
        while data:
            data = data[os.write(writing, data) :]
    finally:
        os._exit(0)
