using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// <c>next(self.parameters())</c> as the parameter that it is: the first that the constructor makes, its own before
/// those of its parts.
/// </summary>
internal static class FirstParameter
{
    private const int MaxNesting = 8;

    public static Fix? Of(FileSnapshot file, Node at)
    {
        var call = at as Call;
        if (call is { Func: Attribute { Name: "parameters" }, Parent: Call outer })
            call = outer;
        if (
            call
                is not {
                    Func: Name { Id: "next" },
                    Args: [
                        Call
                        {
                            Func: Attribute { Name: "parameters", Value: Name self },
                            Args.Count: 0,
                            Keywords.Count: 0
                        },
                    ],
                    Keywords.Count: 0
                }
            || file.Model.ResolveName(call.Func) != "builtins.next"
            || call.FirstAncestor<FunctionDef>() is not { Parent: ClassDef owner } function
            || function.Args.All().FirstOrDefault()?.Name != self.Id
            || PathIn(file.Model.ClassOf(owner), 0) is not { } path
        )
            return null;
        return new Fix(
            $"Write '{self.Id}.{path}'",
            FixSafety.Suggested,
            [new TextEdit(call.Span, $"{self.Id}.{path}")]
        );
    }

    /// <summary>The attribute, dotted, in which the first parameter is found; null where that is not certain.</summary>
    private static string? PathIn(ClassModel type, int depth)
    {
        if (
            depth > MaxNesting
            || !type.HasAllBases
            || type.TorchBase is not "torch.nn.Module"
            || type.Bases.Count > 0
            || type.Owner.AttributeUses.IsDynamic(type.Node)
            || !type.Methods.TryGetValue("__init__", out var init)
            || init.Args.All().FirstOrDefault()?.Name is not { } self
        )
            return null;
        var stores = new List<(string Name, Expr Value)>();
        foreach (var statement in init.Body)
        {
            if (
                statement
                    is Assign { Targets: [Attribute { Value: Name { Id: var of }, Name: var name }], Value: var value }
                && of == self
            )
                stores.Add((name, value));
            // What a branch, loop or call gives the instance may come first.
            else if (
                statement is not (ExprStmt { Value: Constant } or Assign { Targets: [Name] } or Pass or Assert)
                && !IsSuperInit(statement)
            )
            {
                if (stores.Any(s => IsParameter(type, s.Value)))
                    break;
                if (stores.Count == 0)
                    return null;
                if (statement.Find<Attribute>().Any(a => a.Name is "register_parameter"))
                    return null;
                if (statement.Find<Call>().Any(c => IsParameter(type, c)))
                    return null;
                if (First(type, stores, depth) is { } early)
                    return early;
                return null;
            }
        }
        foreach (var (name, value) in stores)
            if (IsParameter(type, value))
                return name;
        return First(type, stores, depth);
    }

    private static bool IsSuperInit(Stmt statement) =>
        statement
            is ExprStmt
            {
                Value: Call { Func: Attribute { Name: "__init__", Value: Call { Func: Name { Id: "super" } } } }
            };

    private static bool IsParameter(ClassModel type, Expr value) =>
        value is Call call
        && type.Owner.ResolveName(call.Func) is "torch.nn.Parameter" or "torch.nn.parameter.Parameter";

    private static string? First(ClassModel type, List<(string Name, Expr Value)> stores, int depth)
    {
        foreach (var (name, _) in stores)
            switch (type.FindAttribute(name)?.Type)
            {
                case ModuleContainerType
                {
                    Exact: true,
                    Elements: [var first, ..],
                    Kind: not ModuleContainerKind.ModuleDict
                }:
                    if (InModule(first, depth) is { } element)
                        return element.Length == 0 ? null : $"{name}[0].{element}";
                    continue;
                case ModuleType module:
                    if (InModule(module, depth) is { } part)
                        return part.Length == 0 ? null : $"{name}.{part}";
                    continue;
                case PrimitiveType or ListType or TupleType or DictType:
                    continue;
                default:
                    return null;
            }
        return null;
    }

    /// <summary>Null: it surely has no parameter. Empty: nobody can say.</summary>
    private static string? InModule(TorchType type, int depth)
    {
        if (type is not ModuleType { IsUnknown: false } module)
            return "";
        if (module.Definition is ClassModel made)
            return PathIn(made, depth + 1) ?? "";
        return module.Name[(module.Name.LastIndexOf('.') + 1)..] switch
        {
            "Linear"
            or "Conv1d"
            or "Conv2d"
            or "Conv3d"
            or "ConvTranspose1d"
            or "ConvTranspose2d"
            or "Embedding"
            or "ConvTranspose3d"
            or "PReLU"
            or "Bilinear" => "weight",
            "LSTM" or "GRU" or "RNN" => "weight_ih_l0",
            "ReLU"
            or "ReLU6"
            or "LeakyReLU"
            or "ELU"
            or "GELU"
            or "SiLU"
            or "Sigmoid"
            or "Tanh"
            or "Softmax"
            or "LogSoftmax"
            or "Softplus"
            or "Hardtanh"
            or "Dropout"
            or "Dropout1d"
            or "Dropout2d"
            or "Dropout3d"
            or "Identity"
            or "Flatten"
            or "MaxPool1d"
            or "MaxPool2d"
            or "AvgPool1d"
            or "AvgPool2d"
            or "AdaptiveAvgPool1d"
            or "AdaptiveAvgPool2d"
            or "Upsample"
            or "ZeroPad2d"
            or "ReflectionPad2d"
            or "CrossEntropyLoss"
            or "MSELoss"
            or "L1Loss" => null,
            _ => "",
        };
    }
}
