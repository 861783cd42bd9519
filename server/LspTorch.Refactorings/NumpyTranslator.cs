using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// Writes expressions that numpy computes in torch, with the same dtype and value. Null wherever that is not certain:
/// where a dtype on which the
/// result hangs is not known, or numpy and torch promote differently and no cast makes up for it.
/// </summary>
internal sealed class NumpyTranslator
{
    private readonly FileSnapshot file;
    private readonly SemanticModel model;
    private readonly NumpyValues numpy;
    private readonly ObservedDTypes dtypes;
    private readonly IReadOnlyDictionary<string, ArrayValue> variables;
    private readonly TorchMembers torch;
    private readonly ArrayOperators operators;
    private readonly NumpyFunctions functions;
    private readonly ArrayIndex index;
    private int depth;

    /// <param name="variables">What the function's variables that hold numpy values will hold.</param>
    /// <param name="torch">Collects the imports that the texts need.</param>
    public NumpyTranslator(
        FileSnapshot file,
        NumpyValues numpy,
        ObservedDTypes dtypes,
        IReadOnlyDictionary<string, ArrayValue> variables,
        TorchMembers torch
    )
    {
        this.file = file;
        model = file.Model;
        this.numpy = numpy;
        this.dtypes = dtypes;
        this.variables = variables;
        this.torch = torch;
        operators = new ArrayOperators(torch);
        index = new ArrayIndex(file, this);
        functions = new NumpyFunctions(new ArgumentReader(file, this), operators, torch);
    }

    /// <summary>True for an expression that takes a numpy value and gives none.</summary>
    public bool IsExit(Expr expression) =>
        expression switch
        {
            Call
            {
                Func: Name { Id: "int" or "float" or "bool" or "len" } builtin,
                Args: [var only],
                Keywords.Count: 0
            } => IsBuiltin(builtin) && numpy.IsNumpy(only),
            Call { Func: Attribute { Name: "item", Value: var value }, Args.Count: 0 } => numpy.IsNumpy(value),
            Call { Args: [var first, ..] } call => ExitTo(call) is not null && numpy.IsNumpy(first),
            Attribute { Name: "shape" or "size" or "ndim", Value: var value } => numpy.IsNumpy(value),
            _ => false,
        };

    private bool IsBuiltin(Name name) => model.ResolveName(name) == "builtins." + name.Id;

    /// <summary>
    /// A function of torch that makes a tensor of an array: "" where it keeps the dtype, else the dtype it makes; null
    /// for other calls.
    /// </summary>
    private string? ExitTo(Call call) =>
        call.Func is Name or Attribute
            ? model.ResolveName(call.Func) switch
            {
                "torch.from_numpy" or "torch.tensor" or "torch.as_tensor" => "",
                "torch.Tensor" or "torch.FloatTensor" => "float32",
                "torch.DoubleTensor" => "float64",
                "torch.LongTensor" => "int64",
                "torch.BoolTensor" => "bool",
                _ => null,
            }
            : null;

    public ArrayValue? Translate(Expr expression)
    {
        if (depth > 60)
            return null;
        depth++;
        var made = expression switch
        {
            Name name when variables.TryGetValue(name.Id, out var known) => known with { Text = name.Id },
            Constant { Kind: ConstantKind.Int } constant => ArrayValue.Number(Source(constant), "int"),
            Constant { Kind: ConstantKind.Float } constant => ArrayValue.Number(Source(constant), "float"),
            Constant { Kind: ConstantKind.True or ConstantKind.False } constant => ArrayValue.Number(
                Source(constant),
                "bool"
            ),
            Call call => OfCall(call) ?? Plain(call),
            Attribute attribute => OfAttribute(attribute) ?? Plain(attribute),
            Subscript subscript => OfSubscript(subscript) ?? Plain(subscript),
            BinOp operation => OfOperation(operation),
            UnaryOp unary => OfUnary(unary),
            Compare compare => OfComparison(compare),
            IfExp choice => OfChoice(choice),
            _ => Plain(expression),
        };
        depth--;
        return made is null ? null : Observed(expression, made);
    }

    /// <summary>What a run saw fills in what the text does not say; where the two differ, nothing is certain.</summary>
    private ArrayValue? Observed(Expr expression, ArrayValue value)
    {
        if (
            value.IsNumber
            || file.Observations.Find(expression.Span) is not { Stale: false, Types: { Length: > 0 } types }
        )
            return value;
        var arrays = types
            .Where(t => t.Type == "Tensor" || t.Type.StartsWith("numpy.", StringComparison.Ordinal))
            .ToArray();
        if (arrays.Length != types.Length)
            return value;
        var dtypes = arrays.Select(t => t.DType ?? DTypes.Find(t.Type["numpy.".Length..])).Distinct().ToArray();
        if (dtypes is [{ } seen] && DTypes.Find(seen) is { } dtype)
        {
            if (value.DType is { } said && said != dtype)
                return null;
            value = value with { DType = dtype };
        }
        if (arrays.All(t => t.Type == "numpy.ndarray"))
            value = value with { IsScalar = value.IsScalar ?? false };
        else if (arrays.All(t => t.Type is not ("numpy.ndarray" or "Tensor")))
            value = value with { IsScalar = true };
        return value;
    }

    /// <summary>The one number of dimensions that was seen; null where there is none.</summary>
    public int? Rank(Expr expression) =>
        file.Observations.Find(expression.Span) is { Stale: false, Types: { Length: > 0 } types }
        && types.Select(t => t.Shape.IsDefault ? -1 : t.Shape.Length).Distinct().ToArray() is [>= 0 and var rank]
            ? rank
            : null;

    public string Source(Node node) => file.Text[node.Span];

    /// <summary>
    /// What numpy has no part in: a number whose type the compiler knows or a run saw, as it is written.
    /// </summary>
    private ArrayValue? Plain(Expr expression)
    {
        if (numpy.IsNumpy(expression) || NamesNumpy(expression))
            return null;
        var type = model.TypeOf(expression);
        if (
            type.IsUnknown
            && file.Observations.Find(expression.Span)?.JoinedType is { } seen
            && TorchType.TryParse(seen, out var observed)
        )
            type = observed;
        if (type.IsUnknown && expression is Attribute or Name)
            type = ConstructedTypes.Of(file).TypeOf(expression) ?? type;
        string? number =
            type == TorchType.Int ? "int"
            : type == TorchType.Float ? "float"
            : type == TorchType.Bool ? "bool"
            : null;
        if (number is null)
            return null;
        return ArrayValue.Number(
            Source(expression),
            number,
            expression is Name or Call or Attribute or Subscript or Constant
        );
    }

    /// <summary>Whether anything in it is numpy's, or of a variable that holds such.</summary>
    public bool NamesNumpy(Expr expression)
    {
        var finder = new NumpyFinder(this);
        finder.Visit(expression);
        return finder.Found;
    }

    private bool IsNumpyName(Name name) => numpy.IsVariable(name.Id);

    private bool IsNumpyCall(Call call) => numpy.IsNumpy(call) || IsExit(call);

    private sealed class NumpyFinder(NumpyTranslator translator) : SyntaxWalker
    {
        public bool Found { get; private set; }

        public override void Visit(Node node)
        {
            Found |=
                node is Name name && translator.IsNumpyName(name) || node is Call call && translator.IsNumpyCall(call);
            if (!Found)
                base.Visit(node);
        }
    }

    /// <summary>A tensor that becomes an array here: its text.</summary>
    private ArrayValue? OfConversion(Call call, Expr tensor)
    {
        if (call.Args.Count > 0 || call.Keywords.Count > 0 || NamesNumpy(tensor))
            return null;
        bool isTensor =
            model.TypeOf(tensor) == TorchType.Tensor || file.Observations.Find(tensor.Span) is { JoinedType: "Tensor" };
        return isTensor ? OfTensor(tensor) : null;
    }

    public ArrayValue OfTensor(Expr tensor)
    {
        var value = ArrayValue.Array(
            Source(tensor),
            OfOrigin(tensor),
            false,
            tensor is Name or Call or Attribute or Subscript
        );
        return Observed(tensor, value) ?? value with { DType = null };
    }

    /// <summary>The dtype that was seen in the variable a tensor comes from, by ways that keep it.</summary>
    private string? OfOrigin(Expr tensor) =>
        tensor switch
        {
            Name name => dtypes.OfVariable(name.Id),
            Attribute { Name: "data" or "T", Value: var value } => OfOrigin(value),
            Call
            {
                Func: Attribute
                {
                    Name: "detach"
                        or "cpu"
                        or "clone"
                        or "contiguous"
                        or "squeeze"
                        or "unsqueeze"
                        or "transpose"
                        or "t"
                        or "view"
                        or "reshape"
                        or "flatten",
                    Value: var value
                }
            } => OfOrigin(value),
            Subscript { Value: var value } => OfOrigin(value),
            _ => null,
        };

    private ArrayValue? OfCall(Call call)
    {
        if (call.Args.Any(a => a is Starred) || call.Keywords.Any(k => k.Name is null))
            return null;
        if (call.Func is Attribute { Name: "numpy", Value: var tensor })
            return OfConversion(call, tensor);
        if (numpy.IsNumpyFunction(call.Func) && model.ResolveName(call.Func) is { } name)
            return functions.OfFunction(name["numpy.".Length..], call);
        if (IsExit(call) && call is { Func: Name { Id: "int" or "float" or "bool" or "len" } builtin })
            return OfBuiltin(builtin.Id, call.Args[0]);
        if (call.Func is Attribute { Name: "item" } item && IsExit(call))
            return Translate(item.Value)?.AsNumber();
        if (ExitTo(call) is { } dtype && call.Args.Count == 1 && numpy.IsNumpy(call.Args[0]))
            return OfExit(call, dtype);
        return
            call.Func is Attribute method
            && numpy.IsNumpy(method.Value)
            && Translate(method.Value) is { IsNumber: false } owner
            ? functions.OfMethod(method.Name, owner, call)
            : null;
    }

    private ArrayValue? OfBuiltin(string builtin, Expr argument)
    {
        if (Translate(argument) is not { } value)
            return null;
        if (builtin == "len")
            return value.IsNumber ? null : ArrayValue.Number($"len({value.Text})", "int");
        if (value.IsScalar == false)
            return null;
        // Already such a number: int(int(torch.max(x))) says it twice.
        if (value.AsNumber() is { } number && number.DType == builtin)
            return number;
        if (
            builtin == "int"
            && value is { IsNumber: true, DType: "float" }
            && value.Text.StartsWith("float(math.", StringComparison.Ordinal)
            && value.Text.EndsWith("))", StringComparison.Ordinal)
        )
            return ArrayValue.Number(value.Text["float(".Length..^1], "int");
        return ArrayValue.Number($"{builtin}({value.Text})", builtin);
    }

    private ArrayValue? OfExit(Call call, string dtype)
    {
        if (Translate(call.Args[0]) is not { IsNumber: false } value)
            return null;
        string? device = null;
        foreach (var keyword in call.Keywords)
            switch (keyword.Name)
            {
                case "dtype" when dtype == "" && TorchDType(keyword.Value) is { } asked:
                    dtype = asked;
                    break;
                case "device":
                    device = Source(keyword.Value);
                    break;
                default:
                    return null;
            }
        string name = model.ResolveName(call.Func) ?? "";
        bool copies = name == "torch.tensor" && call.Args[0] is Name or Subscript or Attribute;
        if (dtype != "" && dtype != value.DType)
            value = torch.Cast(value, dtype);
        else if (copies)
            value = value.Copied();
        if (device is not null)
            value = value with { Text = $"{value.Atom}.to({device})", IsAtom = true };
        return value with { IsScalar = false };
    }

    private string? TorchDType(Expr expression) =>
        expression is Name or Attribute
        && model.ResolveName(expression) is { } name
        && name.StartsWith("torch.", StringComparison.Ordinal)
            ? name["torch.".Length..] switch
            {
                "float" => "float32",
                "long" => "int64",
                var other => DTypes.Find(other),
            }
            : null;

    private ArrayValue? OfAttribute(Attribute attribute)
    {
        if (!numpy.IsNumpy(attribute.Value) || Translate(attribute.Value) is not { IsNumber: false } value)
            return null;
        return attribute.Name switch
        {
            "size" => ArrayValue.Number($"{value.Atom}.numel()", "int"),
            "ndim" => ArrayValue.Number($"{value.Atom}.dim()", "int"),
            "T" when Rank(attribute.Value) == 2 => value with { Text = $"{value.Atom}.t()", IsAtom = true },
            // A list of sizes: no value of its own here, but what takes one asks for the text.
            "shape" => new ArrayValue($"{value.Atom}.shape", "shape", true, null),
            _ => null,
        };
    }

    private ArrayValue? OfSubscript(Subscript subscript)
    {
        if (subscript.Value is Attribute { Name: "shape" } shape && OfAttribute(shape) is { } sizes)
            return Translate(subscript.Index) is { IsNumber: true, DType: "int" } at
                ? ArrayValue.Number($"{sizes.Text}[{at.Text}]", "int")
                : null;
        if (
            subscript is { Value: Call where, Index: Constant { Kind: ConstantKind.Int, Value: 0L } }
            && PlacesWhere(where) is { } places
        )
            return places;
        if (!numpy.IsNumpy(subscript.Value) || Translate(subscript.Value) is not { IsNumber: false } value)
            return null;
        return index.Of(subscript.Index) is { } written
            ? ArrayValue.Array($"{value.Atom}[{written}]", value.DType, null)
            : null;
    }

    /// <summary><c>np.nonzero(a)[0]</c> and <c>np.where(a)[0]</c>.</summary>
    private ArrayValue? PlacesWhere(Call call)
    {
        Expr? of =
            call is { Args: [var only], Keywords.Count: 0 }
            && numpy.IsNumpyFunction(call.Func)
            && model.ResolveName(call.Func) is "numpy.nonzero" or "numpy.where"
                ? only
            : call is { Args.Count: 0, Func: Attribute { Name: "nonzero", Value: var owner } } && numpy.IsNumpy(owner)
                ? owner
            : null;
        return of is not null && Translate(of) is { IsNumber: false, IsScalar: not true } value
            ? ArrayValue.Array($"{torch.Of("nonzero")}({value.Text})[:, 0]", "int64")
            : null;
    }

    private ArrayValue? OfUnary(UnaryOp unary)
    {
        if (Translate(unary.Operand) is not { } value || value.DType == "shape")
            return null;
        string operand = Operand(unary.Operand, value);
        return unary.Op switch
        {
            UnaryOperator.Not when value.IsScalar == true => ArrayValue.Number($"not {operand}", "bool", false),
            UnaryOperator.USub when value.DType is not "bool" => value with { Text = $"-{operand}", IsAtom = false },
            UnaryOperator.UAdd when value.IsNumber || value.DType is not (null or "bool") => value,
            UnaryOperator.Invert when !value.IsNumber && (value.IsBool || value.IsInteger) => value with
            {
                Text = $"~{operand}",
                IsAtom = false,
            },
            _ => null,
        };
    }

    /// <summary>
    /// An operand at the place where one stood: the tree is the same, so that parentheses are where they were.
    /// </summary>
    private static string Operand(Expr node, ArrayValue value) =>
        node.ParenthesizedSpan != node.Span && !value.IsAtom ? $"({value.Text})" : value.Text;

    private ArrayValue? OfOperation(BinOp operation)
    {
        if (Translate(operation.Left) is not { } left || Translate(operation.Right) is not { } right)
            return null;
        string sign = Source(operation)[
            (operation.OpSpan.Start - operation.Start)..(operation.OpSpan.End - operation.Start)
        ];
        left = left with
        {
            Text = Operand(operation.Left, left),
            IsAtom = left.IsAtom || operation.Left.ParenthesizedSpan != operation.Left.Span,
        };
        right = right with
        {
            Text = Operand(operation.Right, right),
            IsAtom = right.IsAtom || operation.Right.ParenthesizedSpan != operation.Right.Span,
        };
        return operators.Operate(operation.Op, sign, left, right);
    }

    private ArrayValue? OfComparison(Compare compare)
    {
        if (
            compare.Comparators is not [var other]
            || compare.Ops[0]
                is CompareOperator.Is
                    or CompareOperator.IsNot
                    or CompareOperator.In
                    or CompareOperator.NotIn
        )
            return null;
        if (Translate(compare.Left) is not { } left || Translate(other) is not { } right)
            return null;
        var source = file.Text[TextSpan.FromBounds(compare.Left.ParenthesizedSpan.End, other.ParenthesizedSpan.Start)]
            .Trim();
        if (source.Contains('\n') || source.Contains('#'))
            return null;
        return ArrayOperators.Comparison(
            left with
            {
                Text = Operand(compare.Left, left),
            },
            source,
            right with
            {
                Text = Operand(other, right),
            }
        );
    }

    private ArrayValue? OfChoice(IfExp choice)
    {
        if (NamesNumpy(choice.Test) || Translate(choice.Body) is not { } yes || Translate(choice.OrElse) is not { } no)
            return null;
        if (yes.IsNumber != no.IsNumber || yes.DType != no.DType || yes.DType is null or "shape")
            return null;
        bool? scalar = yes.IsScalar == no.IsScalar ? yes.IsScalar : null;
        return yes with
        {
            Text =
                $"{Operand(choice.Body, yes)} if {file.Text[choice.Test.ParenthesizedSpan]} else "
                + $"{Operand(choice.OrElse, no)}",
            IsScalar = scalar,
            IsAtom = false,
        };
    }
}
