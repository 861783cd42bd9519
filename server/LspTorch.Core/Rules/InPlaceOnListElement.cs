using LspTorch.Core.Semantics;
using LspTorch.Core.Syntax;
using LspTorch.Core.Text;
using LspTorch.Core.TorchScript;
using Attribute = LspTorch.Core.Syntax.Attribute;

namespace LspTorch.Core.Rules;

/// <summary>
/// <c>outs[0].masked_fill_(...)</c> on a list literal of fresh tensors that is then used as a whole: the compiler holds the change for dead code and drops it.
/// Proven for elements that nothing else can reach, a constant index, and a list that is afterwards only joined by torch or returned; all else is silent.
/// </summary>
public sealed class InPlaceOnListElement : Rule
{
    public override string Id => "in-place-on-list-element";
    public override Severity DefaultSeverity => Severity.Warning;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var model = context.File.Model;
        foreach (var (assign, body, _, certain) in context.Compiled.Live<Assign>())
        {
            if (!certain || !body.Certain || assign is not { Targets: [Name list], Value: ListExpr or TupleExpr } || !body.Def.Body.Contains(assign)) continue;
            var elements = assign.Value is ListExpr display ? display.Elements : ((TupleExpr)assign.Value).Elements;
            var uses = Uses.Of(body.Def, list.Id);
            if (uses.Stores != 1) continue;
            var dropped = new List<(Stmt Statement, Subscript Element)>();
            if (!uses.Loads.All(load => IsDropped(model, body.Def, load, elements, dropped) || load.Start > assign.End && IsJoined(model, load, assign.Value is ListExpr, body.Def))) continue;
            foreach (var (statement, element) in dropped)
            {
                if (!uses.Loads.Any(l => l.Start > statement.End && IsJoined(model, l, assign.Value is ListExpr, body.Def))) continue;
                string shown = context.File.Text[element.Span];
                context.Report(this, Severity.Warning, statement.Span,
                    $"TorchScript silently drops this change of '{shown}': assign the result back, '{shown} = ...', or keep the tensor in a variable of its own.",
                    body, assign.Value is ListExpr && AssignedBack(context.File, statement, shown) is { } fix ? [fix] : []);
            }
        }
    }

    /// <summary>A statement that only changes an element, by its constant index.</summary>
    private static bool IsDropped(SemanticModel model, FunctionDef function, Name load, NodeList<Expr> elements, List<(Stmt, Subscript)> dropped)
    {
        if (load.Parent is not Subscript { Context: ExprContext.Load } element || !ReferenceEquals(element.Value, load)) return false;
        if (IndexOf(element.Index, elements.Count) is not { } index || !IsFresh(model, function, elements[index], 0)) return false;
        switch (element.Parent)
        {
            case Attribute { Parent: Call { Parent: ExprStmt statement } call } method when ReferenceEquals(call.Func, method) && ReferenceEquals(method.Value, element)
                && IsInPlace(model, method.Name):
                dropped.Add((statement, element));
                return true;
            case Subscript { Context: ExprContext.Store, Parent: Assign { Targets: [var only] } statement } place
                when ReferenceEquals(only, place) && ReferenceEquals(place.Value, element):
                dropped.Add((statement, element));
                return true;
            default: return false;
        }
    }

    /// <summary>An operator that writes to its tensor and whose result would do as well.</summary>
    private static bool IsInPlace(SemanticModel model, string name) =>
        name.Length > 1 && name[^1] == '_' && !name.StartsWith('_') && (name is "zero_" or "fill_" or "copy_" || model.Tables.HasOperator("aten::" + name[..^1]))
        && model.Tables.HasOperator("aten::" + name);

    private static int? IndexOf(Expr index, int count)
    {
        long? value = index switch
        {
            Constant { Kind: ConstantKind.Int, Value: long literal } => literal,
            UnaryOp { Op: UnaryOperator.USub, Operand: Constant { Kind: ConstantKind.Int, Value: long literal } } => count - literal,
            _ => null,
        };
        return value >= 0 && value < count ? (int)value : null;
    }

    /// <summary>A new tensor that no other name reaches.</summary>
    private static bool IsFresh(SemanticModel model, FunctionDef function, Expr element, int depth) => element switch
    {
        BinOp or UnaryOp => model.TypeOf(element) == TorchType.Tensor,
        Call { Func: Attribute { Name: "clone" or "new_zeros" or "new_ones" or "new_full" } method } => model.TypeOf(method.Value) == TorchType.Tensor,
        Call call => model.ResolveName(call.Func) is "torch.zeros" or "torch.ones" or "torch.full" or "torch.rand" or "torch.randn" or "torch.zeros_like" or "torch.ones_like"
            or "torch.full_like" or "torch.rand_like" or "torch.randn_like" or "torch.arange",
        Name name when depth == 0 => Uses.Of(function, name.Id) is { Stores: 1, Loads: [_], Value: { } value } && IsFresh(model, function, value, 1),
        _ => false,
    };

    /// <summary>The whole list goes to one operator of torch, or out of the function: its elements are not looked at one by one.</summary>
    private static bool IsJoined(SemanticModel model, Name load, bool isList, FunctionDef function)
    {
        if (load.Parent is Return result) return function.Body.Contains(result);
        if (!isList || load.Parent is not Call { Args: [var first, ..] } call || !ReferenceEquals(first, load)) return false;
        return Blocks.StatementOf(call) is { } statement && function.Body.Contains(statement)
            && model.ResolveName(call.Func) is "torch.stack" or "torch.cat" or "torch.hstack" or "torch.vstack" or "torch.dstack" or "torch.block_diag";
    }

    private static Fix? AssignedBack(FileSnapshot file, Stmt statement, string shown)
    {
        if (statement is not ExprStmt { Value: Call { Func: Attribute method } call }) return null;
        string arguments = file.Text[TextSpan.FromBounds(method.End, call.End)];
        if (method.Name == "copy_" || method.Name == "fill_" && call is not { Args.Count: 1, Keywords.Count: 0 } || method.Name == "zero_" && call.Args.Count > 0) return null;
        TextEdit? import = null;
        string value = method.Name switch
        {
            "zero_" => $"{TorchNames.Member(file, "zeros_like", out import)}({shown})",
            "fill_" => $"{TorchNames.Member(file, "full_like", out import)}({shown}, {arguments[1..]}",
            var name => $"{shown}.{name[..^1]}{arguments}",
        };
        var edit = new TextEdit(statement.Span, $"{shown} = {value}");
        return new Fix($"Assign the result back to {shown}", FixSafety.Suggested, import is { } line ? [line, edit] : [edit]);
    }

    /// <summary>Where a function stores and reads a name.</summary>
    private sealed class Uses(string name) : SyntaxWalker
    {
        public int Stores { get; private set; }
        public List<Name> Loads { get; } = [];
        /// <summary>What the last plain assignment gives.</summary>
        public Expr? Value { get; private set; }

        public static Uses Of(FunctionDef function, string name)
        {
            var uses = new Uses(name);
            if (function.Args.All().Any(a => a.Name == name)) uses.Stores++;
            foreach (var statement in function.Body) uses.Visit(statement);
            return uses;
        }

        public override void Visit(Node node)
        {
            if (node is Name found && found.Id == name)
            {
                if (found.Context == ExprContext.Load) Loads.Add(found);
                else
                {
                    Stores++;
                    Value = found.Parent is Assign { Targets: [Name] } assign ? assign.Value : null;
                }
            }
            base.Visit(node);
        }
    }
}
