using LspTorch.Compilation;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// What keeps a piece of code from being moved into an ignored function, found in one walk. Inside an ignored method
/// that compiled code
/// calls, <c>self</c> is the scripted module: it has the attributes the compiler kept and the methods it compiled, and
/// its submodules
/// cannot be called from there.
/// </summary>
internal sealed class MoveLimits(FileSnapshot file, string? self, CompiledFunction? compiled)
{
    private readonly SemanticModel model = file.Model;
    private readonly string? self = self;
    private readonly CompiledFunction? compiled = compiled;
    private readonly Lazy<CompiledCode> code = new(() => CompiledCode.Of(file));
    private static readonly HashSet<string> ContainerMutators =
    [
        "append",
        "extend",
        "insert",
        "pop",
        "remove",
        "clear",
        "sort",
        "reverse",
        "update",
        "setdefault",
        "popitem",
    ];

    public bool HasReturn { get; private set; }

    /// <summary>All that is moved: what is called from there alone is not compiled any more.</summary>
    public TextSpan Moved { get; init; }

    /// <summary>Names whose value the piece changes in place, other than by assigning the name.</summary>
    public HashSet<string> Mutated { get; } = [];

    /// <summary>Why this statement or expression cannot be moved; null when it can.</summary>
    public string? Of(Node piece)
    {
        var walker = new Walker(this);
        walker.Visit(piece);
        return walker.Reason;
    }

    public static bool AlwaysReturns(NodeList<Stmt> statements) =>
        statements.Count > 0
        && statements[^1] switch
        {
            Return or Raise => true,
            If i => AlwaysReturns(i.Body) && AlwaysReturns(i.OrElse),
            With w => AlwaysReturns(w.Body),
            Try { FinalBody.Count: > 0 } t when AlwaysReturns(t.FinalBody) => true,
            Try t => (AlwaysReturns(t.Body) || AlwaysReturns(t.OrElse)) && t.Handlers.All(h => AlwaysReturns(h.Body)),
            _ => false,
        };

    /// <summary>Whether it is compiled for itself, or compiled code that stays calls it.</summary>
    private bool StaysCompiled(CompiledFunction method) =>
        method.Reason.Caller is null
        || code.Value.CallsTo(method.Function)
            .Any(call => !Moved.Contains(call.Span) && !method.Function.Span.Contains(call.Span));

    private sealed class Walker(MoveLimits limits) : SyntaxWalker
    {
        private int loops;
        private int scopes;

        public string? Reason { get; private set; }

        public override void Visit(Node node)
        {
            if (Reason is not null)
                return;
            Reason = node switch
            {
                Return when scopes == 0 => Found(() => limits.HasReturn = true),
                Break or Continue when loops == 0 => "it breaks out of, or continues, a loop around it",
                Yield or YieldFrom or Await => "a generator or coroutine cannot be split",
                Global or Nonlocal => "it rebinds a name of another scope",
                Delete { Targets: var targets } when scopes == 0 && targets.Any(t => t is Name) =>
                    "it deletes a variable",
                Name { Id: "super" } => "'super()' does not work on the scripted module that an ignored method gets",
                Attribute a when IsSelf(a.Value) => OfSelf(a),
                Call { Func: Name f } when IsSelf(f) =>
                    "calling the module itself does not work from an ignored method",
                Call { Func: Attribute { Value: Attribute { Value: var owner } changed } method }
                    when IsSelf(owner)
                        && ContainerMutators.Contains(method.Name)
                        && limits.model.TypeOf(changed) != TorchType.Tensor =>
                    $"it changes 'self.{changed.Name}', of which an ignored method gets a copy",
                Subscript
                {
                    Context: ExprContext.Store or ExprContext.Del,
                    Value: Attribute { Value: var owner } changed
                } when IsSelf(owner) && limits.model.TypeOf(changed) != TorchType.Tensor =>
                    $"it changes 'self.{changed.Name}', of which an ignored method gets a copy",
                _ => null,
            };
            if (Reason is not null)
                return;
            NoteMutation(node);
            bool loop = node is For or While;
            bool scope = node is FunctionDef or ClassDef or Lambda;
            if (loop)
                loops++;
            if (scope)
                scopes++;
            base.Visit(node);
            if (loop)
                loops--;
            if (scope)
                scopes--;
        }

        private static string? Found(Action note)
        {
            note();
            return null;
        }

        private bool IsSelf(Expr expression) => expression is Name name && name.Id == limits.self;

        private string? OfSelf(Attribute attribute)
        {
            var type = limits.model.TypeOf(attribute);
            if (type is ModuleType or ModuleContainerType)
                return
                    attribute.Parent is Call call && ReferenceEquals(call.Func, attribute)
                    || type is ModuleContainerType
                    || attribute.Parent is Attribute
                    ? $"it uses the submodule '{attribute.Name}', which cannot be called from an ignored method"
                    : null;
            if (attribute.Parent is Call called && ReferenceEquals(called.Func, attribute))
                return OfMethod(attribute.Name);
            if (attribute.Name == "training" || type.IsWritable)
                return null;
            if (attribute.Context == ExprContext.Store)
                return $"it assigns '{attribute.Name}', whose type is not known";
            return $"it reads 'self.{attribute.Name}', which the scripted module may not have";
        }

        /// <summary>
        /// A method that compiled code calls exists on the scripted module; any other does not, unless it is compiled
        /// for itself.
        /// </summary>
        private string? OfMethod(string name)
        {
            bool known =
                limits.compiled?.Class is { } owner
                && limits.model.CompiledFunctions.Any(c =>
                    ReferenceEquals(c.Class, owner)
                    && c.Function.Name == name
                    && !ReferenceEquals(c.Function, limits.compiled.Function)
                    && limits.StaysCompiled(c)
                );
            return known ? null : $"it calls '{name}', which the scripted module does not have";
        }

        private void NoteMutation(Node node)
        {
            var changed = node switch
            {
                Subscript { Context: ExprContext.Store or ExprContext.Del, Value: Name name } => name,
                AugAssign { Target: Name name } => name,
                Call { Func: Attribute { Value: Name name } method } when ContainerMutators.Contains(method.Name) =>
                    name,
                _ => null,
            };
            if (changed is not null)
                limits.Mutated.Add(changed.Id);
        }
    }
}
