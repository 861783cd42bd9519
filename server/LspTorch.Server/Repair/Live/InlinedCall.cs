using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// A function or method that takes modules or functions, of which TorchScript has no values: what it computes is
/// written where compiled code calls it. Itself it stays for Python.
/// </summary>
/// <param name="Parts">The classes of the attributes of the classes that call, where modules are called.</param>
internal sealed record InlinedCall(
    string Path,
    string Function,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Parts
) : LiveRepair(Path, "parameter-called", $"Write what {Function} computes where compiled code calls it")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (Refusal.Function(file, Function) is not { } function)
            return [];
        var edits = new List<TextEdit>();
        bool ofParts = false;
        foreach (var (caller, statement, call, receiver) in Calls(file, function))
        {
            var text = file.Text;
            string indent = text.IndentationOf(text.LineOf(statement.Start));
            if (InlinedBody.For(file, function, call, receiver, caller, indent) is not { } body)
                return [];
            string before = string.Concat(body.Lines.Select(l => l + text.DominantLineBreak));
            edits.Add(TextEdit.Insert(text.LineStart(text.LineOf(statement.Start)), before));
            edits.Add(new TextEdit(call.Span, call.Parent is Assign or Return ? body.Value : body.Part));
            ofParts |= function.Name == "forward";
        }
        if (ofParts)
        {
            // The module that has it is compiled with all of its methods, but not with this one.
            string unused = TorchNames.Jit(file, "unused", out var import);
            edits.Add(
                TextEdit.Insert(
                    function.Start,
                    $"@{unused}{file.Text.DominantLineBreak}{Indentation.OfFunction(file.Text, function)}"
                )
            );
            if (import is { } needed)
                edits.Add(needed);
        }
        return [.. edits];
    }

    /// <summary>The calls in compiled code, one in a statement, with what stands for self.</summary>
    private IEnumerable<(FunctionDef Caller, Stmt Statement, Call Call, string? Receiver)> Calls(
        FileSnapshot file,
        FunctionDef function
    )
    {
        foreach (var caller in file.Model.CompiledFunctions.Select(c => c.Function).Distinct())
        {
            if (caller == function)
                continue;
            var found = new HashSet<Stmt>();
            foreach (var call in caller.Body.SelectMany(Nodes<Call>.In))
                if (
                    IsCallOf(file, function, call, out string? receiver)
                    && call.FirstAncestor<Stmt>() is Assign or AnnAssign or AugAssign or Return or ExprStmt
                    && call.FirstAncestor<Stmt>() is { } statement
                    && Indentation.StartsItsLine(file.Text, statement.Start)
                    && !call.Ancestors().Any(a => a is Lambda or ComprehensionExpr or DictComp or IfExp or BoolOp)
                    && found.Add(statement)
                )
                    yield return (caller, statement, call, receiver);
        }
    }

    private bool IsCallOf(FileSnapshot file, FunctionDef function, Call call, out string? receiver)
    {
        receiver = null;
        if (function.Parent is not ClassDef type)
            return call.Func is Name name && name.Id == function.Name;
        if (function.Name != "forward")
        {
            receiver = "self";
            return IsOfSelf(call.Func, function.Name)
                && call.FirstAncestor<ClassDef>() is { } own
                && file.Model.ClassOf(own).Lineage().Any(c => ReferenceEquals(c.Node, type));
        }
        // A part that is called, or one of a list of parts.
        var part = call.Func is Subscript { Index: Constant or Name } item ? item.Value : call.Func;
        receiver = file.Text[call.Func.Span];
        return part is Attribute { Value: Name { Id: "self" } } attribute
            && call.FirstAncestor<ClassDef>() is { } owner
            && file.Model.QualifiedNameAt(owner) is { } ownerName
            && Parts.TryGetValue(ownerName, out var known)
            && known.TryGetValue(attribute.Name, out string? kind)
            && kind == file.Model.QualifiedNameAt(type);
    }

    /// <summary>Whether a function calls one of its parameters, or reads what only modules have.</summary>
    public static bool TakesFunctions(FunctionDef function) =>
        function
            .Args.All()
            .Any(p => p.Name != "self" && Nodes<Call>.In(function).Any(c => c.Func is Name n && n.Id == p.Name));

    /// <summary>The functions and methods of a file that a call may lead to: by name, or as the forward of a part.</summary>
    public IEnumerable<string> CalledBy(FileSnapshot file, Call call) =>
        file
            .Tree.Definitions.OfType<FunctionDef>()
            .Where(f => IsCallOf(file, f, call, out _))
            .Select(f => file.Model.QualifiedNameAt(f) ?? "");
}
