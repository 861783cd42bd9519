using System.Collections.Concurrent;
using LspTorch.Syntax;

namespace LspTorch.Semantics;

/// <summary>
/// How one file uses attributes by name, whoever the owner is: what may give an instance an attribute from outside its
/// class.
/// </summary>
internal sealed class AttributeUses : SyntaxWalker
{
    private enum Question
    {
        Set,
        Named,
        Changed,
        Called,
    }

    private static readonly HashSet<string> changers = new(StringComparer.Ordinal)
    {
        "append",
        "extend",
        "insert",
        "update",
        "setdefault",
        "add",
        "appendleft",
        "pop",
        "remove",
        "clear",
    };

    private readonly HashSet<string> stored = new(StringComparer.Ordinal),
        changed = new(StringComparer.Ordinal),
        called = new(StringComparer.Ordinal),
        texts = new(StringComparer.Ordinal);
    private readonly HashSet<ClassDef> dynamic = [];

    /// <summary>What was asked, with the answers: what was worked out from them holds as long as they do.</summary>
    private readonly ConcurrentDictionary<(Question Question, string Name), bool> asked = new();
    private readonly ConcurrentDictionary<ClassDef, bool> askedOfClasses = new();
    private ClassDef? within;
    private bool inForward;

    private AttributeUses(Node root) => Visit(root);

    public static AttributeUses Of(SemanticModel model) => new(model.File.Tree.Root);

    /// <summary>
    /// Something is stored to an attribute of this name, or a string says the name, as setattr would.
    /// </summary>
    public bool MayBeSet(string name) => Asked(Question.Set, name);

    /// <summary>A string says the name.</summary>
    public bool IsNamed(string name) => Asked(Question.Named, name);

    /// <summary>
    /// Outside of a method 'forward', what an attribute of this name holds is added to, or handed to someone who may.
    /// </summary>
    public bool IsChanged(string name) => Asked(Question.Changed, name);

    /// <summary>A method of this name is called on something.</summary>
    public bool IsCalled(string name) => Asked(Question.Called, name);

    /// <summary>The class gives its instances attributes whose names are worked out when it runs.</summary>
    public bool IsDynamic(ClassDef type) => askedOfClasses.GetOrAdd(type, dynamic.Contains(type));

    /// <summary>
    /// Whether all that was asked of an earlier version of the file gets the same answers from this one.
    /// </summary>
    public bool AnswersAlike(AttributeUses earlier, BodyEdit edit)
    {
        // Each half-typed name asks anew: now and then all is found afresh, and what nobody asks any more is let go.
        bool alike = earlier.asked.Count < CarriedAnalyses.MaxAsked;
        foreach (var ((question, name), answer) in earlier.asked)
            alike &= Asked(question, name) == answer;
        foreach (var (type, answer) in earlier.askedOfClasses)
            alike &= edit.NewOf(type) is { } now && IsDynamic(now) == answer;
        return alike;
    }

    private bool Asked(Question question, string name) =>
        asked.GetOrAdd((question, name), static (key, uses) => uses.Answer(key.Question, key.Name), this);

    private bool Answer(Question question, string name) =>
        question switch
        {
            Question.Set => stored.Contains(name) || texts.Contains(name),
            Question.Named => texts.Contains(name),
            Question.Changed => changed.Contains(name),
            _ => called.Contains(name),
        };

    public override void Visit(Node node)
    {
        var (outer, outerForward) = (within, inForward);
        switch (node)
        {
            case ClassDef type:
                within = type;
                break;
            case FunctionDef function:
                if (function.Parent is ClassDef)
                    inForward = function.Name == "forward";
                if (function.Name is "__getattr__" or "__getattribute__")
                    MarkDynamic();
                break;
            case Syntax.Attribute attribute:
                if (attribute.Context != ExprContext.Load)
                    stored.Add(attribute.Name);
                else if (
                    !inForward
                    && (
                        attribute.Parent is Assign or Keyword
                        || attribute.Parent is Call to && !ReferenceEquals(to.Func, attribute)
                    )
                )
                    changed.Add(attribute.Name);
                if (
                    attribute.Name
                    is "__dict__"
                        or "__getattr__"
                        or "__setattr__"
                        or "_modules"
                        or "_parameters"
                        or "_buffers"
                )
                    MarkDynamic();
                break;
            case Subscript { Value: Syntax.Attribute { Name: var name } } subscript
                when subscript.Context != ExprContext.Load && !inForward:
                changed.Add(name);
                break;
            case Call call:
                Look(call);
                break;
            case Constant { Kind: ConstantKind.Str, Value: string text } when text.Length < 64:
                texts.Add(text);
                break;
        }
        base.Visit(node);
        (within, inForward) = (outer, outerForward);
    }

    private void Look(Call call)
    {
        switch (call.Func)
        {
            case Name { Id: "setattr" } when call.Args.Count < 2 || call.Args[1] is not Constant:
            case Name { Id: "vars" }:
                MarkDynamic();
                break;
            case Syntax.Attribute method:
                called.Add(method.Name);
                if (changers.Contains(method.Name) && method.Value is Syntax.Attribute { Name: var name } && !inForward)
                    changed.Add(name);
                if (
                    method.Name is "add_module" or "register_module" or "register_buffer" or "register_parameter"
                    && (call.Args.Count == 0 || call.Args[0] is not Constant)
                )
                    MarkDynamic();
                break;
        }
    }

    private void MarkDynamic()
    {
        if (within is { } type)
            dynamic.Add(type);
    }
}
