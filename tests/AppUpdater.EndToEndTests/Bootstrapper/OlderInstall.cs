using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Handover;
using AppUpdater.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.EndToEndTests.Bootstrapper;

/// <summary>
/// An install with a pending swap, file by file as the first version that had a swap left it on disk (<c>Bootstrapper/OlderSwap</c>; only its
/// bootstrapper is a stand-in, which git need not carry). Its app is a script that writes its version into <c>ran</c>.
/// </summary>
internal sealed class OlderInstall : IDisposable
{
    private const UnixFileMode Everybodys = (UnixFileMode)0x1ED; // rwxr-xr-x

    private readonly TempFolder _temp = new();

    internal OlderInstall()
    {
        var fixture = Path.Join(AppContext.BaseDirectory, "Bootstrapper", "OlderSwap");
        foreach (var file in Directory.GetFiles(fixture, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }))
        {
            var copy = Path.Join(Root, Path.GetRelativePath(fixture, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        Directory.CreateDirectory(Path.Join(Swap, "old"));
        if (OperatingSystem.IsWindows())
            return;
        foreach (var program in new[] { Path.Join(Root, "app"), Path.Join(Swap, "new", "3"), Path.Join(Swap, "bootstrapper") })
            File.SetUnixFileMode(program, Everybodys);
    }

    internal string Root => _temp["install"];

    internal string Swap => Path.Join(Root, ".appupdater", "swap", "s1");

    internal SwapOutcome? Outcome => new OutcomeFile(new InstallLayout(Root), DurableFiles.ForThisSystem(), NullLogger.Instance).Read();

    internal static BootstrapperCommand Command(string root, BootstrapperVerb verb) => new()
    {
        Verb = verb, Install = root, Swap = verb == BootstrapperVerb.Apply ? "s1" : null, Relaunch = true, WorkingDirectory = root,
    };

    /// <summary>All of the new version, and the user's file.</summary>
    internal void AssertUpdated()
    {
        Assert.Equal(["2.0"], File.ReadAllLines(Path.Join(Root, "ran")));
        Assert.Equal(("a 2\n", "n 2\n", "the user's own\n"), (Text("lib/a"), Text("more/deep/n"), Text("notes")));
        Assert.False(Directory.Exists(Path.Join(Root, "gone")));
        Assert.Equal((SwapResult.Confirmed, "1.0", "2.0"), (Outcome?.Result, Outcome?.From, Outcome?.To));
        Assert.False(Directory.Exists(Swap), "The swap was not cleared away.");
    }

    public void Dispose() => _temp.Dispose();

    private string Text(string path) => File.ReadAllText(Path.Join(Root, path));
}
