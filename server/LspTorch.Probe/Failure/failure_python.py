# ---------------------------------------------------------------- what goes wrong in Python itself: keys, indices, arguments, attributes, None


class OfPython:
    def index(self):
        node = self.node
        if not isinstance(node, _ast.Subscript):
            return False
        text = self.source.text(node.value)
        found, owner = self.scope.live(node.value)
        seen = self.scope.desc(node.value)
        self.kind = "index"
        if seen is not None and seen.is_tensor:
            axis = self.number_in_message("dimension ")
            if axis is None or not 0 <= axis < len(seen.shape) or seen.shape[axis] is None:
                return self.fact("rank-of", what=text, size=len(seen.shape))
            self.fact("bounds", what=text, axis=axis, size=seen.shape[axis])
            self.comes(seen.shape[axis], size_from(node.value, self.scope, axis, len(seen.shape), seen.shape[axis]))
            return True
        length = len(owner) if found and type(owner) in (list, tuple, str) else None
        if found and is_module(owner) and is_container(owner):
            length = len(_parts_of(owner))
        if length is None:
            return True
        origin = object_from(node.value, self.scope)
        return self.fact("length", origin, what=text, size=length)

    def missing_key(self):
        node = self.node
        if not isinstance(node, _ast.Subscript):
            return False
        self.kind = "key"
        found, owner = self.scope.live(node.value)
        origin = object_from(node.value, self.scope)
        near = None
        if origin is not None and isinstance(origin.node, _ast.Dict):
            written = [k.value for k in origin.node.keys if isinstance(k, _ast.Constant) and type(k.value) is str]
            index = node.slice.value if type(node.slice).__name__ == "Index" else node.slice
            if isinstance(index, _ast.Constant) and type(index.value) is str:
                near = nearest(index.value, written)
        size = len(owner) if found and type(owner) is dict else None
        return self.fact("keys", origin, what=self.source.text(node.value), size=size, near=near)

    def arity(self):
        words = self.message
        if not any(
            [
                w in words
                for w in (
                    "required positional argument",
                    "required keyword-only",
                    "positional argument",
                    "unexpected keyword argument",
                    "multiple values for argument",
                )
            ]
        ):
            return False
        node = self.node
        if not isinstance(node, _ast.Call):
            return False
        self.kind = "arity"
        found, callee = self.scope.live(node.func)
        inner = entered(node, self.scope) if found else None
        function, source = (inner.function, inner.source) if inner is not None else (None, None)
        if found and function is None and _within(_type_mro(type(callee)), type):
            place = next((p for p in [source_class(callee)] if p is not None), None)
            if place is not None:
                source, kind = place
                function = next((f for f in kind.body if getattr(f, "name", None) == "__init__"), None)
        if function is None:
            function, source = self.by_name(words)
        if function is None:
            return True
        origin = Origin(source, function, self.source.text(node.func))
        return self.fact(
            "defined",
            origin,
            what=self.source.text(node.func),
            signature=signature_text(function, _implied(function, source)),
        )

    def by_name(self, words):
        name = words.partition("(")[0].rpartition(".")[2]
        found = []
        for step in self.steps:
            if step.source is not None:
                work = [step.source.tree]
                while work:
                    node = work.pop()
                    if (
                        isinstance(node, _ast.FunctionDef)
                        and node.name == name
                        and not any([f[0] is node for f in found])
                    ):
                        found.append((node, step.source))
                    work.extend(_children_of(node))
        return found[0] if len(found) == 1 and name not in ("forward", "__init__") else (None, None)

    def of_none(self, candidates=()):
        if "NoneType" not in self.message:
            return False
        node = self.node
        if candidates:
            pass
        elif isinstance(node, _ast.Attribute):
            candidates = [node.value]
        elif isinstance(node, _ast.Call):
            candidates = (
                [node.func] + ([node.func.value] if isinstance(node.func, _ast.Attribute) else []) + list(node.args)
            )
            candidates += [k.value for k in node.keywords]
        elif isinstance(node, _ast.Subscript):
            candidates = [node.value]
        elif isinstance(node, _ast.BinOp):
            candidates = [node.left, node.right]
        elif isinstance(node, _ast.Compare):
            candidates = [node.left] + node.comparators
        if not candidates:
            statement = self.source.statement_at(self.at.line)
            candidates = [getattr(statement, "value", None) or getattr(statement, "iter", None)]
        if self.none_inside():
            return True
        for candidate in candidates:
            if candidate is None or isinstance(candidate, _ast.Constant):
                continue
            found, value = self.scope.live(candidate)
            seen = self.scope.desc(candidate)
            if not found and seen is None and isinstance(candidate, _ast.Call):
                # What is called in a tuple's place is not recorded before it is taken apart.
                origin = none_from(candidate, self.scope)
                found = origin is not None and origin.parameter == "return"
            if found and value is None or not found and seen is not None and seen.type == "None":
                self.kind = "none"
                self.values = [v for v in self.values if v[1].type != "None"]
                return self.fact("none", none_from(candidate, self.scope), what=self.source.text(candidate))
        return False

    def none_inside(self):
        """A Sequential that was made of None."""
        for step in reversed(self.below):
            holder = step.frame.f_locals.get("self")
            if step.code.co_name != "forward" or not is_module(holder) or layer_of(holder) != "Sequential":
                continue
            parts = _table(_names_of(holder), "_modules")
            at = next((i for i, (_, part) in enumerate(parts) if part is None), None)
            if at is None or "module" not in step.frame.f_locals or step.frame.f_locals["module"] is not None:
                return False
            self.kind, call = "none", made(holder)
            origin = None
            if call is not None and len(call[1].args) == len(parts):
                origin = none_from(call[1].args[at], call[0])
            return self.fact("none", origin, what="%s[%d]" % (self.source.text(self.node.func), at))
        return False

    def no_attribute(self):
        node = self.node
        if isinstance(node, _ast.Call) and isinstance(node.func, _ast.Attribute):
            node = node.func
        if not isinstance(node, _ast.Attribute):
            return False
        self.kind = "attribute"
        found, owner = self.scope.live(node.value)
        if not found or type(owner) is type(io):
            return True
        place = class_of(owner)
        names = _attribute_names(owner)
        near = nearest(node.attr, names)
        origin = None
        if place is not None:
            stored = stores_in(place[1], near) if near is not None else []
            at = stored[0][2] if len(stored) == 1 else place[1]
            origin = Origin(place[0], at, place[1].name)
        return self.fact("attributes", origin, what=self.source.text(node.value), near=near)

    def unpacked(self):
        if "values to unpack" not in self.message:
            return False
        statement = self.source.statement_at(self.at.line)
        value = getattr(statement, "value", None) or getattr(statement, "iter", None)
        if value is None:
            return False
        self.kind = "unpack"
        of = value
        if isinstance(value, _ast.Call) and _callee_name(value) == "size" and not value.args:
            of = value.func.value
        elif isinstance(value, _ast.Attribute) and value.attr == "shape":
            of = value.value
        seen = self.scope.desc(of)
        if seen is not None and seen.is_tensor:
            self.values = [(self.source.text(of), seen)]
            origin = object_from(of, self.scope)
            self.fact("rank-of", origin, what=self.source.text(of), size=len(seen.shape))
            self.assigned(of)
            return True
        if isinstance(value, _ast.Call) and _callee_name(value) in ("chunk", "split", "unbind", "tensor_split"):
            return self.pieces(value)
        inner = entered(value, self.scope) if isinstance(value, _ast.Call) else None
        if inner is not None:
            returned = returns_of(inner.function)
            if len(returned) == 1:
                return self.fact(
                    "returns", Origin(inner.source, returned[0], self.source.text(value)), what=self.source.text(value)
                )
        return True

    def pieces(self, call):
        """Of a tensor that is taken apart in one dimension."""
        of = _operand(call, self.scope)
        seen = self.scope.desc(of)
        at = 0 if _callee_name(call) == "unbind" else 1
        if seen is None or not seen.is_tensor:
            return True
        dim = _dimension(call, self.scope, at, 0, len(seen.shape))
        self.values = [(self.source.text(of), seen)]
        if dim is None or seen.shape[dim] is None:
            return self.fact("given", what=self.source.text(of))
        self.fact("pieces", what=self.source.text(of), size=seen.shape[dim], axis=dim)
        origin = size_from(of, self.scope, dim, len(seen.shape), seen.shape[dim])
        self.comes(seen.shape[dim], origin)
        if origin is None:
            self.assigned(of)
        return True


def source_class(kind):
    for base in _type_mro(kind):
        module = _modules.get(_type_module(base)) if type(_type_module(base)) is str else None
        if type(module) is not type(io) or type(module.__dict__.get("__file__")) is not str:
            continue
        file = next((f for f in reversed(_files) if f.path == os.path.abspath(module.__dict__["__file__"])), None)
        source = source_of(file.filename) if file is not None else None
        work = [source.tree] if source is not None else []
        while work:
            node = work.pop()
            if isinstance(node, _ast.ClassDef) and node.name == _type_name(base).rpartition(".")[2]:
                if any([getattr(f, "name", None) == "__init__" for f in node.body]):
                    return source, node
            work.extend(_children_of(node))
    return None


def signature_text(function, implied):
    args = function.args
    names = [p.arg for p in parameters_of(function)][implied:]
    optional = len(args.defaults)
    shown = [n if i < len(names) - optional else n + "=…" for i, n in enumerate(names)]
    if args.vararg is not None:
        shown.append("*" + args.vararg.arg)
    elif args.kwonlyargs:
        shown.append("*")
    shown += [p.arg + ("" if d is None else "=…") for p, d in zip(args.kwonlyargs, args.kw_defaults)]
    if args.kwarg is not None:
        shown.append("**" + args.kwarg.arg)
    return "(" + ", ".join(shown) + ")"


def _attribute_names(owner):
    names = [n for n in (_names_of(owner) or {}) if type(n) is str]
    if is_module(owner):
        for table in _TABLES:
            names += [n for n, _ in _table(_names_of(owner), table) if type(n) is str]
    for base in _type_mro(type(owner)):
        if _type_module(base) not in ("builtins", "torch.nn.modules.module"):
            names += [n for n in _type_dict(base) if type(n) is str]
    return [n for n in names if not n.startswith("_")]


def nearest(word, words):
    """The one word that differs by a letter or two; None where there is none, or several."""
    matches = _imported_quietly("difflib").get_close_matches(word, words, 2, 0.75)
    return matches[0] if len(matches) == 1 or len(matches) == 2 and matches[0] != matches[1] else None
