using System.Diagnostics;
using AppUpdater.Testing;
using AppUpdater.Tests;

namespace AppUpdater.EndToEndTests.Bootstrapper;

/// <summary>
/// An app of version 1.0 with the launcher in front of it, and a server that has 2.0. The app is a shell script that writes its version and
/// arguments into <c>ran</c>.
/// </summary>
internal sealed class PreRunScene : IAsyncDisposable
{
    internal const int BigFile = 400_000;

    /// <summary>To env: a shell lets what it starts in the background, such as a run of tests, ignore Ctrl+C.</summary>
    internal const string HearsInterrupts = "--default-signal=INT,QUIT";

    private readonly SwapScene _scene = new();
    private readonly TempFolder _served = new();

    /// <param name="options">Of the server.</param>
    /// <param name="newApp">What 2.0 does.</param>
    internal PreRunScene(FtpServerOptions? options = null, string newApp = "exit 22")
    {
        Launcher = Path.Join(_scene.Layout.Root, "launch ñ");
        File.Copy(SwapScene.Bootstrapper, Launcher);
        Install("exit 11");
        File.WriteAllText(Path.Join(_scene.Layout.Root, "version.ini"), VersionFile("1.0"));
        File.WriteAllText(_served["version.ini"], VersionFile("2.0", "minimum = 2.0"));
        File.WriteAllText(_served[SwapScene.Entry], $"#!/bin/sh\necho \"2.0 $*\" >> '{Ran}'\n{newApp}\n");
        File.WriteAllBytes(_served["big"], new byte[BigFile]);
        Server = LoopbackFtpServer.Start(_served.Root, options);
        Configure("");
    }

    internal LoopbackFtpServer Server { get; }

    internal SwapScene Swap => _scene;

    internal string Launcher { get; }

    /// <summary>The versions that ran, in order.</summary>
    internal IEnumerable<string> Versions => _scene.Runs.Select(run => run.Split(' ')[0]);

    private string Ran => Path.Join(_scene.Layout.Root, "ran");

    /// <param name="update">Lines of [update].</param>
    /// <param name="url">Null: the server's.</param>
    internal void Configure(string update, string? url = null) => File.WriteAllText(
        Path.Join(_scene.Layout.Root, "dato.ini"),
        $"[server]\nurl = {url ?? Server.Url.ToString()}\n[install]\napp = test\nrun = {SwapScene.Entry}\n[trust]\nallow_unsigned = true\n"
        + $"[update]\nconfirm_within = 100ms\n{update}\n");

    /// <summary>What 1.0 does.</summary>
    internal void Install(string body) => _scene.Install("1.0", body);

    internal async Task<(int Code, string Error, TimeSpan Time)> RunAsync(params string[] arguments)
    {
        var start = Stopwatch.GetTimestamp();
        var (code, error) = await SwapScene.RunAsync(Launcher, arguments);
        return (code, error, Stopwatch.GetElapsedTime(start));
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _scene.Dispose();
        _served.Dispose();
    }

    private static string VersionFile(string version, string more = "") =>
        $"[version]\nformat = 1\napp = test\nversion = {version}\n{more}\n";
}
