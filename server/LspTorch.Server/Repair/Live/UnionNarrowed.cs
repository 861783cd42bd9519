using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// A value of a Union, used as the one type that it has there: an assertion says which, and a call whose value has no
/// name gets one.
/// </summary>
/// <param name="Statement">The first line of the statement.</param>
/// <param name="Value">The call, or the name, in the form of <see cref="ValueWritten.Canonical"/>.</param>
/// <param name="IsTuple">A tuple; otherwise a Tensor.</param>
internal sealed record UnionNarrowed(string Path, string Function, string Statement, string Value, bool IsTuple)
    : LiveRepair(
        Path,
        "return-type-mismatch",
        $"Assert that '{Value}' is a {(IsTuple ? "tuple" : "Tensor")} in '{Statement}'"
    )
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (Refusal.Function(file, Function) is not { } function)
            return [];
        var text = file.Text;
        string type = IsTuple ? "tuple" : TorchNames.Member(file, "Tensor", out var import);
        var edits = new List<TextEdit>();
        foreach (var statement in Nodes<Stmt>.In(function).Where(s => OnlyEager.Short(file, s) == Statement))
        {
            if (
                statement is not (Assign or AnnAssign or AugAssign or ExprStmt or Return)
                || !Indentation.StartsItsLine(text, statement.Start)
                || Nodes<Expr>.In(statement).FirstOrDefault(IsValue) is not { } value
            )
                continue;
            string indent = text.IndentationOf(text.LineOf(statement.Start)),
                end = text.DominantLineBreak;
            if (value is Name)
            {
                edits.Add(TextEdit.Insert(statement.Start, $"assert isinstance({Value}, {type}){end}{indent}"));
                continue;
            }
            string name = UniqueNames.For(file, "result");
            edits.Add(
                TextEdit.Insert(
                    statement.Start,
                    $"{name} = {text[value.Span]}{end}{indent}assert isinstance({name}, {type}){end}{indent}"
                )
            );
            edits.Add(new TextEdit(value.Span, name));
        }
        return [.. edits];

        bool IsValue(Expr e) =>
            e is Call or Name { Context: ExprContext.Load } && ValueWritten.Canonical(text, e) == Value;
    }

    /// <summary>What in a statement may be meant when the compiler refuses a Union there.</summary>
    public static IEnumerable<(string Value, bool IsTuple)> In(
        FileSnapshot file,
        FunctionDef function,
        Stmt statement,
        string message
    )
    {
        if (statement is Assign { Targets: [var target], Value: Call call })
        {
            if (target is TupleExpr or ListExpr)
                yield return (ValueWritten.Canonical(file.Text, call), true);
            else if (target is Name && (Had(message) ?? Seen(file, target)) is { } seen)
                yield return (ValueWritten.Canonical(file.Text, call), seen);
        }
        foreach (var part in Nodes<Subscript>.In(statement))
            if (part.Value is Call whole)
                yield return (ValueWritten.Canonical(file.Text, whole), true);
        foreach (var name in Nodes<Name>.In(statement).Where(n => n.Context == ExprContext.Load).DistinctBy(n => n.Id))
        {
            var stored = Nodes<Name>
                .In(function)
                .LastOrDefault(n => n.Id == name.Id && n.Context == ExprContext.Store && n.Start < statement.Start);
            if (stored is not null && Seen(file, stored) is { } seen)
                yield return (name.Id, seen);
        }
    }

    /// <summary>Whether a variable was a tuple before, by what the compiler says of it; null where it does not say.</summary>
    private static bool? Had(string message) =>
        message.Contains("previously had type Tensor", StringComparison.Ordinal) ? false
        : message.Contains("previously had type Tuple[", StringComparison.Ordinal) ? true
        : null;

    /// <summary>Whether the run saw tuples there; null where it saw neither those nor Tensors alone.</summary>
    private static bool? Seen(FileSnapshot file, Expr target) =>
        file.Observations.Find(PlaceKind.Variable, target.Span)?.JoinedType switch
        {
            "Tensor" => false,
            { } type when type.StartsWith("Tuple[", StringComparison.Ordinal) => true,
            _ => null,
        };
}
