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
        var mode = Choice("--mode", "The compiler that must accept the modules. Default: script.", "script", "export");
        var write = Flag("--write", "Write what was proven to the files.");
        var diff = Flag("--diff", "Print only the diff and write nothing.");
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
        var format = Choice("--format", "How to print the proof. Default: text.", "text", "json");
        var verbose = Flag("--verbose", "Say on standard error what each attempt tried and what came of it.");
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
                var program = new ProbeCommand(parsed.GetValue(script))
                {
                    Arguments = parsed.GetValue(arguments) ?? [],
                    Python = parsed.GetValue(python),
                    Roots = parsed.GetValue(roots) ?? [],
                };
                var options = new RepairOptions
                {
                    Classes = parsed.GetValue(classes) ?? [],
                    Mode = parsed.GetValue(mode) ?? "script",
                    Budget = TimeSpan.FromSeconds(Math.Min(parsed.GetValue(budget) ?? 300, 1e6)),
                };
                return RepairCommand.RunAsync(
                    terminal,
                    program,
                    options,
                    OutputOf(parsed.GetValue(write), parsed.GetValue(diff)),
                    parsed.GetValue(format) ?? "text",
                    parsed.GetValue(verbose),
                    cancel
                );
            }
        );
        return command;
    }

    private static RepairOutput OutputOf(bool write, bool diff) =>
        write ? RepairOutput.Write
        : diff ? RepairOutput.Diff
        : RepairOutput.Proof;

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    private static Option<string> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, HelpName = string.Join('|', values) };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    private static Option<string[]> Many(string name, string value, string description) =>
        new(name)
        {
            Description = description,
            HelpName = value,
            AllowMultipleArgumentsPerToken = false,
        };
}
