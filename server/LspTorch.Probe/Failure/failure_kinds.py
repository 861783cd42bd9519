# ---------------------------------------------------------------- what went wrong, by kinds

_DTYPES = {"long": "int64", "int": "int32", "double": "float64", "float": "float32", "half": "float16", "bool": "bool"}
_BROADCASTING = _ARITHMETIC + ["masked_fill", "mse_loss", "l1_loss", "smooth_l1_loss"]
_INDEXING = ("index_", "scatter", "gather", "take_along")


class Fault(OfLayers, OfPython):
    """`values`: (text, Desc) of the operands; `facts`: what is told besides, in order (docs/trace-format.md)."""

    def __init__(self, kind, value, steps):
        self.exception, self.message, self.steps = kind, _message(value) or "", steps
        self.kind, self.values, self.facts = "plain", [], []
        for at, step in enumerate(steps):
            step.index, step.steps = at, steps
            if step.scope is not None:
                step.scope.step = step
        self.at = [step for step in steps if step.source is not None][-1]
        self.scope, self.node, self.source = self.at.scope, self.at.node, self.at.source
        self.below = steps[self.at.index + 1 :]

    def explain(self):
        if self.node is None or isinstance(self.node, _ast.Name) and "unpack" in self.message:
            statement = self.source.statement_at(self.at.line)
            if isinstance(statement, _ast.AugAssign) and self.node is None:
                self.node = statement
                self.values = self.operands()
                self.operation() or self.unlike_tags()
                return
            self.node = getattr(statement, "value", None) or getattr(statement, "iter", None)
            if self.node is None or "unpack" not in self.message:
                return
            self.unpacked() or self.of_none([self.node])
            return
        self.values = self.operands()
        name = _type_name(self.exception)
        for explain in (
            self.missing_key if name == "KeyError" else None,
            self.arity if name == "TypeError" else None,
            self.of_none if name in ("TypeError", "AttributeError") else None,
            self.no_attribute if name.endswith("AttributeError") else None,
            self.of_layer,
            self.index if name == "IndexError" else None,
            self.operation,
            self.unlike_tags,
            self.not_implemented,
        ):
            if explain is not None and explain():
                return

    # -- what is told

    def operands(self):
        node, found = self.node, []
        if isinstance(node, _ast.Call):
            if isinstance(node.func, _ast.Attribute):
                found.append(node.func.value)
            for argument in node.args:
                found.extend(argument.elts if isinstance(argument, (_ast.List, _ast.Tuple)) else [argument])
            found.extend([k.value for k in node.keywords if k.arg is not None])
        elif isinstance(node, _ast.BinOp):
            found = [node.left, node.right]
        elif isinstance(node, _ast.AugAssign):
            found = [node.target, node.value]
        elif isinstance(node, _ast.Compare):
            found = [node.left] + node.comparators
        elif isinstance(node, (_ast.Subscript, _ast.Attribute)):
            found = [node.value]
        values = []
        for operand in found:
            if isinstance(operand, _ast.Starred) or isinstance(operand, _ast.Constant):
                continue
            seen = self.scope.desc(operand)
            if seen is not None and (seen.is_tensor or seen.shape is not None or seen.type in ("None",)):
                values.append((self.source.text(operand), seen))
        return values

    def fact(self, say, origin=None, **more):
        record = {"say": say}
        if origin is not None:
            record = origin.record(say)
        self.facts.append(dict(record, **more))
        return True

    def comes(self, size, origin, **more):
        """Where a size comes from: said only where it is known."""
        if origin is None:
            return
        self.fact("size", origin, size=size, **more)
        if isinstance(origin.node, _ast.Call) and _callee_name(origin.node) in ("chunk", "split"):
            self.whole_of(origin)

    def whole_of(self, piece):
        """Of what was taken apart, too."""
        scope = piece.scope
        of = _operand(piece.node, scope) if scope is not None else None
        seen = scope.desc(of) if of is not None else None
        if seen is None or not seen.is_tensor or piece.axis is None or piece.axis >= len(seen.shape):
            return
        size = seen.shape[piece.axis]
        origin = size_from(of, scope, piece.axis, len(seen.shape), size) if size is not None else None
        if origin is not None and origin.node is not piece.node:
            self.fact("size", origin, size=size)

    def base(self, node):
        """The name of the tensor that methods, layers or indices of an expression work on."""
        while node is not None and not isinstance(node, _ast.Name):
            if isinstance(node, _ast.Call):
                found, callee = self.scope.live(node.func)
                node = (
                    (node.args[0] if node.args else None) if found and is_module(callee) else _operand(node, self.scope)
                )
            elif isinstance(node, (_ast.Subscript, _ast.Attribute)):
                node = node.value
            else:
                return None
        seen = self.scope.desc(node) if node is not None else None
        return node if seen is not None and seen.is_tensor else None

    def assignment(self, node):
        """The last assignment to the name that an expression begins with; None where several may be."""
        node = self.base(node)
        if node is None:
            return None
        possible, after = reaching(self.scope, node.id, node)
        if len(possible) != 1 or after:
            return None
        return Origin(self.source, possible[0].statement, self.source.text(possible[0].statement))

    def assigned(self, node):
        origin = self.assignment(node)
        node = self.base(node)
        if origin is not None:
            self.fact("assigned", origin, what=self.source.text(node))
        elif node is not None and not definitions(self.scope.function, node.id):
            given = _given(self.scope, node.id)
            if type(given) is tuple and not isinstance(given[1], _ast.Constant):
                text = given[0].source.text(given[1])
                self.fact("passed", Origin(given[0].source, given[1], text), what=self.source.text(node))

    def number_in_message(self, before):
        at = self.message.find(before)
        if at < 0:
            return None
        digits = ""
        for letter in self.message[at + len(before) :]:
            if not (letter.isdigit() or letter == "-" and not digits):
                break
            digits += letter
        return int(digits) if digits.lstrip("-") else None

    # -- operators and functions

    def operation(self):
        node, name = self.node, None
        if isinstance(node, _ast.BinOp):
            name, operands = "@" if isinstance(node.op, _ast.MatMult) else "+", [node.left, node.right]
        elif isinstance(node, _ast.Compare) and len(node.comparators) == 1:
            name, operands = "+", [node.left, node.comparators[0]]
        elif isinstance(node, _ast.Call):
            name, of = _callee_name(node), _operand(node, self.scope)
            if name in ("cat", "concat", "stack") and isinstance(of, (_ast.List, _ast.Tuple)):
                return self.joined(name, of.elts)
            if name in ("view", "reshape") and of is not None:
                return self.viewed(of)
            if name == "expand" and of is not None:
                return self.expanded(of)
            if name in ("chunk", "split", "tensor_split", "split_with_sizes") and of is not None:
                self.kind = "sizes"
                return self.pieces(node)
            operands = ([of] if of is not None else []) + list(_arguments(node, self.scope))
        else:
            statement = self.source.statement_at(self.at.line)
            if isinstance(statement, _ast.Assign) and isinstance(node, _ast.Subscript):
                return self.stored(statement)
            if not isinstance(statement, _ast.AugAssign):
                return False
            name, operands = "+", [statement.target, statement.value]
        if len(operands) < 2:
            return False
        seen = [self.scope.desc(o) for o in operands[:2]]
        if any([d is None or not d.is_tensor for d in seen]):
            return False
        a, b = seen
        if a.device != b.device and a.shape and b.shape:
            return False
        if name in ("@", "matmul", "bmm", "mm") and len(a.shape) >= 2 and len(b.shape) >= 2:
            return self.product(operands, a, b)
        if name == "linear" and len(b.shape) == 2 and a.shape:
            return self.unlike(operands, a, b, len(a.shape) - 1, 1, "product")
        if name == "+" or name.rstrip("_") in _BROADCASTING:
            return self.broadcast(operands, a, b)
        return False

    def stored(self, statement):
        """Into a slice of a tensor."""
        target, seen = self.scope.desc(self.node.value), self.scope.desc(statement.value)
        back = self.number_in_message("at non-singleton dimension ")
        if target is None or not target.is_tensor or seen is None or not seen.is_tensor or back is None:
            return False
        wanted = self.number_in_message("size of the tensor (")
        given = self.number_in_message("match the existing size (")
        axes = [i for i, size in enumerate(seen.shape) if size == given]
        if wanted is None or given is None or len(axes) != 1:
            return False
        self.kind, text = "sizes", self.source.text(statement.value)
        self.values = [(self.source.text(self.node.value), target), (text, seen)]
        self.fact("stored", what=text, other=self.source.text(self.node), size=given, against=wanted, axis=axes[0])
        self.comes(given, size_from(statement.value, self.scope, axes[0], len(seen.shape), given))
        return True

    def product(self, operands, a, b):
        if a.shape[-1] != b.shape[-2]:
            return self.unlike(operands, a, b, len(a.shape) - 1, len(b.shape) - 2, "product")
        return self.broadcast(operands, a, b, 2)

    def broadcast(self, operands, a, b, last=0):
        for back in range(1 + last, min(len(a.shape), len(b.shape)) + 1):
            x, y = a.shape[-back], b.shape[-back]
            if x != y and None not in (x, y) and x != 1 and y != 1:
                return self.unlike(operands, a, b, len(a.shape) - back, len(b.shape) - back, "broadcast")
        return False

    def unlike(self, operands, a, b, i, j, say):
        x, y = a.shape[i], b.shape[j]
        if x == y or x is None or y is None:
            return False
        self.kind = "sizes"
        texts = [self.source.text(o) for o in operands[:2]]
        self.values = [(texts[0], a), (texts[1], b)]
        self.fact(say, what=texts[0], other=texts[1], size=x, against=y, axis=i, axis2=j)
        for operand, seen, axis, size, wanted in ((operands[0], a, i, x, y), (operands[1], b, j, y, x)):
            origin = size_from(operand, self.scope, axis, len(seen.shape), size)
            self.comes(size, origin)
            if origin is None or len(a.shape) != len(b.shape):
                self.assigned(operand)
        return True

    def joined(self, name, parts):
        seen = [self.scope.desc(part) for part in parts]
        if len(parts) < 2 or any([d is None or not d.is_tensor for d in seen]):
            return False
        first, rank = seen[0], len(seen[0].shape)
        self.values = [(self.source.text(p), d) for p, d in zip(parts, seen)]
        dim = _dimension(self.node, self.scope, 0, 0, rank) if name != "stack" else -1
        for part, other in zip(parts[1:], seen[1:]):
            if len(other.shape) != rank:
                self.kind = "rank"
                texts = self.source.text(parts[0]), self.source.text(part)
                self.fact("ranks", what=texts[0], other=texts[1], size=rank, against=len(other.shape))
                self.assigned(parts[0])
                self.assigned(part)
                return True
            for axis in range(rank):
                x, y = first.shape[axis], other.shape[axis]
                if axis != dim and x != y and None not in (x, y) and dim is not None:
                    self.kind = "sizes"
                    texts = self.source.text(parts[0]), self.source.text(part)
                    self.fact("joined", what=texts[0], other=texts[1], size=x, against=y, axis=axis, axis2=dim)
                    for operand, size in ((parts[0], x), (part, y)):
                        origin = size_from(operand, self.scope, axis, rank, size)
                        self.comes(size, origin)
                        if origin is None:
                            self.assigned(operand)
                    return True
        return False

    def viewed(self, of):
        seen = self.scope.desc(of)
        if seen is None or not seen.is_tensor or None in seen.shape:
            return False
        count = 1
        for size in seen.shape:
            count *= size
        if "size of" not in self.message and "is invalid" not in self.message:
            return False
        self.kind = "sizes"
        self.values = [(self.source.text(of), seen)]
        self.fact("elements", what=self.source.text(of), size=count)
        sizes = _arguments(self.node, self.scope)
        self.elements(of, seen, sizes)
        for expression in sizes[0].elts if len(sizes) == 1 and isinstance(sizes[0], (_ast.Tuple, _ast.List)) else sizes:
            written = number_written(expression, self.scope)
            found, value = self.scope.live(expression)
            if written is not None and written[1] is not expression and found and type(value) is int:
                origin = Origin(written[0], written[1], self.source.text(expression))
                self.fact("written", origin, what=self.source.text(expression), size=value)
        return True

    def elements(self, of, seen, sizes):
        """The one size of a tensor that the sizes it is to have do not hold, with its origin."""
        wanted = sizes[0].elts if len(sizes) == 1 and isinstance(sizes[0], (_ast.Tuple, _ast.List)) else sizes
        wanted = [_whole(w, self.scope) for w in wanted]
        rest = []
        for axis, size in enumerate(seen.shape):
            if size in wanted:
                wanted.remove(size)
            elif size != 1:
                rest.append(axis)
        origin = size_from(of, self.scope, rest[0], len(seen.shape), seen.shape[rest[0]]) if len(rest) == 1 else None
        if origin is not None:
            self.comes(seen.shape[rest[0]], origin)
        else:
            self.assigned(of)

    def expanded(self, of):
        seen, given = self.scope.desc(of), self.number_in_message("match the existing size (")
        wanted, at = self.number_in_message("size of the tensor ("), self.number_in_message(
            "at non-singleton dimension "
        )
        sizes = _arguments(self.node, self.scope)
        sizes = sizes[0].elts if len(sizes) == 1 and isinstance(sizes[0], (_ast.Tuple, _ast.List)) else sizes
        if seen is None or not seen.is_tensor or None in (given, wanted, at) or at >= len(sizes):
            return False
        axis = at - len(sizes) + len(seen.shape)
        if not 0 <= axis < len(seen.shape) or seen.shape[axis] != given:
            return False
        self.kind, text = "sizes", self.source.text(of)
        self.values = [(text, seen)]
        self.fact("stored", what=text, other=self.source.text(self.node), size=given, against=wanted, axis=axis)
        self.comes(given, size_from(of, self.scope, axis, len(seen.shape), given))
        here = Origin(self.source, self.node, self.source.text(self.node))
        self.comes(wanted, _size_of_number(sizes[at], self.scope, wanted, here))
        return True

    def unlike_tags(self):
        operands = [(t, d) for t, d in self.values if d.is_tensor]
        if isinstance(self.node, _ast.Call) and _callee_name(self.node).startswith(_INDEXING):
            operands = [o for o in operands if o[1].dtype != "int64" or o[0] not in self.index_texts()]
        nodes = self.tensor_operands()
        for tag in ("device", "dtype"):
            found = sorted(set([getattr(d, tag) for _, d in operands if getattr(d, tag) is not None]))
            words = self.message.lower()
            said = "device" in words if tag == "device" else "dtype" in words or "type" in words
            if len(found) == 2 and said:
                self.kind = tag
                first, second = operands[0], next(
                    o for o in operands if getattr(o[1], tag) != getattr(operands[0][1], tag)
                )
                self.fact(
                    "unlike-" + tag,
                    what=first[0],
                    other=second[0],
                    dtype=getattr(first[1], tag),
                    dtype2=getattr(second[1], tag),
                )
                self.unlike_origins(tag, [(nodes.get(text), getattr(desc, tag)) for text, desc in (first, second)])
                return True
        return False

    def unlike_origins(self, tag, operands):
        """Of one alone only where it is not what every tensor has that nobody asked anything of."""
        origins = []
        for node, value in operands:
            origin = tag_from(node, self.scope, value, lambda d: getattr(d, tag))
            origins.append(origin if origin is not None and origin.node is not self.node else None)
        for (_, value), origin in zip(operands, origins):
            if origin is not None and (None not in origins or value not in ("cpu", "float32")):
                self.fact(tag + "-from", origin, dtype=value)

    def not_implemented(self):
        """For a dtype, or a device without data."""
        if "meta tensor" in self.message:
            return self.odd("device", "meta")
        begin = self.message.find("not implemented for '")
        if begin < 0:
            return False
        dtype = _DTYPES.get(self.message[begin:].split("'")[1].lower())
        return self.odd("dtype", dtype)

    def odd(self, tag, value):
        """An operand that has a dtype or device which does not do here."""
        nodes = self.tensor_operands()
        for text, desc in self.values:
            if desc.is_tensor and getattr(desc, tag) == value:
                self.kind = tag
                self.fact("given", what=text)
                origin = tag_from(nodes.get(text), self.scope, value, lambda d: getattr(d, tag))
                if origin is not None and origin.node is not self.node:
                    self.fact(tag + "-from", origin, dtype=value)
                return True
        return False

    def index_texts(self):
        """Of a call that takes an index behind its dimension."""
        return [self.source.text(a) for a in _arguments(self.node, self.scope)[1:2]]

    def tensor_operands(self):
        node, nodes = self.node, {}
        work = list(_children_of(node))
        for inner in work:
            if isinstance(inner, (_ast.List, _ast.Tuple)):
                work.extend(inner.elts)
            elif isinstance(inner, _ast.Attribute) and isinstance(node, _ast.Call) and inner is node.func:
                work.append(inner.value)
            if isinstance(inner, _ast.expr):
                nodes.setdefault(self.source.text(inner), inner)
        return nodes
