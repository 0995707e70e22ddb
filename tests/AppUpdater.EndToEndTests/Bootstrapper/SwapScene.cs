using System.Diagnostics;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using AppUpdater.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.EndToEndTests.Bootstrapper;

/// <summary>
/// An install whose app is a shell script, a swap to another script, and the published bootstrapper. The app writes what it was given
/// into <c>ran</c>: version, arguments, folder.
/// </summary>
internal sealed class SwapScene : IDisposable
{
    internal const string Entry = "my app";
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(30);

    private const UnixFileMode Everybodys =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly TempFolder _temp = new();

    internal SwapScene(string? install = null)
    {
        Layout = new InstallLayout(install ?? _temp["install ñ"]);
        Directory.CreateDirectory(Layout.Own);
        Directory.CreateDirectory(Elsewhere);
        Install("1.0", "exit 0");
        Files = DurableFiles.ForThisSystem();
        Store = new SwapStore(Files, Layout);
    }

    internal InstallLayout Layout { get; }

    internal IDurableFiles Files { get; }

    internal SwapStore Store { get; }

    internal string Elsewhere => _temp["elsewhere"];

    internal string App => Path.Join(Layout.Root, Entry);

    internal SwapOutcome? Outcome => new OutcomeFile(Layout, Files, NullLogger.Instance).Read();

    /// <summary>What the app's runs wrote, one line each.</summary>
    internal string[] Runs => File.Exists(Path.Join(Layout.Root, "ran")) ? File.ReadAllLines(Path.Join(Layout.Root, "ran")) : [];

    internal string Log => File.ReadAllText(Layout.Log);

    /// <summary>The single file that a build of the bootstrapper publishes, put beside these tests as beside an app.</summary>
    internal static string Bootstrapper => Path.Join(AppContext.BaseDirectory, "AppUpdater.Bootstrapper");

    internal void Install(string version, string body) => WriteScript(App, version, body);

    /// <summary>Prepares a swap that replaces the app by a script and adds a file.</summary>
    internal FoundSwap Prepare(
        string body, ConfirmMode confirm = ConfirmMode.Alive, double seconds = 20, bool hasEntry = true, bool isRollback = false,
        string interpreter = "/bin/sh", bool isExecutable = true)
    {
        var staged = Path.Join(Layout.Staging, "app");
        Directory.CreateDirectory(Layout.Staging);
        WriteScript(staged, "2.0", body, interpreter);
        var added = Path.Join(Layout.Staging, "added");
        File.WriteAllText(added, "new in 2.0");
        var entry = RelativePath.Parse(Entry);
        var mode = OperatingSystem.IsWindows() ? (UnixFileMode?)null : isExecutable ? File.GetUnixFileMode(staged) : UnixFileMode.UserRead;
        return Store.Prepare(new SwapRequest(
            SampleSwap.Header with
            {
                App = "test",
                Release = "release-2",
                Entry = hasEntry ? entry : null,
                Confirm = confirm,
                ConfirmWithin = TimeSpan.FromSeconds(seconds),
                IsRollback = isRollback,
            },
            [
                new FileToPlace(entry, staged, HashOf(staged), HashOf(App), mode, Modified: null),
                new FileToPlace(RelativePath.Parse("added"), added, HashOf(added), OldHash: null, Mode: null, Modified: null),
            ],
            [],
            [],
            Bootstrapper));
    }

    internal BootstrapperCommand Apply => new()
    {
        Verb = BootstrapperVerb.Apply,
        Install = Layout.Root,
        Swap = "s1",
        Relaunch = true,
        WorkingDirectory = Elsewhere,
        Arguments = ["--name", "two words"],
    };

    /// <summary>Lets other users run the app, which writes its runs down; of the install they can write nothing else.</summary>
    internal void OpenToAll()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(_temp.Root, Everybodys);
        var runs = Path.Join(Layout.Root, "ran");
        File.WriteAllText(runs, "");
        File.SetUnixFileMode(runs, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite);
    }

    internal static Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    internal static async Task<(int Code, string Error)> RunAsync(string program, IEnumerable<string> arguments)
    {
        using var process = Start(program, arguments);
        return await EndOfAsync(process);
    }

    internal static async Task<(int Code, string Error)> EndOfAsync(Process process)
    {
        using var limit = new CancellationTokenSource(AtMost);
        var error = await process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, error);
    }

    internal static Task<(int Code, string Error)> RunAsync(FoundSwap swap, BootstrapperCommand command) =>
        RunAsync(swap.Bootstrapper, command.ToArguments());

    internal static async Task UntilAsync(Func<bool> done) =>
        Assert.True(await Polling.UntilAsync(done, AtMost, TimeProvider.System, CancellationToken.None), "It did not come to that in time.");

    internal string Line(string version) => $"{version} --name two words {Elsewhere}";

    /// <summary>Apps that a test left running end; a bootstrapper that still clears up is waited for.</summary>
    public void Dispose()
    {
        _temp.EndThoseIn("elsewhere");
        _temp.Dispose();
    }

    private void WriteScript(string path, string version, string body, string interpreter = "/bin/sh")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"#!{interpreter}\necho \"{version} $* $PWD\" >> '{Path.Join(Layout.Root, "ran")}'\n{body}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, Everybodys);
    }

    private static ContentHash HashOf(string path) => ContentHash.Of(File.ReadAllBytes(path));
}
