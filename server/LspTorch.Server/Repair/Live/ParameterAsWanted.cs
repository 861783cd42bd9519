using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// A parameter that is None by default and goes on to a call that wants a type of its own or None there (the state of an
/// LSTM): annotated with that type.
/// </summary>
internal sealed record ParameterAsWanted(string Path, string Function, string Name, string Type)
    : LiveRepair(Path, "none-default-without-optional", $"Annotate '{Name}: {Type}' in {Function}")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (
            Refusal.Function(file, Function)?.Args.All().FirstOrDefault(a => a.Name == Name) is not { } parameter
            || AnnotationWriter.Write(file.Model, Type) is not { } written
        )
            return [];
        return parameter.Annotation is { } guessed
            ? [new TextEdit(guessed.Span, written.Text), .. AnnotationWriter.ImportEdits(file.Model, written.Imports)]
            : [.. AnnotationWriter.AnnotateParameter(file.Model, parameter, written).Distinct()];
    }

    /// <summary>The parameters that stand in the call at a place and are None by default.</summary>
    public static IEnumerable<string> NamesIn(FunctionDef function, Stmt statement) =>
        Nodes<Call>
            .In(statement)
            .SelectMany(c => c.Args.Concat(c.Keywords.Select(k => k.Value)))
            .OfType<Syntax.Name>()
            .Select(n => n.Id)
            .Distinct()
            .Where(id =>
                function.Args.All().Any(a => a.Name == id && a.Default is Constant { Kind: ConstantKind.None })
            );
}
