using System.Runtime.CompilerServices;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Editing;

/// <summary>
/// Types of numbers and texts that nobody declares: what a constructor's parameter is given where the file makes
/// instances, else what its default is. Other files may give something else, so that nothing is certain of it.
/// </summary>
internal sealed class ConstructedTypes
{
    private const int Deepest = 8;

    /// <summary>
    /// In files of KernelBench's form a function of this name returns what the constructor of the last class is given.
    /// </summary>
    private const string Driver = "get_init_inputs";

    private static readonly ConditionalWeakTable<SemanticModel, ConstructedTypes> known = [];
    private readonly SemanticModel model;
    private readonly Dictionary<ClassDef, List<Call>> made = [];
    private readonly Dictionary<Arg, (TorchType? Type, bool Made)> parameters = [];
    private readonly ClassDef? driven;
    private readonly (NodeList<Expr> Args, Dictionary<string, Expr> Named)? driver;

    private ConstructedTypes(SemanticModel model)
    {
        this.model = model;
        var root = model.File.Tree.Root;
        foreach (var call in root.Find<Call>())
            if (call.Func is Name or Attribute && model.ResolveSymbol(call.Func)?.Class is { } type)
            {
                if (!made.TryGetValue(type, out var calls))
                    made[type] = calls = [];
                calls.Add(call);
            }
        driven = root.Body.OfType<ClassDef>().LastOrDefault(c => model.ClassOf(c).IsModule);
        driver = root.Body.OfType<FunctionDef>().FirstOrDefault(f => f.Name == Driver)
            is { Body: [Return { Value: ListExpr list }] }
            ? Given(list)
            : null;
    }

    public static ConstructedTypes Of(FileSnapshot file) => known.GetValue(file.Model, static m => new(m));

    private static (NodeList<Expr>, Dictionary<string, Expr>)? Given(ListExpr list)
    {
        if (list.Elements is not [ListExpr given, DictExpr named])
            return (list.Elements, []);
        var byName = new Dictionary<string, Expr>();
        for (int i = 0; i < named.Keys.Count; i++)
            if (named.Keys[i] is Constant { Value: string name })
                byName[name] = named.Values[i];
        return (given.Elements, byName);
    }

    /// <summary>int, float, bool or str; null where that is not to be seen.</summary>
    public TorchType? TypeOf(Expr value) => TypeOf(value, 0).Type;

    /// <summary>The same where an instance that the file makes says so, and not only a default.</summary>
    public TorchType? TypeOfMade(Expr value) => TypeOf(value, 0) is { Made: true, Type: var type } ? type : null;

    private (TorchType? Type, bool Made) TypeOf(Expr value, int depth)
    {
        if (depth > Deepest)
            return (null, false);
        switch (value)
        {
            case Constant { Kind: ConstantKind.Int }:
                return (TorchType.Int, true);
            case Constant { Kind: ConstantKind.Float }:
                return (TorchType.Float, true);
            case Constant { Kind: ConstantKind.True or ConstantKind.False }:
                return (TorchType.Bool, true);
            case Constant { Value: string }:
                return (TorchType.Str, true);
            case UnaryOp { Op: UnaryOperator.USub, Operand: var operand }:
                return TypeOf(operand, depth + 1);
            case BinOp sum:
                var (left, right) = (TypeOf(sum.Left, depth + 1), TypeOf(sum.Right, depth + 1));
                return (Sum(sum.Op, left.Type, right.Type), left.Made && right.Made);
            case Call { Func: Name function }:
                return (
                    model.ResolveName(function) switch
                    {
                        "builtins.int" or "builtins.len" => TorchType.Int,
                        "builtins.float" => TorchType.Float,
                        _ => null,
                    },
                    true
                );
            case Attribute { Value: Name { Id: var owner } } attribute
                when model.EnclosingClass(attribute) is { IsModule: true } type
                    && attribute.FirstAncestor<FunctionDef>() is { } method
                    && method.Args.All().FirstOrDefault()?.Name == owner:
                return OfAttribute(type, attribute.Name, depth + 1);
            case Name name when name.FirstAncestor<FunctionDef>() is { } function:
                return OfName(function, name.Id, depth + 1);
            default:
                return (null, false);
        }
    }

    private static TorchType? Sum(BinaryOperator op, TorchType? left, TorchType? right) =>
        left is null || right is null || !IsNumber(left) || !IsNumber(right) ? null
        : op == BinaryOperator.Div || left == TorchType.Float || right == TorchType.Float ? TorchType.Float
        : op
            is BinaryOperator.Add
                or BinaryOperator.Sub
                or BinaryOperator.Mult
                or BinaryOperator.FloorDiv
                or BinaryOperator.Mod
            ? TorchType.Int
        : null;

    private static bool IsNumber(TorchType type) => type == TorchType.Int || type == TorchType.Float;

    private (TorchType?, bool) OfAttribute(ClassModel type, string name, int depth) =>
        type.FindAttribute(name)
            is { IsDeclared: false, Assignments: [Assign { Targets: [Attribute], Value: var value } store] }
        && ReferenceEquals(type.Owner, model)
        && store.FirstAncestor<FunctionDef>() is { Name: "__init__" }
            ? TypeOf(value, depth)
            : (null, false);

    private (TorchType?, bool) OfName(FunctionDef function, string name, int depth)
    {
        if (function.Args.All().FirstOrDefault(a => a.Name == name) is { } parameter)
            return function.Name == "__init__" && !NameFlow.Writes(function.Body).Contains(name)
                ? OfParameter(function, parameter, depth)
                : (null, false);
        var stores = function.Find<Name>().Where(n => n.Id == name && n.Context == ExprContext.Store).ToList();
        return stores is [{ Parent: Assign { Targets: [Name], Value: var value } }]
            ? TypeOf(value, depth)
            : (null, false);
    }

    private (TorchType? Type, bool Made) OfParameter(FunctionDef init, Arg parameter, int depth)
    {
        if (parameters.TryGetValue(parameter, out var found))
            return found;
        parameters[parameter] = (null, false);
        return parameters[parameter] = FindParameter(init, parameter, depth);
    }

    private (TorchType? Type, bool Made) FindParameter(FunctionDef init, Arg parameter, int depth)
    {
        if (model.DeclaredTypeOf(parameter) is { } declared)
            return (IsPlain(declared) ? declared : null, true);
        if (init.Parent is not ClassDef type)
            return (null, false);
        var types = new List<TorchType?>();
        foreach (var call in made.GetValueOrDefault(type) ?? [])
            if (CallArguments.Bind(init, call, skipFirst: true) is not { } bound)
                types.Add(null);
            else if (bound.First(b => ReferenceEquals(b.Parameter, parameter)).Value is { } value)
                types.Add(TypeOf(value, depth + 1).Type);
            else
                types.Add(OfDefault(parameter));
        if (ReferenceEquals(type, driven) && driver is var (args, named))
        {
            int position = init.Args.PosOnly.Concat(init.Args.Args).Skip(1).ToList().IndexOf(parameter);
            types.Add(
                position >= 0 && position < args.Count ? TypeOf(args[position], depth + 1).Type
                : named.TryGetValue(parameter.Name, out var value) ? TypeOf(value, depth + 1).Type
                : OfDefault(parameter)
            );
        }
        if (types.Count == 0)
            return (OfDefault(parameter), false);
        return (types.All(t => t == types[0]) ? types[0] : null, true);
    }

    private static TorchType? OfDefault(Arg parameter) =>
        parameter.Default switch
        {
            Constant { Kind: ConstantKind.Int } => TorchType.Int,
            Constant { Kind: ConstantKind.Float } => TorchType.Float,
            Constant { Kind: ConstantKind.True or ConstantKind.False } => TorchType.Bool,
            Constant { Value: string } => TorchType.Str,
            _ => null,
        };

    private static bool IsPlain(TorchType type) => IsNumber(type) || type == TorchType.Bool || type == TorchType.Str;
}
