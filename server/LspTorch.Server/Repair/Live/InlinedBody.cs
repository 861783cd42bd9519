using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// What a function computes for one call, as statements and a value: parameters that get modules, functions, names or
/// constants are replaced by them, others become variables; variables get names that are free at the call.
/// </summary>
internal sealed class InlinedBody
{
    private readonly FileSnapshot file;
    private readonly FunctionDef function;
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Lambda> lambdas = new(StringComparer.Ordinal);
    private readonly List<string> lines = [];
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);
    private readonly string indent;

    private InlinedBody(FileSnapshot file, FunctionDef function, string indent)
    {
        this.file = file;
        this.function = function;
        this.indent = indent;
    }

    /// <summary>The lines before the statement that calls, each with its indentation, and the value.</summary>
    public IReadOnlyList<string> Lines => lines;
    public string Value { get; private set; } = "";

    /// <summary>The value as it stands inside of another expression.</summary>
    public string Part { get; private set; } = "";

    /// <param name="receiver">What stands for self in a method; null for a function.</param>
    /// <param name="caller">The function in which the call stands.</param>
    /// <param name="indent">Of the statement that calls.</param>
    public static InlinedBody? For(
        FileSnapshot file,
        FunctionDef function,
        Call call,
        string? receiver,
        FunctionDef caller,
        string indent
    )
    {
        bool isMethod = receiver is not null;
        if (
            !CanBe(file, function)
            || CallArguments.Bind(function, call, isMethod) is not { } bound
            || isMethod && function.Args.All().FirstOrDefault() is null
        )
            return null;
        var body = new InlinedBody(file, function, indent);
        if (receiver is not null)
            body.names[function.Args.All().First().Name] = receiver;
        return body.Bind(bound, caller) && body.Write() ? body : null;
    }

    /// <summary>A function with one return, its last statement.</summary>
    private static bool CanBe(FileSnapshot file, FunctionDef function) =>
        function is { IsAsync: false, Decorators.Count: 0, Body: [.., Return { Value: not null }] }
        && Nodes<Return>.In(function).Count == 1
        && Nodes<FunctionDef>.In(function).Count == 1
        && !function.Body.Any(s => Nodes<Expr>.In(s).Any(e => e is Yield or YieldFrom or Await or NamedExpr))
        && function.Body.All(s => Indentation.StartsItsLine(file.Text, s.Start))
        && Indentation.LinesInsideStrings(file.Text, function.Body.Where(s => !Blocks.IsDocstring(s))).Count == 0;

    private bool Bind(IReadOnlyList<(Arg Parameter, Expr? Value)> bound, FunctionDef caller)
    {
        var stored = Nodes<Name>.In(function).Where(n => n.Context != ExprContext.Load).Select(n => n.Id).ToHashSet();
        var used = Nodes<Name>.In(caller).Select(n => n.Id).Concat(caller.Args.All().Select(a => a.Name)).ToHashSet();
        foreach (var (parameter, value) in bound)
        {
            var given = value ?? parameter.Default;
            if (given is null)
                return false;
            string text = file.Text[given.Span];
            if (given is Lambda lambda)
            {
                if (stored.Contains(parameter.Name) || lambda.Args.All().Any(a => a.Default is not null))
                    return false;
                lambdas[parameter.Name] = lambda;
            }
            else if (!stored.Contains(parameter.Name) && IsSame(given))
            {
                names[parameter.Name] = given is UnaryOp or TupleExpr ? $"({text.Trim('(', ')')})" : text;
            }
            else
            {
                names[parameter.Name] = Free(parameter.Name, used);
                if (names[parameter.Name] != text)
                    lines.Add($"{indent}{names[parameter.Name]} = {text}");
            }
        }
        foreach (string local in stored.Where(s => !names.ContainsKey(s)))
            names[local] = Free(local, used);
        return true;
    }

    /// <summary>What can stand wherever the parameter stands: it is the same each time, and calls nothing.</summary>
    private static bool IsSame(Expr value) =>
        value switch
        {
            Name or Constant => true,
            UnaryOp { Operand: Constant } => true,
            TupleExpr tuple => tuple.Elements.Count > 0 && tuple.Elements.All(e => e is Constant),
            Attribute { Value: var of } => IsSame(of),
            Subscript { Value: var of, Index: Constant or Name } => IsSame(of),
            _ => false,
        };

    private string Free(string name, HashSet<string> used)
    {
        string free = name;
        for (int i = 2; used.Contains(free) || !taken.Add(free); i++)
            free = $"{name}_{i}";
        return free;
    }

    private bool Write()
    {
        var text = file.Text;
        string inner = text.IndentationOf(text.LineOf(function.Body[0].Start));
        var statements = function.Body.Where(s => !Blocks.IsDocstring(s)).ToList();
        foreach (var statement in statements[..^1])
        {
            if (Hoisted(statement) is not { } edits)
                return false;
            int first = text.LineOf(statement.Start),
                last = text.LineOf(statement.End);
            var span = TextSpan.FromBounds(text.LineStart(first), text.LineEnd(last));
            string written = Replaced(span, edits);
            foreach (string line in written.Split('\n').Select(l => l.TrimEnd('\r')))
                lines.Add(line.StartsWith(inner, StringComparison.Ordinal) ? indent + line[inner.Length..] : line);
        }
        var value = ((Return)statements[^1]).Value;
        if (value is null || Hoisted(statements[^1]) is not { } changes)
            return false;
        Value = Replaced(value.ParenthesizedSpan, changes);
        bool atom = value is Name or Call or Attribute or Subscript || value.ParenthesizedSpan != value.Span;
        Part = atom ? Value : $"({Value})";
        return true;
    }

    /// <summary>
    /// What changes within a statement. Calls of lambdas become what they compute; their arguments are written before
    /// the statement.
    /// </summary>
    private List<TextEdit>? Hoisted(Stmt statement)
    {
        var edits = new List<TextEdit>();
        var within = new List<TextSpan>();
        foreach (var call in Nodes<Call>.In(statement))
        {
            if (call.Func is not Name { Id: var id } || !lambdas.TryGetValue(id, out var lambda))
                continue;
            var parameters = lambda.Args.All().ToList();
            if (
                parameters.Count != call.Args.Count
                || call.Keywords.Count > 0
                || statement is not (Assign or Return or ExprStmt)
            )
                return null;
            var values = new Dictionary<string, string>();
            for (int i = 0; i < parameters.Count; i++)
            {
                string argument = Replaced(call.Args[i].Span, Renamed(call.Args[i]));
                if (call.Args[i] is not (Name or Constant))
                {
                    string name = UniqueNames.For(file, $"{parameters[i].Name}_given");
                    lines.Add($"{indent}{name} = {argument}");
                    argument = name;
                }
                values[parameters[i].Name] = argument;
            }
            var inside = Nodes<Name>
                .In(lambda.Body)
                .Where(n => values.ContainsKey(n.Id))
                .Select(n => new TextEdit(n.Span, values[n.Id]));
            edits.Add(new TextEdit(call.Span, $"({Replaced(lambda.Body.Span, [.. inside])})"));
            within.Add(call.Span);
        }
        if (Nodes<Name>.In(statement).Any(n => lambdas.ContainsKey(n.Id) && !within.Any(w => w.Contains(n.Start))))
            return null;
        edits.AddRange(Renamed(statement).Where(e => !within.Any(w => w.Contains(e.Span.Start))));
        return edits;
    }

    private List<TextEdit> Renamed(Node node) =>
        [
            .. Nodes<Name>
                .In(node)
                .Where(n => names.TryGetValue(n.Id, out string? other) && other != n.Id)
                .Select(n => new TextEdit(n.Span, names[n.Id])),
        ];

    private string Replaced(TextSpan span, IEnumerable<TextEdit> edits) =>
        SourceText
            .From(file.Text[span])
            .WithEdits(
                edits
                    .Where(e => e.Span.Start >= span.Start && e.Span.End <= span.End)
                    .Select(e => e with { Span = new TextSpan(e.Span.Start - span.Start, e.Span.Length) })
            )
            .Text;
}
