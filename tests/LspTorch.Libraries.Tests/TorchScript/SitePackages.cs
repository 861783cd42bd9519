using System.Collections.Concurrent;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Libraries.Tests.TorchScript;

/// <summary>Finds modules in a folder of packages as Python would.</summary>
internal sealed class SitePackages(string root, AnalysisOptions options) : IModuleSource
{
    private readonly ConcurrentDictionary<string, FileSnapshot?> files = new();

    public FileSnapshot? Find(string dottedName, int level, string fromPath)
    {
        string folder = root;
        if (level > 0)
        {
            folder = Path.GetDirectoryName(fromPath) ?? root;
            for (int i = 1; i < level; i++)
                folder = Path.GetDirectoryName(folder) ?? root;
        }
        string path = dottedName.Length == 0 ? folder : Path.Combine([folder, .. dottedName.Split('.')]);
        return Open(path + ".py") ?? Open(Path.Combine(path, "__init__.py"));
    }

    public FileSnapshot? Open(string path) =>
        files.GetOrAdd(
            path,
            p =>
                File.Exists(p)
                    ? new FileSnapshot(
                        p,
                        SyntaxTree.Parse(SourceText.From(File.ReadAllText(p))),
                        options,
                        FileObservations.Empty,
                        this
                    )
                    : null
        );
}
