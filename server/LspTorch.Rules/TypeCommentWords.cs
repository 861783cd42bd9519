using System.Diagnostics;
using LspTorch.Semantics;

namespace LspTorch.Rules;

/// <summary>Why the compiler cannot read a type comment and what to write instead, in words.</summary>
internal static class TypeCommentWords
{
    public static string Of(TypeCommentFault fault) =>
        fault switch
        {
            TypeCommentFault.OtherBeginning =>
                "torch.jit reads type comments that begin with '# type:' only, and refuses this one: write it so",
            TypeCommentFault.SeveralComments =>
                "torch.jit takes each '# type:' in a function for a part of its signature, and finds none that "
                    + "is '# type: (...) -> ...': annotate parameters and variables as in 'x: int', without comments",
            TypeCommentFault.NotOnItsLine =>
                "torch.jit takes a '# type:' anywhere in a function for its signature, which must stand on a "
                    + "line of its own: annotate it as in 'x: int'",
            TypeCommentFault.NoParentheses =>
                "a type comment of a function begins with its parameters in parentheses, as in '# type: (int) -> int'",
            TypeCommentFault.UnreadableParameters =>
                "the parameters in this type comment cannot be read: write types with commas between them",
            TypeCommentFault.UnreadableReturn => "the type after '->' cannot be read",
            _ => throw new UnreachableException(),
        };
}
