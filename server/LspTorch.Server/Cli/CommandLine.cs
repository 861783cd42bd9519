using System.CommandLine;
using System.CommandLine.Parsing;
using LspTorch.Semantics;
using LspTorch.Server.Probing;
using LspTorch.Server.Stores;
using LspTorch.Server.Workspace;
using LspTorch.TorchScript;

namespace LspTorch.Server.Cli;

/// <summary>The commands as users type them.</summary>
/// <param name="serve">Speaks LSP on standard input and output until the client ends it; gives the exit status.</param>
internal sealed class CommandLine(Terminal terminal, Func<int> serve)
{
    private readonly Option<string?> torch = new("--torch")
    {
        Description =
            "The torch release whose rules apply, such as 1.13 (default: that of the last probe, else "
            + "the project's setting, else the newest that is known).",
        HelpName = "VERSION",
    };

    private readonly Option<string> mode = Choice(
        "--mode",
        "Report what torch.jit.script refuses, what torch.jit.trace gets wrong, or both.",
        "script",
        "trace",
        "both"
    );

    private readonly Option<string[]> entry = new("--entry")
    {
        Description =
            "Check the function or class on this line (1-based), or with this qualified name, as if it "
            + "were passed to torch.jit.script; 'all' for every one.",
        HelpName = "LINE|NAME",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string?> module = new("-m")
    {
        Description = "Run this module, as python -m does, in place of a script.",
        HelpName = "MODULE",
    };

    private readonly Option<string?> launch = new("--launch")
    {
        Description = "Run this configuration of .vscode/launch.json in place of a script.",
        HelpName = "NAME",
    };

    private readonly Argument<string?> script = new("SCRIPT")
    {
        Description =
            "The Python script to run, or a pytest node such as tests/test_model.py::test_forward "
            + "(default: what was run last from this folder).",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<string[]> arguments = new("ARG")
    {
        Description = "The script's own arguments, after --.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> python = new("--python")
    {
        Description = "The interpreter (default: VIRTUAL_ENV, .venv, conda, then PATH, the first with torch).",
        HelpName = "EXE",
    };

    private readonly Option<double?> timeout = new("--timeout")
    {
        Description = "Seconds after which all that runs is stopped; what was recorded until then is kept.",
        HelpName = "S",
    };

    private readonly Option<string[]> roots = Folders(
        "The files of the program lie in this folder (default: the script's)."
    );

    private readonly Option<string?> type = new("--class")
    {
        Description =
            "Make and call this module class of SCRIPT by a program in .vscode/lsptorch that is "
            + "generated once and that you may change; this is the default where nothing in SCRIPT runs.",
        HelpName = "NAME",
    };

    public int Run(string[] args)
    {
        var root = new RootCommand(
            "Types, TorchScript problems and fixes for PyTorch code, static and observed at run time."
        )
        {
            Lsp(),
            Check(),
            Fix(),
            Types(),
            Probe(),
            Merge(),
            Verdict(),
            RepairCommandLine.Command(terminal),
        };
        var parsed = root.Parse(args);
        if (UnknownOption(parsed) is { } unknown)
        {
            terminal.Warn(unknown);
            return 2;
        }
        if (parsed.Errors.Count > 0)
        {
            string help =
                parsed.CommandResult.Command is RootCommand
                    ? "lsptorch --help"
                    : $"lsptorch {parsed.CommandResult.Command.Name} --help";
            // "Unrecognized ..." names what was typed, which says more than "a command is missing".
            var error =
                parsed.Errors.FirstOrDefault(e => e.Message.StartsWith("Unrecognized", StringComparison.Ordinal))
                ?? parsed.Errors[0];
            terminal.Warn($"{OneLine(error.Message, parsed.CommandResult.Command)} (see {help})");
            return 2;
        }
        return parsed.Invoke(
            new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Output,
                EnableDefaultExceptionHandler = false,
            }
        );
    }

    private Command Lsp()
    {
        // Run by Program before this is reached; here only so that --help tells of it.
        var command = new Command(
            "lsp",
            "Speak the Language Server Protocol on stdin and stdout (also: lsptorch --stdio)."
        );
        command.SetAction(_ => serve());
        return command;
    }

    private Command Check()
    {
        var paths = Paths();
        var format = Choice("--format", "How to print the findings.", "text", "json", "sarif", "github");
        var command = new Command(
            "check",
            "Report what TorchScript refuses or gets wrong. Exit status 0: nothing to report, 1: findings, 2: "
                + "wrong use or unreadable input."
        )
        {
            paths,
            format,
            torch,
            mode,
            entry,
        };
        command.SetAction(
            (parsed, cancel) =>
                Task.FromResult(
                    Common(parsed) is not { } common
                        ? 2
                        : CheckCommand.Run(
                            terminal,
                            parsed.GetValue(paths) ?? [],
                            parsed.GetValue(format) ?? "text",
                            common,
                            cancel
                        )
                )
        );
        return command;
    }

    private Command Fix()
    {
        var paths = Paths();
        var suggested = new Option<bool>("--suggested")
        {
            Description =
                "Apply suggested fixes too: review the result before you keep it. Fixes that change "
                + "behaviour are never applied.",
        };
        var diff = new Option<bool>("--diff")
        {
            Description = "Print what would change as a unified diff and write nothing.",
        };
        var select = new Option<string?>("--select")
        {
            Description = "Fix only what these rules find.",
            HelpName = "RULE,...",
        };
        var command = new Command(
            "fix",
            "Apply safe fixes until nothing changes. Exit status 0: done, 2: wrong use, or a file that cannot "
                + "be read or written."
        )
        {
            paths,
            suggested,
            diff,
            select,
            torch,
            mode,
            entry,
        };
        command.SetAction(
            (parsed, cancel) =>
                Common(parsed) is not { } common
                    ? Task.FromResult(2)
                    : FixCommand.RunAsync(
                        terminal,
                        parsed.GetValue(paths) ?? [],
                        parsed.GetValue(suggested),
                        parsed.GetValue(diff),
                        parsed
                            .GetValue(select)
                            ?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                            .ToHashSet(),
                        common,
                        cancel
                    )
        );
        return command;
    }

    private Command Types()
    {
        var file = new Argument<string>("FILE") { Description = "The Python file to show." };
        var format = Choice("--format", "How to print the places.", "text", "json");
        var command = new Command("types", "Print every place whose type is known: declared, inferred or observed.")
        {
            file,
            format,
            torch,
            entry,
        };
        command.SetAction(
            (parsed, cancel) =>
                Task.FromResult(
                    Common(parsed) is not { } common
                        ? 2
                        : TypesCommand.Run(
                            terminal,
                            parsed.GetValue(file) ?? "",
                            parsed.GetValue(format) ?? "text",
                            common,
                            cancel
                        )
                )
        );
        return command;
    }

    private Command Probe()
    {
        var keep = new Option<string?>("--out")
        {
            Description = "Keep the trace in this file (default: in the user's cache).",
            HelpName = "FILE",
        };
        var forget = new Option<bool>("--forget")
        {
            Description =
                "Run nothing: forget what was seen, and the verdicts, in SCRIPT, a file or folder (default: "
                + "the working directory).",
        };
        var command = new Command(
            "probe",
            "Run a script under the recorder, keep the types that were seen, print a summary. Exit status 0: "
                + "it ran to its end, 1: it failed (where and on what is printed), 2: wrong use or nothing could be run."
        )
        {
            script,
            arguments,
            module,
            launch,
            type,
            python,
            timeout,
            roots,
            keep,
            forget,
        };
        command.SetAction(
            (parsed, cancel) =>
                parsed.GetValue(forget) ? Task.FromResult(ForgetCommand.Run(terminal, parsed.GetValue(script)))
                : Asked(parsed) is not { } asked ? Task.FromResult(2)
                : (asked with { Out = parsed.GetValue(keep) }).RunAsync(
                    terminal.Output,
                    Console.Error,
                    new FailureReport(terminal).Write,
                    cancel
                )
        );
        return command;
    }

    private Command Merge()
    {
        var traces = new Argument<string[]>("TRACE")
        {
            Description = "Files that recorder.py wrote, or folders of them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var elsewhere = Folders(
            "Look here for files that lay elsewhere when they ran (default: the working directory)."
        );
        var command = new Command(
            "merge",
            "Keep the types that recorder.py saw in other processes or on other machines. Exit status 0: done, "
                + "2: wrong use, or a trace that cannot be read."
        )
        {
            traces,
            elsewhere,
        };
        command.SetAction(
            (parsed, cancel) =>
                Task.FromResult(
                    new MergeCommand(parsed.GetValue(traces) ?? []) { Roots = parsed.GetValue(elsewhere) ?? [] }.Run(
                        new TraceStore(),
                        terminal.Output,
                        Console.Error,
                        cancel
                    )
                )
        );
        return command;
    }

    private Command Verdict()
    {
        var format = Choice("--format", "How to print the verdicts.", "text", "json", "html");
        var differences = new Option<bool>("--differences")
        {
            Description =
                "Print only where lsptorch check and torch.jit.script differ. Exit status 0: nowhere, 1: somewhere.",
        };
        var command = new Command(
            "verdict",
            "Run a script, then ask torch.jit.script, torch.jit.trace, torch.export and libtorch about every "
                + "module class. Exit status 0: every module can leave Python, 1: some cannot, 2: wrong use or "
                + "nothing could be run."
        )
        {
            script,
            arguments,
            module,
            launch,
            type,
            python,
            timeout,
            roots,
            format,
            differences,
        };
        command.SetAction(
            (parsed, cancel) =>
                Asked(parsed) is not { } asked
                    ? Task.FromResult(2)
                    : VerdictCommand.RunAsync(
                        terminal,
                        asked,
                        parsed.GetValue(format) ?? "text",
                        parsed.GetValue(differences),
                        cancel
                    )
        );
        return command;
    }

    /// <summary>What to run, with its arguments; null, with a complaint made, where several things are named.</summary>
    private ProbeCommand? Asked(ParseResult parsed)
    {
        string? named = parsed.GetValue(script),
            asModule = parsed.GetValue(module),
            configuration = parsed.GetValue(launch),
            called = parsed.GetValue(type);
        IReadOnlyList<string> given = parsed.GetValue(arguments) ?? [];
        if (asModule is not null || configuration is not null)
        {
            if (asModule is not null && configuration is not null || called is not null)
            {
                terminal.Warn("-m, --launch and --class name different things to run: give one of them");
                return null;
            }
            // What follows -- is the program's, also where no script comes before it.
            if (named is not null)
                given = [named, .. given];
            named = (
                asModule is not null ? new Entry.Module(asModule) : (Entry)new Entry.Launch(configuration ?? "")
            ).ToString();
        }
        return new ProbeCommand(named)
        {
            Class = called,
            Arguments = given,
            Python = parsed.GetValue(python),
            TimeoutSeconds = parsed.GetValue(timeout),
            Roots = parsed.GetValue(roots) ?? [],
        };
    }

    /// <summary>What begins with two dashes is no file, though it stands where one may; null where there is none.</summary>
    private static string? UnknownOption(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        string? given = parsed
            .Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash)
            .FirstOrDefault(t => t is { Type: TokenType.Argument, Value: ['-', '-', _, ..] })
            ?.Value;
        if (given is null)
            return null;
        string name = given.Split('=')[0];
        var known = command.Options.Where(o => !o.Hidden).SelectMany(o => o.Aliases.Prepend(o.Name));
        return $"{command.Name} has no option {name}{NearestName.Suggestion(name, known)}";
    }

    /// <summary>
    /// What the parser says, without its line breaks, and with what may have been meant: "Argument 'scrpt' not
    /// recognized. Must be one of: 'script', 'trace'".
    /// </summary>
    private static string OneLine(string message, Command command)
    {
        string[] parts = message.Split(['\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries);
        string line = parts.Length > 1 ? $"{parts[0]} {string.Join(", ", parts[1..])}" : message;
        if (message.Split('\'') is not [_, var given, ..])
            return line;
        var known =
            parts.Length > 1 ? parts[1..].Select(p => p.Trim('\''))
            : command is RootCommand ? command.Subcommands.Select(c => c.Name)
            : [];
        return NearestName.Suggestion(given, known) is { Length: > 0 } meant ? line.TrimEnd('.') + meant : line;
    }

    private CommonOptions? Common(ParseResult parsed)
    {
        TorchVersion? version = null;
        if (parsed.GetValue(torch) is { } text)
        {
            if (!TorchVersion.TryParse(text, out var known))
            {
                terminal.Warn($"--torch {text}: not a torch version such as 1.13");
                return null;
            }
            if (known > TorchVersion.Newest)
                terminal.Warn(
                    $"--torch {text}: the newest release that is known is {TorchVersion.Newest}, whose rules are applied"
                );
            version = known;
        }
        CheckMode? chosen = parsed.GetResult(mode) is null
            ? null
            : parsed.GetValue(mode) switch
            {
                "trace" => CheckMode.Trace,
                "both" => CheckMode.Both,
                "script" => CheckMode.Script,
                _ => null,
            };
        return new CommonOptions(version, chosen, [.. (parsed.GetValue(entry) ?? []).Select(SettingsReader.Entry)]);
    }

    private static Option<string[]> Folders(string description) =>
        new("--root")
        {
            Description = description,
            HelpName = "DIR",
            AllowMultipleArgumentsPerToken = false,
        };

    private static Argument<string[]> Paths() =>
        new("PATH") { Description = "Python files, or folders to search for *.py.", Arity = ArgumentArity.OneOrMore };

    private static Option<string> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string>(name)
        {
            Description = $"{description} Default: {values[0]}.",
            HelpName = string.Join('|', values),
        };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
