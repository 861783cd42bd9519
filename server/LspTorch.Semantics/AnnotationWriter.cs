using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>A name that must be imported: <c>from Module import Name</c>.</summary>
public readonly record struct NeededImport(string Module, string Name);

/// <summary>An annotation as it is written in one file, and the names that file does not import yet.</summary>
public sealed record WrittenAnnotation(string Text, ImmutableArray<NeededImport> Imports);

/// <summary>
/// Writes types as annotations that TorchScript of the file's target version accepts, in the names that the file
/// already has; and adds the
/// imports it lacks. One fix that writes several annotations unites their imports and asks once for the edits.
/// </summary>
public static class AnnotationWriter
{
    private static readonly TorchVersion unions = new(1, 10);

    /// <summary>
    /// Null where the type cannot be written (Unknown, modules, a class of another file, Union before torch 1.10, a
    /// name that means something else here).
    /// </summary>
    /// <param name="evaluatedAt">Where Python evaluates the annotation (UTF-16 offset): a class that is defined later
    /// has no name there. Null: it is not evaluated.</param>
    public static WrittenAnnotation? Write(SemanticModel model, TorchType type, int? evaluatedAt = null)
    {
        var imports = ImmutableArray.CreateBuilder<NeededImport>();
        var text = new StringBuilder();
        return type.IsWritable && Append(model, type, text, imports, evaluatedAt, 0)
            ? new WrittenAnnotation(
                text.ToString(),
                imports.Count < 2 ? imports.ToImmutable() : [.. imports.Distinct()]
            )
            : null;
    }

    /// <summary>The same for a type as TorchScript writes it, such as an observed one.</summary>
    public static WrittenAnnotation? Write(SemanticModel model, string type) =>
        TorchType.TryParse(type, out var parsed) ? Write(model, parsed) : null;

    /// <summary>The edits that import what is needed and not yet there; none where nothing is needed.</summary>
    public static ImmutableArray<TextEdit> ImportEdits(SemanticModel model, IEnumerable<NeededImport> needed) =>
        FindImportEdits(model, needed);

    /// <summary>The same; of one import, the usual case, found once for each file.</summary>
    public static ImmutableArray<TextEdit> ImportEdits(SemanticModel model, ImmutableArray<NeededImport> needed) =>
        needed switch
        {
            [] => [],
            [var one] => model.ImportEdits.GetOrAdd(one, static (import, of) => FindImportEdits(of, [import]), model),
            _ => FindImportEdits(model, needed),
        };

    private static ImmutableArray<TextEdit> FindImportEdits(SemanticModel model, IEnumerable<NeededImport> needed)
    {
        if (!needed.Any())
            return [];
        var edits = ImmutableArray.CreateBuilder<TextEdit>();
        var added = new StringBuilder();
        string lineBreak = model.File.Text.DominantLineBreak;
        foreach (
            var group in needed.Distinct().GroupBy(n => n.Module).OrderBy(g => g.Key, StringComparer.Ordinal).ToArray()
        )
        {
            var names = group.Select(n => n.Name).OrderBy(n => n, StringComparer.Ordinal).ToArray();
            var existing = ExistingImport(model.File.Tree.Root, group.Key);
            if (existing is not null)
                edits.Add(TextEdit.Insert(existing.Names[^1].End, ", " + string.Join(", ", names)));
            else
                added.Append($"from {group.Key} import {string.Join(", ", names)}{lineBreak}");
        }
        if (added.Length > 0)
            edits.Add(InsertImports(model, added.ToString(), lineBreak));
        return edits.ToImmutable();
    }

    /// <summary>
    /// The edits that turn a place into an annotated one: the annotation at the offset and the imports it needs.
    /// </summary>
    public static ImmutableArray<TextEdit> Annotate(
        SemanticModel model,
        int offset,
        string prefix,
        WrittenAnnotation annotation
    ) => [TextEdit.Insert(offset, prefix + annotation.Text), .. ImportEdits(model, annotation.Imports)];

    /// <summary>
    /// The same for a parameter; a default written <c>=1</c> becomes <c> = 1</c>, as style has it behind an annotation.
    /// </summary>
    public static ImmutableArray<TextEdit> AnnotateParameter(
        SemanticModel model,
        Arg parameter,
        WrittenAnnotation annotation
    )
    {
        int end = parameter.NameSpan.End;
        var edit =
            parameter.Default is not null
            && model.File.Text.Length > end + 1
            && model.File.Text[end] == '='
            && model.File.Text[end + 1] != ' '
                ? new TextEdit(new TextSpan(end, 1), $": {annotation.Text} = ")
                : TextEdit.Insert(end, $": {annotation.Text}");
        return [edit, .. ImportEdits(model, annotation.Imports)];
    }

    private static bool Append(
        SemanticModel model,
        TorchType type,
        StringBuilder text,
        ImmutableArray<NeededImport>.Builder imports,
        int? evaluatedAt,
        int depth
    )
    {
        if (depth > 40)
            return false;
        switch (type)
        {
            case PrimitiveType primitive:
                switch (primitive.Kind)
                {
                    case PrimitiveKind.Tensor:
                        return AppendName(model, "torch", "Tensor", text, imports);
                    case PrimitiveKind.Device:
                        return AppendName(model, "torch", "device", text, imports);
                    case PrimitiveKind.Any:
                        return AppendName(model, "typing", "Any", text, imports);
                    case PrimitiveKind.None:
                        text.Append("None");
                        return true;
                    case PrimitiveKind.Number:
                        return false;
                    default:
                        text.Append(primitive);
                        return true;
                }
            case ListType list:
                return AppendGeneric(model, "List", [list.Element], text, imports, evaluatedAt, depth);
            case OptionalType optional:
                return AppendGeneric(model, "Optional", [optional.Element], text, imports, evaluatedAt, depth);
            case DictType dict:
                return AppendGeneric(model, "Dict", [dict.Key, dict.Value], text, imports, evaluatedAt, depth);
            case FutureType future:
                int needed = imports.Count;
                if (!AppendName(model, "torch", "jit.Future", text, imports) || imports.Count > needed)
                    return false;
                text.Append('[');
                if (!Append(model, future.Element, text, imports, evaluatedAt, depth + 1))
                    return false;
                text.Append(']');
                return true;
            case TupleType { Elements.Length: 0 }:
                if (!AppendName(model, "typing", "Tuple", text, imports))
                    return false;
                text.Append("[()]");
                return true;
            case TupleType tuple:
                return AppendGeneric(model, "Tuple", tuple.Elements, text, imports, evaluatedAt, depth);
            case UnionType union when model.File.Options.Torch >= unions:
                return AppendGeneric(model, "Union", union.Members, text, imports, evaluatedAt, depth);
            case ClassType { Definition: ClassModel definition }
                when ReferenceEquals(definition.Owner, model)
                    && !(definition.Node.End > evaluatedAt && !AreTexts(model.File.Tree.Root)):
                text.Append(definition.Name);
                return true;
            default:
                return false;
        }
    }

    private static bool AppendGeneric(
        SemanticModel model,
        string constructor,
        ImmutableArray<TorchType> arguments,
        StringBuilder text,
        ImmutableArray<NeededImport>.Builder imports,
        int? evaluatedAt,
        int depth
    )
    {
        if (!AppendName(model, "typing", constructor, text, imports))
            return false;
        text.Append('[');
        for (int i = 0; i < arguments.Length; i++)
        {
            if (i > 0)
                text.Append(", ");
            if (!Append(model, arguments[i], text, imports, evaluatedAt, depth + 1))
                return false;
        }
        text.Append(']');
        return true;
    }

    /// <summary>
    /// The shortest way in which this file can name a member of a module where its definitions are; asks for an import
    /// where it cannot. False where the
    /// name means something else in the file.
    /// </summary>
    private static bool AppendName(
        SemanticModel model,
        string module,
        string member,
        StringBuilder text,
        ImmutableArray<NeededImport>.Builder imports
    )
    {
        var scope = model.Names.ModuleScope;
        string wanted = $"{module}.{member}";
        string? viaModule = null;
        int definitions = FirstDefinition(model.File.Tree.Root);
        foreach (var (name, target, start) in scope.SureImports)
        {
            if (start > definitions)
                continue;
            if (target == wanted)
            {
                text.Append(name);
                return true;
            }
            if (target == module)
                viaModule ??= $"{name}.{member}";
        }
        if (viaModule is null && !scope.StarImports.Contains(module))
        {
            foreach (var binding in scope.Find(member))
                if (binding.Target != wanted)
                    return false;
            imports.Add(new NeededImport(module, member));
        }
        text.Append(viaModule ?? member);
        return true;
    }

    /// <summary>Annotations are kept as texts, which nothing evaluates.</summary>
    private static bool AreTexts(Module root) =>
        root.Body.Any(s =>
            s is ImportFrom { Module: "__future__" } future && future.Names.Any(n => n.Name == "annotations")
        );

    /// <summary>
    /// Where the file's first function or class begins, or a statement that holds one (UTF-16 offset): what is imported
    /// later has no name there.
    /// </summary>
    private static int FirstDefinition(Module root) =>
        definitionStarts.GetValue(root, static of => new StrongBox<int>(FindFirstDefinition(of))).Value;

    private static readonly ConditionalWeakTable<Module, StrongBox<int>> definitionStarts = [];

    private static int FindFirstDefinition(Module root)
    {
        foreach (var statement in root.Body)
            if (
                statement is FunctionDef or ClassDef
                || statement is If or Try or With or For or While
                    && statement.Find<Stmt>().Any(s => s is FunctionDef or ClassDef)
            )
                return statement.Start;
        return int.MaxValue;
    }

    private static ImportFrom? ExistingImport(Module root, string module)
    {
        int definitions = FirstDefinition(root);
        foreach (var statement in root.Body)
            if (
                statement.Start < definitions
                && statement is ImportFrom { Level: 0, Names.Count: > 0 } import
                && import.Module == module
                && import.Names[0].Name != "*"
            )
                return import;
        return null;
    }

    private static TextEdit InsertImports(SemanticModel model, string lines, string lineBreak)
    {
        var text = model.File.Text;
        var body = model.File.Tree.Root.Body;
        int index = 0;
        bool docstring = body.Count > 0 && body[0] is ExprStmt { Value: Constant { Kind: ConstantKind.Str } };
        if (docstring)
            index = 1;
        Stmt? last = null;
        for (int i = index; i < body.Count && body[i] is Import or ImportFrom; i++)
            last = body[i];
        if (last is null && !docstring)
        {
            // Before the first statement, behind leading comments; a decorated definition starts at its first
            // decorator.
            if (body.Count == 0)
                return TextEdit.Insert(
                    text.Length,
                    (text.Length > 0 && !EndsWithBreak(text.Text) ? lineBreak : "") + lines
                );
            int first = body[0] switch
            {
                FunctionDef { Decorators: [var d, ..] } => d.Start,
                ClassDef { Decorators: [var d, ..] } => d.Start,
                var statement => statement.Start,
            };
            int start = text.LineStart(text.LineOf(first));
            if (start == 0 && text.Length > 0 && text[0] == '\uFEFF')
                start = 1;
            return TextEdit.Insert(start, lines + lineBreak);
        }
        var anchor = last ?? body[0];
        int end = text.LineEndWithBreak(text.LineOf(Math.Max(anchor.Start, anchor.End - 1)));
        string lead = end == text.Length && !EndsWithBreak(text.Text) ? lineBreak : "";
        return TextEdit.Insert(end, last is null ? lead + lineBreak + lines : lead + lines);
    }

    private static bool EndsWithBreak(string text) => text.Length > 0 && text[^1] is '\n' or '\r';
}
