# ---------------------------------------------------------------- rewriting a tree


class Instrumenter(Marks):
    """
    Rewrites one tree. Statements are queued, not visited by recursion: programs nest deeper than a stack of Python frames.

    In a function or a loop, each run of simple statements is there twice, behind a gate: recording and as it was. The two share the
    nodes that are the same. What is nested in other statements stands once, and has gates of its own.
    """

    def __init__(self, source):
        super().__init__(source)
        self.blocks, self.levels, self.straight = [], 0, True
        self.warns = self.may_warn = False  # of what is being rewritten; of the whole file
        self.before = []  # what of the tree itself was changed, and how it was

    def run(self, tree):
        self.blocks.append((tree.body, Context(None, False), ()))
        while self.blocks:
            self.block(*self.blocks.pop())

    # -- the tree as it was

    def put(self, node, field, value):
        self.before.append((node, field, getattr(node, field)))
        setattr(node, field, value)

    def put_all(self, items, others):
        self.before.append((items, None, items[:]))
        items[:] = others

    def undo(self):
        for holder, field, old in reversed(self.before):
            if field is None:
                holder[:] = old
            else:
                setattr(holder, field, old)

    # -- statements

    def block(self, body, context, prefix, of_function=False):
        done, run, pending = [], [], list(prefix)
        start = 1 if of_function and _is_docstring(body[0]) else 0
        done.extend(body[:start])
        first_place = len(self.places)
        for statement in body[start:]:
            if type(statement) in _SIMPLE:
                if not run:
                    first_place = len(self.places)
                if hasattr(statement, "lsptorch"):
                    run.append((None, [statement]))
                    continue
                before, gates, self.warns = len(self.places), len(self.gates), False
                recording = self.simple(statement, context)
                if self.warns and context.gated:
                    # The compiler would warn twice of what stands twice.
                    del self.places[before:], self.gates[gates:]
                    self.end_run(run, pending, first_place, context, done)
                    done.append(statement)
                else:
                    run.append((statement, recording))
                continue
            self.end_run(run, pending, first_place, context, done)
            if isinstance(statement, (_ast.Global, _ast.Nonlocal)):
                done.append(statement)
                continue
            header = self.header_of(statement)
            first_place, gates, self.warns = len(self.places), len(self.gates), False
            recording = header if header is None else self.expression(header, context)
            if self.warns and context.gated:
                del self.places[first_place:], self.gates[gates:]
                recording = header
            if not context.gated:
                done.extend(pending)
                pending.clear()
            elif recording is not header:
                gate = self.gate(pending, first_place, _evaluated_first(header))
                recording = _located(_ast.IfExp(gate, recording, header), _evaluated_first(header))
                pending.clear()
            else:
                self.lone(pending, done)
            self.set_header(statement, recording)
            done.append(statement)
            self.statement(statement, context)
        self.end_run(run, pending, first_place, context, done)
        self.put_all(body, done)

    def lone(self, pending, done):
        """What was bound before, where nothing follows that a gate would serve."""
        if len(pending) > 1:
            at = pending[0]
            done.append(_located(_ast.Expr(self.gate(pending, len(self.places), at)), at))
        else:
            done.extend(pending)
        pending.clear()

    def end_run(self, run, pending, first_place, context, done):
        changed = any(recording != [plain] for plain, recording in run)
        recorded = [statement for _, recording in run for statement in recording]
        if not context.gated:
            done.extend(pending + recorded)
            pending.clear()
        elif not changed:
            self.lone(pending, done)
            done.extend(recorded)
        elif len(run) == 1 and run[0][0] is None and not pending:
            done.extend(recorded)
        else:
            plain = [statement for statement, _ in run if statement is not None]
            at = _begins(plain[0]) if plain else recorded[0]
            gate = self.gate(pending, first_place, at)
            done.append(_located(_ast.If(gate, recorded, plain), at))
            pending.clear()
        run.clear()

    @staticmethod
    def header_of(node):
        if isinstance(node, (_ast.If, _ast.While)):
            return node.test
        if isinstance(node, (_ast.For, _ast.AsyncFor)):
            return node.iter
        return None

    def set_header(self, node, value):
        if isinstance(node, (_ast.If, _ast.While)):
            self.put(node, "test", value)
        elif isinstance(node, (_ast.For, _ast.AsyncFor)):
            self.put(node, "iter", value)

    def simple(self, node, context):
        """The recording statements that stand for a simple one; the very same node where there is nothing to record."""
        if isinstance(node, _ast.Return):
            if node.value is None and context.result is None:
                return [node]
            value = _located(_ast.Constant(None, None), node) if node.value is None else node.value
            recording = self.expression(value, context)
            if context.result is not None:
                # Each return counts for itself; a reader joins them.
                index = self.place("return", self.places[context.result].name, context, self.places[context.result].at)
                self.places[index].straight = context.gated
                recording = self.record(index, recording, value)
            return [_changed(node, value=recording)]
        if isinstance(node, _ast.Assign):
            targets = [self.target(target, context) for target in node.targets]
            return self.assigned(node, targets, node.targets, context)
        if isinstance(node, _ast.AnnAssign):
            if node.value is None:
                return [node]
            return self.assigned(node, None, [node.target], context)
        if isinstance(node, _ast.AugAssign):
            recording = _changed(
                node, value=self.expression(node.value, context), target=self.target(node.target, context)
            )
            return [recording] + self.targets(node.target, context)
        if isinstance(node, _ast.Expr):
            return [_changed(node, value=self.expression(node.value, context))]
        if isinstance(node, _ast.Raise):
            return [_changed(node, exc=self.expression(node.exc, context), cause=self.expression(node.cause, context))]
        if isinstance(node, _ast.Assert):
            if isinstance(node.test, _ast.Tuple):
                self.warns = self.may_warn = True
            return [_changed(node, test=self.expression(node.test, context))]
        return [node]

    def statement(self, node, context):
        """What is inside a compound statement: queued."""
        if isinstance(node, _FUNCTIONS):
            once = context.once()
            self.put(node, "decorator_list", [self.inside(d, once) for d in node.decorator_list])
            self.put(node.args, "defaults", [self.inside(d, once) for d in node.args.defaults])
            self.put(node.args, "kw_defaults", [d and self.inside(d, once) for d in node.args.kw_defaults])
            self.function(node, context)
        elif isinstance(node, _ast.ClassDef):
            once = context.once()
            self.put(node, "decorator_list", [self.inside(d, once) for d in node.decorator_list])
            self.put(node, "bases", [self.inside(b, once) for b in node.bases])
            name = node.name if context.name is None else context.name + "." + node.name
            self.blocks.append((node.body, Context(name, True), ()))
        elif isinstance(node, (_ast.For, _ast.AsyncFor)):
            inner = context.repeated()
            self.blocks.append((node.body, inner, self.targets(node.target, inner, node.body[0])))
            self.blocks.append((node.orelse, context, ()))
        elif isinstance(node, _ast.While):
            self.blocks.append((node.body, context.repeated(), ()))
            self.blocks.append((node.orelse, context, ()))
        elif isinstance(node, (_ast.With, _ast.AsyncWith)):
            prefix = []
            for item in node.items:
                self.put(item, "context_expr", self.expression(item.context_expr, context))
                if item.optional_vars is not None:
                    prefix.extend(self.targets(item.optional_vars, context, node.body[0]))
            self.blocks.append((node.body, context, prefix))
        else:
            self.compound(node, context)

    def compound(self, node, context):
        """Any other statement: its blocks are queued."""
        if getattr(node, "finalbody", None) and sys.version_info >= (3, 14) and _leaves(node.finalbody):
            self.may_warn = True
        for field in node._fields:
            value = getattr(node, field, None)
            if type(value) is list and value:
                if isinstance(value[0], _ast.stmt):
                    self.blocks.append((value, context, ()))
                    continue
                for item in value:
                    if isinstance(item, _ast.ExceptHandler):
                        self.blocks.append((item.body, context, ()))
                    elif type(item).__name__ == "match_case":
                        self.blocks.append((item.body, context, self.captures(item, context)))
                        if item.guard is not None:
                            self.put(item, "guard", self.expression(item.guard, context))
            elif field == "subject":
                self.put(node, "subject", self.expression(value, context))

    def captures(self, case, context):
        """Reads of the names a case binds, where its pattern binds each in one place only."""
        found, work = [], [case.pattern]
        if context.in_class:
            return found
        while work:
            node = work.pop()
            kind = type(node).__name__
            if kind == "MatchOr":
                continue
            if kind == "MatchAs" and node.pattern is None and node.name is not None:
                found.append(self.read("variable", node.name, context, _span(node), case.body[0]))
            for field in node._fields:
                value = getattr(node, field, None)
                for item in value if type(value) is list else (value,):
                    if isinstance(item, getattr(_ast, "pattern", ())):
                        work.append(item)
        return found

    def assigned(self, node, recording_targets, targets, context):
        after, value = [], None
        for target in targets:
            if isinstance(target, _ast.Name) and not (_grows_in_place(node.value, target.id) and not context.in_class):
                kind, name = "variable", target.id
            elif isinstance(target, _ast.Attribute) and _dotted(target) is not None:
                kind, name = "attribute", _dotted(target)
            else:
                # "s = s + t" extends s in place only while the store follows the addition at once.
                after.append(target)
                continue
            if value is None:
                value = self.inside(node.value, context)
            index = self.place(kind, name, context, _span(target))
            if kind == "variable" and not context.in_class and context.name is not None and _is_empty(node.value):
                context.empties[name] = _span(target)
            self.places[index].value, self.places[index].straight = _span_of_value(node.value), context.gated
            value = self.with_operands(index, node.value, self.record(index, value, node.value), context)
        if value is None:
            grows = any(isinstance(target, _ast.Name) for target in after)
            value = self.inside(node.value, context) if grows else self.expression(node.value, context)
        recording = _changed(node, value=value)
        if recording_targets is not None and any(a is not b for a, b in zip(recording_targets, targets)):
            recording = _changed(recording, targets=recording_targets)
        return [recording] + [read for target in after for read in self.targets(target, context)]

    def function(self, node, context):
        args = node.args
        name = node.name if context.name is None else context.name + "." + node.name
        inner = Context(name, False, gated=True)
        inner.result = self.place("return", node.name, inner, self.def_name(node)) if _returns_value(node) else -1
        parameters = _parameters(args)
        if context.in_class and parameters and parameters[0].arg in ("self", "cls"):
            parameters = parameters[1:]
        begin = node.body[1] if len(node.body) > 1 and _is_docstring(node.body[0]) else node.body[0]
        prefix = [
            self.read("parameter", p.arg, inner, self.identifier_at(p.lineno, p.col_offset), begin) for p in parameters
        ]
        falls_off = inner.result >= 0 and not isinstance(node.body[-1], (_ast.Return, _ast.Raise))
        if inner.result < 0:
            inner.result = None
        if falls_off:
            last = node.body[-1]
            self.put_all(
                node.body, node.body + [self.reading(inner.result, _located(_ast.Constant(None, None), last), last)]
            )
        self.blocks.append((node.body, inner, prefix, True))

    # -- expressions

    def expression(self, node, context):
        """A recording expression for a plain one, which is left as it is; the same node where there is nothing to record."""
        if node is None:
            return None
        if type(node) is _ast.Name and node.id in context.empties and type(node.ctx) is _ast.Load:
            index = self.place("held", node.id, context, context.empties[node.id])
            return self.record(index, node, node)
        recording = self.inside(node, context)
        if not _worth_recording(node):
            return recording
        index = self.place("expression", _shown(node), context, _span(node))
        self.places[index].straight = context.gated and self.straight
        return self.with_operands(index, node, self.record(index, recording, node), context)

    def with_operands(self, index, node, recorded, context):
        """
        (recording operands, recorded)[1] for // and % of names and numbers: whether C rounds otherwise hangs on both operands.
        The place of the operands follows that of the result.
        """
        if (
            type(node) is not _ast.BinOp
            or type(node.op) not in _ROUNDING
            or not _is_plain_number(node.left)
            or not _is_plain_number(node.right)
            or index != len(self.places) - 1
        ):
            return recorded
        operands = self.place("operands", _ROUNDING[type(node.op)], context, _span(node))
        self.places[operands].straight = self.places[index].straight
        at = _evaluated_first(node)
        pair = _located(_ast.Tuple([_reread(node.left, at), _reread(node.right, at)], _ast.Load()), at)
        both = _located(_ast.Tuple([self.record(operands, pair, at), recorded], _ast.Load()), node)
        second = _located(_ast.Constant(1, None), node)
        key = second if sys.version_info >= (3, 9) else _ast.Index(second)
        return _located(_ast.Subscript(both, key, _ast.Load()), node)

    def inside(self, node, context):
        """The same for everything inside an expression, without its own value."""
        kind = type(node)
        if kind in _OPAQUE or self.levels > MAX_DEPTH:
            if kind is not _ast.Name and kind is not _ast.Constant and _warns_within(node):
                self.may_warn = True
            return node
        if kind in _MAY_WARN and _MAY_WARN[kind](node):
            self.warns = self.may_warn = True
        self.levels += 1
        straight = self.straight
        try:
            if kind in _COMPREHENSIONS:
                self.straight = False
                return self.comprehension(node, context)
            if kind is _ast.Lambda:
                return self.lambda_(node, context)
            if kind is _ast.NamedExpr:
                value = self.inside(node.value, context)
                index = self.place("variable", node.target.id, context, _span(node.target))
                self.places[index].value, self.places[index].straight = (
                    _span_of_value(node.value),
                    context.gated and straight,
                )
                return _changed(node, value=self.record(index, value, node.value))
            if kind is _ast.Call:
                # A bound method is not made for recording it: what is called is looked into, not at.
                if _is_name(node.func, _READS_FRAMES):
                    return node
                keywords = [_changed(k, value=self.expression(k.value, context)) for k in node.keywords]
                return _changed(
                    node,
                    func=self.inside(node.func, context),
                    args=[self.expression(a, context) for a in node.args],
                    keywords=keywords,
                )
            if kind is _ast.BoolOp:
                first = self.expression(node.values[0], context)
                self.straight = False
                return _changed(node, values=[first] + [self.expression(v, context) for v in node.values[1:]])
            if kind is _ast.IfExp:
                test = self.expression(node.test, context)
                self.straight = False
                return _changed(
                    node,
                    test=test,
                    body=self.expression(node.body, context),
                    orelse=self.expression(node.orelse, context),
                )
            changes = {}
            for field in node._fields:
                value = getattr(node, field, None)
                if isinstance(value, _ast.expr):
                    changes[field] = self.expression(value, context)
                elif type(value) is list and value and isinstance(value[0], (_ast.expr, type(None))):
                    self.straight = straight and (kind is not _ast.Compare or len(value) == 1)
                    changes[field] = [self.expression(item, context) for item in value]
            return _changed(node, **changes)
        finally:
            self.levels -= 1
            self.straight = straight

    def lambda_(self, node, context):
        """Its expression is there twice, behind a gate of its own, which counts for what is in it."""
        inner = Context(context.name, False, gated=True)
        first_place = len(self.places)
        pending = [
            self.read("parameter", p.arg, inner, self.identifier_at(p.lineno, p.col_offset), node.body)
            for p in _parameters(node.args)
        ]
        first_inside, self.straight = len(self.places), True
        recording = self.expression(node.body, inner)
        body = node.body
        if recording is not body or pending:
            at = _evaluated_first(body)
            body = _located(_ast.IfExp(self.gate(pending, first_inside, at), recording, body), body)
        for place in self.places[first_place:]:
            place.inner = True
        return _changed(node, body=body)

    def target(self, node, context):
        """What is evaluated to reach a place that is assigned to."""
        kind = type(node)
        if kind is _ast.Attribute:
            return _changed(node, value=self.expression(node.value, context))
        if kind is _ast.Subscript:
            return _changed(node, value=self.expression(node.value, context), slice=self.inside(node.slice, context))
        if kind in (_ast.Tuple, _ast.List):
            return _changed(node, elts=[self.target(item, context) for item in node.elts])
        return node

    def comprehension(self, node, context):
        # Counts of what a comprehension repeats are its own: the gate is outside.
        inner = context.once()
        generators = []
        for at, generator in enumerate(node.generators):
            iterated = self.expression(generator.iter, inner)
            reads = []
            for name in _names_in(generator.target):
                index = self.place("variable", name.id, context, _span(name))
                reads.append(self.record(index, _located(_ast.Name(name.id, _ast.Load()), name), name))
            tests = [self.expression(test, inner) for test in generator.ifs]
            if reads:
                # A tuple that is never empty, so true whatever the values say of themselves.
                tests.insert(0, _located(_ast.Tuple(reads, _ast.Load()), reads[0]))
            generators.append(_changed(generator, iter=iterated, ifs=tests))
        changes = {
            field: self.expression(getattr(node, field), inner) for field in node._fields if field != "generators"
        }
        return _changed(node, generators=generators, **changes)


def rewrite(tree, source, filename):
    """
    Whether compiling the file may warn, whether it names the function that adds a hook of audits, the code with marks for callables, the number of places, the gates,
    their number, the functions that have their original code kept and that code, the pieces that stubs in the code stand for, and the places: where the record of each
    ends, then the records.
    """
    instrumenter = Instrumenter(source)
    instrumenter.run(tree)
    code = compile(tree, filename, "exec", dont_inherit=True)
    records, ends, end = [], [], 0
    for place in instrumenter.places:
        record = marshal.dumps(
            (place.kind, place.name, place.context, place.at, place.attribute, place.value, place.straight, place.gates)
        )
        end += len(record)
        records.append(record)
        ends.append(end)
    words = []  # of each gate: how many places it records itself, and which
    for entry in instrumenter.gates:
        words += [len(entry)] + entry
    originals, functions = b"", []
    if _DEFERS and not instrumenter.may_warn:  # else the compiler would warn once more
        instrumenter.undo()
        originals, functions = originals_of(code, compile(tree, filename, "exec", dont_inherit=True))
    may_warn = instrumenter.may_warn or _parser_may_warn(source)
    code, pieces = taken_apart(code)
    return (
        may_warn,
        b"addaudithook" in source,
        code,
        len(ends),
        _four_bytes_each(words),
        len(instrumenter.gates),
        _four_bytes_each(functions),
        originals,
        pieces,
        _four_bytes_each(ends) + b"".join(records),
    )


def _parser_may_warn(source):
    """Of escapes that mean nothing and of numbers that run into a keyword; yes where it is not sure."""
    if any([part[:1] not in _PLAIN_ESCAPES for part in source.split(b"\\")[1:]]) or b"0x" in source or b"0X" in source:
        return True
    for keyword in (b"and", b"else", b"for", b"if", b"in", b"is", b"or", b"not"):
        if any([part[-1:] in _NUMBER_ENDS for part in source.split(keyword)[:-1]]):
            return True
    return False


_PLAIN_ESCAPES = [bytes([character]) for character in b"\n\r'\"abfnrtvx0123\\"] + [b""]
_NUMBER_ENDS = [bytes([character]) for character in b"0123456789.jJ"]


def _four_bytes_each(numbers):
    return b"".join([number.to_bytes(4, "little") for number in numbers])
