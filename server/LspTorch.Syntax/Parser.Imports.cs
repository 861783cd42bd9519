using LspTorch.Text;

namespace LspTorch.Syntax;

internal sealed partial class Parser
{
    private Import ParseImport()
    {
        int start = current.Start;
        Advance();
        var aliases = new List<Alias>();
        if (current.Kind != TokenKind.Name)
            Error("Expected one or more names after 'import'");
        while (current.Kind == TokenKind.Name)
        {
            int aliasStart = current.Start;
            var name = ParseDottedName(out var nameSpan);
            var (asName, asSpan) = ParseAsName();
            aliases.Add(Finish(new Alias(name, nameSpan, asName, asSpan), aliasStart));
            if (!Eat(TokenKind.Comma))
                break;
            if (current.Kind != TokenKind.Name)
                Error("invalid syntax");
        }
        if (current.Kind == TokenKind.From)
            Error("Did you mean to use 'from ... import ...' instead?");
        return Finish(new Import(aliases.ToArray()), start);
    }

    private string ParseDottedName(out TextSpan span)
    {
        int start = current.Start;
        string name = NameOf(current);
        Advance();
        while (current.Kind == TokenKind.Dot)
        {
            Advance();
            if (current.Kind != TokenKind.Name)
            {
                Error("invalid syntax");
                name += ".";
                break;
            }
            name = string.Concat(name, ".", NameOf(current));
            Advance();
        }
        span = TextSpan.FromBounds(start, previousEnd);
        return name;
    }

    private (string? Name, TextSpan Span) ParseAsName()
    {
        if (!Eat(TokenKind.As))
            return (null, new TextSpan(previousEnd, 0));
        if (current.Kind != TokenKind.Name)
        {
            Error("invalid syntax");
            return (null, new TextSpan(previousEnd, 0));
        }
        if (PeekKind(1) is TokenKind.Dot or TokenKind.LParen or TokenKind.LBracket)
            Error(
                $"cannot use {(PeekKind(1) == TokenKind.Dot ? "attribute" : PeekKind(1) == TokenKind.LParen ? "function call" : "subscript")} as import target"
            );
        var span = TextSpan.FromBounds(current.Start, current.End);
        string name = NameOf(current);
        Advance();
        return (name, span);
    }

    private ImportFrom ParseImportFrom()
    {
        int start = current.Start,
            level = 0;
        Advance();
        int moduleStart = current.Start;
        while (current.Kind is TokenKind.Dot or TokenKind.Ellipsis)
        {
            level += current.Kind == TokenKind.Dot ? 1 : 3;
            Advance();
        }
        string? module = null;
        if (current.Kind == TokenKind.Name)
            module = ParseDottedName(out _);
        else if (level == 0)
            Error("invalid syntax");
        var moduleSpan = TextSpan.FromBounds(Math.Min(moduleStart, previousEnd), previousEnd);
        var aliases = new List<Alias>();
        if (!Eat(TokenKind.Import))
            Error("invalid syntax");
        else if (current.Kind == TokenKind.Star)
        {
            int starStart = current.Start;
            Advance();
            aliases.Add(
                Finish(
                    new Alias("*", TextSpan.FromBounds(starStart, previousEnd), null, new TextSpan(previousEnd, 0)),
                    starStart
                )
            );
        }
        else
        {
            bool parenthesized = Eat(TokenKind.LParen);
            if (current.Kind != TokenKind.Name)
                Error(
                    parenthesized || current.Kind != TokenKind.Newline
                        ? "invalid syntax"
                        : "Expected one or more names after 'import'"
                );
            while (current.Kind == TokenKind.Name)
            {
                int aliasStart = current.Start;
                var nameSpan = TextSpan.FromBounds(current.Start, current.End);
                string name = NameOf(current);
                Advance();
                var (asName, asSpan) = ParseAsName();
                aliases.Add(Finish(new Alias(name, nameSpan, asName, asSpan), aliasStart));
                if (!Eat(TokenKind.Comma))
                    break;
                if (!parenthesized && current.Kind != TokenKind.Name)
                    Error(
                        current.Kind == TokenKind.Newline
                            ? "trailing comma not allowed without surrounding parentheses"
                            : "invalid syntax"
                    );
            }
            if (parenthesized)
                ExpectCloser(TokenKind.RParen);
        }
        return Finish(new ImportFrom(module, moduleSpan, aliases.ToArray(), level), start);
    }
}
