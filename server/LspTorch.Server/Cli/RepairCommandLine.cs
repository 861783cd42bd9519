using System.CommandLine;
using LspTorch.Server.Probing;
using LspTorch.Server.Repair;

namespace LspTorch.Server.Cli;

/// <summary>`repair` as users type it.</summary>
internal static class RepairCommandLine
{
    public static Command Command(Terminal terminal)
    {
        var script = new Argument<string>("SCRIPT")
        {
            Description = "The Python script that makes and calls the modules.",
        };
        var arguments = new Argument<string[]>("ARG")
        {
            Description = "The script's own arguments, after --.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var classes = Many("--class", "NAME", "Repair this module class (default: the modules that the script calls).");
        var mode = new Option<string>("--mode")
        {
            Description = "The compiler that must accept the modules. Default: script.",
            HelpName = "script|export",
        };
        mode.AcceptOnlyFromAmong("script", "export");
        var write = new Option<bool>("--write") { Description = "Write what was proven to the files." };
        var diff = new Option<bool>("--diff") { Description = "Print only the diff and write nothing." };
        var budget = new Option<double?>("--budget")
        {
            Description = "Seconds for the whole run; the best result until then is kept. Default: 300.",
            HelpName = "SECONDS",
        };
        var roots = Many("--root", "DIR", "Files in this folder may change (default: the script's).");
        var python = new Option<string?>("--python")
        {
            Description = "The interpreter (default: as probe).",
            HelpName = "EXE",
        };
        var format = new Option<string>("--format")
        {
            Description = "How to print the proof. Default: text.",
            HelpName = "text|json",
        };
        format.AcceptOnlyFromAmong("text", "json");
        var verbose = new Option<bool>("--verbose")
        {
            Description = "Say on standard error what each attempt tried and what came of it.",
        };
        var command = new Command(
            "repair",
            "Find the smallest set of fixes with which the modules that a script calls compile and compute the same, "
                + "proven by the real compiler on a copy. Exit status 0: all compile and agree, 1: some do not, "
                + "2: wrong use or nothing could be run."
        )
        {
            script,
            arguments,
            classes,
            mode,
            write,
            diff,
            budget,
            roots,
            python,
            format,
            verbose,
        };
        command.SetAction(
            (parsed, cancel) =>
            {
                if (parsed.GetValue(write) && parsed.GetValue(diff))
                {
                    terminal.Warn("--write and --diff exclude each other");
                    return Task.FromResult(2);
                }
                return RepairCommand.RunAsync(
                    terminal,
                    new ProbeCommand(parsed.GetValue(script))
                    {
                        Arguments = parsed.GetValue(arguments) ?? [],
                        Python = parsed.GetValue(python),
                        Roots = parsed.GetValue(roots) ?? [],
                    },
                    new RepairOptions
                    {
                        Classes = parsed.GetValue(classes) ?? [],
                        Mode = parsed.GetValue(mode) ?? "script",
                        Budget = TimeSpan.FromSeconds(Math.Min(parsed.GetValue(budget) ?? 300, 1e6)),
                    },
                    parsed.GetValue(write) ? RepairOutput.Write
                        : parsed.GetValue(diff) ? RepairOutput.Diff
                        : RepairOutput.Proof,
                    parsed.GetValue(format) ?? "text",
                    parsed.GetValue(verbose),
                    cancel
                );
            }
        );
        return command;
    }

    private static Option<string[]> Many(string name, string value, string description) =>
        new(name)
        {
            Description = description,
            HelpName = value,
            AllowMultipleArgumentsPerToken = false,
        };
}
