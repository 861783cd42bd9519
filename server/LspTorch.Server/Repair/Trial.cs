using System.Collections.Immutable;
using LspTorch.Text;

namespace LspTorch.Server.Repair;

/// <summary>A set of fixes that was tried, and what came of it.</summary>
internal sealed record Trial(RepairedTexts Code, JudgeAnswer Answer)
{
    public ImmutableArray<FixUnit> Units => Code.Units;

    /// <summary>
    /// How eager mode is not as before, in words; null where it is as before. Differences that the program shows by
    /// itself from run to run are none.
    /// </summary>
    public string? EagerChange(IReadOnlySet<string> unstable)
    {
        if (Answer.Problem is not null)
            return Answer.Problem;
        var differences = Answer.Differences.Where(d => !unstable.Contains(d.Key)).ToList();
        return differences.Count == 0 ? null
            : Answer.Ended is { } ended ? $"the program then fails: {ended.Message}"
            : differences[0].Value;
    }

    public int GoodModules => Answer.Modules.Count(m => m.Good);

    /// <summary>Modules that compile and compute the same, though some cannot be saved.</summary>
    public int EqualModules => Answer.Modules.Count(m => m is { Refused: null, Difference: null });

    /// <summary>Modules that compile and compute something else.</summary>
    public int WrongModules => Answer.Modules.Count(m => m is { Refused: null, Difference: not null });

    public int CompiledModules => Answer.Modules.Count(m => m.Refused is null);

    /// <summary>Of each module what is wrong, with the line at which it is said; null where nothing is.</summary>
    public IEnumerable<string?> Messages() =>
        Answer.Modules.Select(m =>
            m.Problem is { } problem
                ? problem.Place is { } place && Code.Texts.TryGetValue(place.Path, out var text)
                    ? $"{problem.Message}\n{LineOf(text, place.StartLine)}"
                    : problem.Message
                : null
        );

    private static string LineOf(SourceText text, int line) =>
        line < text.LineCount ? text[TextSpan.FromBounds(text.LineStart(line), text.LineEnd(line))].Trim() : "";

    public bool AllGood => Answer.Problem is null && Answer.Modules.Count > 0 && Answer.Modules.All(m => m.Good);
}
