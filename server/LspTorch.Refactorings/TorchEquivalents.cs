using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// Functions and methods of torch that compiled code does not have, as those that compute the same and compile:
/// <c>x.new(2, 3)</c> as <c>x.new_empty([2, 3])</c>, <c>x.bool()</c> as <c>x.to(torch.bool)</c>.
/// </summary>
internal static class TorchEquivalents
{
    /// <param name="at">The attribute, or the call of it, that the compiler refuses.</param>
    public static Fix? OfMethod(FileSnapshot file, Node at)
    {
        var method = at as Attribute ?? (at as Call)?.Func as Attribute;
        if (method is not { Context: ExprContext.Load, Parent: Call call } || !ReferenceEquals(call.Func, method))
            return null;
        if (file.Model.TypeOf(method.Value) != TorchType.Tensor || call.Args.Any(a => a is Starred))
            return null;
        return method.Name switch
        {
            "bool" or "bfloat16" when IsBare(call) => Converted(file, call, method),
            "nelement" when IsBare(call) => Named(file, method, "numel"),
            "ndimension" when IsBare(call) => Named(file, method, "dim"),
            "new" => New(file, call, method),
            "new_tensor" => NewTensor(file, call, method),
            _ => null,
        };
    }

    /// <param name="at">The call of a function of torch that the compiler refuses.</param>
    public static Fix? OfFunction(FileSnapshot file, Node at) =>
        at is not Call call || call.Args.Any(a => a is Starred) || call.Keywords.Any(k => k.Name is null)
            ? null
            : file.Model.ResolveName(call.Func) switch
            {
                "torch.autograd.Variable" => Variable(file, call),
                "torch.Tensor" => Tensor(file, call),
                "torch.spmm" or "torch.dsmm" => Renamed(file, call, "mm"),
                "torch._C.set_grad_enabled" => ForPython(file, call),
                "torch.is_tensor" when call is { Args: [var value], Keywords.Count: 0 } => Replaced(
                    call,
                    $"isinstance({file.Text[value.ParenthesizedSpan]}, {TorchNames.Member(file, "Tensor", out var import)})",
                    import
                ),
                _ => null,
            };

    /// <summary><c>x.type(torch.FloatTensor)</c>, whose argument is no value of compiled code.</summary>
    public static Fix? OfTensorType(FileSnapshot file, Node at)
    {
        if (
            at
                is not Expr
                {
                    Parent: Call { Func: Attribute { Name: "type" } method, Args.Count: 1, Keywords.Count: 0 } call
                }
            || !ReferenceEquals(call.Args[0], at)
            || file.Model.ResolveName((Expr)at) is not { } name
            || DTypeOf(name) is not { } dtype
            || file.Model.TypeOf(method.Value) != TorchType.Tensor
        )
            return null;
        string device = TorchNames.Member(file, "device", out var import),
            type = TorchNames.Member(file, dtype, out _);
        var span = TextSpan.FromBounds(method.Value.ParenthesizedSpan.End, call.End);
        return Replaced(span, $".to({device}(\"cpu\"), {type})", import);
    }

    private static string? DTypeOf(string name) =>
        name switch
        {
            "torch.FloatTensor" => "float32",
            "torch.DoubleTensor" => "float64",
            "torch.HalfTensor" => "float16",
            "torch.LongTensor" => "int64",
            "torch.IntTensor" => "int32",
            "torch.ShortTensor" => "int16",
            "torch.ByteTensor" => "uint8",
            "torch.CharTensor" => "int8",
            "torch.BoolTensor" => "bool",
            _ => null,
        };

    private static bool IsBare(Call call) => call is { Args.Count: 0, Keywords.Count: 0 };

    private static Fix Named(FileSnapshot file, Attribute method, string name) =>
        new(
            $"Write '{name}()'",
            FixSafety.Safe,
            [new TextEdit(TextSpan.FromBounds(method.End - method.Name.Length, method.End), name)]
        );

    /// <summary>Two names of one function of torch, of which the compiler knows the other.</summary>
    private static Fix Renamed(FileSnapshot file, Call call, string name)
    {
        string written = TorchNames.Member(file, name, out var import);
        return new Fix(
            $"Write '{written}'",
            FixSafety.Suggested,
            [.. import is { } line ? ImmutableArray.Create(line) : [], new TextEdit(call.Func.Span, written)]
        );
    }

    /// <summary>
    /// A statement that only says whether Python notes gradients: values are the same without it.
    /// </summary>
    private static Fix? ForPython(FileSnapshot file, Call call)
    {
        if (
            call.Parent is not ExprStmt statement
            || !Indentation.StartsItsLine(file.Text, statement.Start)
            || statement.FirstAncestor<FunctionDef>() is not { } function
        )
            return null;
        string asked = TorchNames.Jit(file, "is_scripting", out var import),
            indent = file.Text.IndentationOf(file.Text.LineOf(statement.Start)),
            unit = Indentation.Unit(file.Text, function);
        return new Fix(
            "Leave the statement to Python",
            FixSafety.Suggested,
            [
                .. import is { } line ? ImmutableArray.Create(line) : [],
                TextEdit.Insert(statement.Start, $"if not {asked}():{file.Text.DominantLineBreak}{indent}{unit}"),
            ]
        );
    }

    private static Fix Converted(FileSnapshot file, Call call, Attribute method)
    {
        string dtype = TorchNames.Member(file, method.Name, out var import);
        var span = TextSpan.FromBounds(method.End - method.Name.Length, call.End);
        return new Fix(
            $"Write 'to({dtype})'",
            FixSafety.Safe,
            [.. import is { } line ? ImmutableArray.Create(line) : [], new TextEdit(span, $"to({dtype})")]
        );
    }

    /// <summary>Sizes one by one, or those of a tensor; what else a list may be, new() takes for values.</summary>
    private static Fix? New(FileSnapshot file, Call call, Attribute method)
    {
        if (call.Keywords.Count > 0)
            return null;
        string? sizes =
            call.Args is [var only] && IsSize(only) ? file.Text[only.Span]
            // Of two or more arguments each is a size.
            : call.Args.All(a =>
                file.Model.TypeOf(a) is var t && (t == TorchType.Int || call.Args.Count > 1 && t.IsUnknown)
            )
                ? $"[{(call.Args.Count == 0 ? "0" : string.Join(", ", call.Args.Select(a => file.Text[a.Span])))}]"
            : null;
        if (sizes is not null)
            return Replaced(
                TextSpan.FromBounds(method.End - method.Name.Length, call.End),
                $"new_empty({sizes})",
                null
            );
        return call.Args is [ListExpr] ? NewTensor(file, call, method) : null;
    }

    private static bool IsSize(Expr value) =>
        value
            is Attribute { Name: "shape" }
                or Call { Func: Attribute { Name: "size" }, Args.Count: 0, Keywords.Count: 0 };

    private static Fix? NewTensor(FileSnapshot file, Call call, Attribute method)
    {
        // A copy of a Tensor, with the dtype and device of the one whose method this is.
        if (call is { Args: [var copied], Keywords.Count: 0 } && file.Model.TypeOf(copied) == TorchType.Tensor)
            return copied is Name or Attribute or Call or Subscript
                ? Replaced(
                    call,
                    $"{file.Text[copied.Span]}.detach().to({file.Text[method.Value.Span]}, copy=True)",
                    null
                )
                : null;
        if (
            call.Args is not [var data]
            || call.Keywords.Any(k => k.Name is not ("dtype" or "device"))
            || method.Value is not (Name or Attribute)
        )
            return null;
        string of = file.Text[method.Value.Span];
        if (!IsPlain(file.Model.TypeOf(data)))
            return null;
        string Given(string name) =>
            call.Keywords.FirstOrDefault(k => k.Name == name) is { } given
                ? file.Text[given.Value.Span]
                : $"{of}.{name}";
        return Replaced(
            call,
            $"{TorchNames.Member(file, "tensor", out var import)}({file.Text[data.Span]}, dtype={Given("dtype")}, device={Given("device")})",
            import
        );
    }

    private static bool IsPlain(TorchType type) =>
        type == TorchType.Int
        || type == TorchType.Float
        || type == TorchType.Bool
        || type is ListType { Element: var element, IsEmptyLiteral: false } && IsPlain(element);

    /// <summary>Variable(x) is x without its history, in the same memory.</summary>
    private static Fix? Variable(FileSnapshot file, Call call)
    {
        if (
            call.Args is not [var value]
            || call.Keywords.Any(k =>
                k is not { Name: "requires_grad" or "volatile", Value: Constant { Kind: ConstantKind.False } }
            )
            || file.Model.TypeOf(value) is var type && type != TorchType.Tensor
        )
            return null;
        return Replaced(call, $"{Atom(file, value)}.detach()", null);
    }

    /// <summary>An expression as it stands before a dot.</summary>
    private static string Atom(FileSnapshot file, Expr value)
    {
        string shown = file.Text[value.ParenthesizedSpan];
        bool atom = value is Name or Attribute or Call or Subscript || value.ParenthesizedSpan != value.Span;
        return atom ? shown : $"({shown})";
    }

    /// <summary>torch.Tensor makes floats of the default type: of values, or as many as the sizes say.</summary>
    private static Fix? Tensor(FileSnapshot file, Call call)
    {
        if (call.Keywords.Count > 0)
            return null;
        TextEdit? import;
        if (call.Args is [ListExpr or TupleExpr] && FloatLiteral.Edits(file, call.Args[0]) is { } floats)
        {
            string name = TorchNames.Member(file, "tensor", out import);
            return new Fix(
                $"Write '{name}' of floats",
                FixSafety.Suggested,
                [
                    .. import is { } line ? ImmutableArray.Create(line) : [],
                    new TextEdit(call.Func.Span, name),
                    .. floats,
                ]
            );
        }
        string? sizes =
            call.Args is [var only] && IsSize(only) ? file.Text[only.Span]
            : call.Args.All(a => file.Model.TypeOf(a) == TorchType.Int)
                ? $"[{(call.Args.Count == 0 ? "0" : string.Join(", ", call.Args.Select(a => file.Text[a.Span])))}]"
            : null;
        return sizes is null
            ? null
            : Replaced(call, $"{TorchNames.Member(file, "empty", out import)}({sizes})", import);
    }

    private static Fix Replaced(Call call, string text, TextEdit? import) => Replaced(call.Span, text, import);

    private static Fix Replaced(TextSpan span, string text, TextEdit? import) =>
        new(
            $"Write '{text.TrimStart('.')}'",
            FixSafety.Suggested,
            [.. import is { } line ? ImmutableArray.Create(line) : [], new TextEdit(span, text)]
        );
}
