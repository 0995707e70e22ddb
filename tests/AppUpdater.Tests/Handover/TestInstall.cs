using System.IO.Abstractions;
using System.Text;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Locks;
using AppUpdater.Core.Swap;
using AppUpdater.Planning;
using AppUpdater.Settings;
using AppUpdater.Staging;
using AppUpdater.Tests.Staging;
using AppUpdater.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Tests.Handover;

/// <summary>An install in a temporary folder, a server in memory, and the kernel in place of the bootstrapper's process.</summary>
internal sealed class TestInstall : IDisposable
{
    internal const string App = "com.example.app";
    private readonly TempFolder _folder = new();

    internal TestInstall()
    {
        Root = Directory.CreateDirectory(_folder["install"]).FullName;
        Bootstrapper = _folder.Write("tools/bootstrapper", "#!/bin/sh\nexit 0\n");
    }

    internal string Root { get; }
    internal string Bootstrapper { get; set; }
    internal ScriptedSource Server { get; } = new();
    internal IDurableFiles Files { get; set; } = DurableFiles.ForThisSystem();
    internal PolicySettings Policy { get; set; } = new() { ConfirmWithin = TimeSpan.FromSeconds(1) };
    internal InstallLayout Layout => new(Root);
    internal List<UpdateProgress> Progress { get; } = [];

    internal string? HeldBack { get; set; }

    internal UpdateManager Open() => new(
        new InstallEnvironment(Settings(), Layout, new FileSystem(), Files, TimeProvider.System, NullLogger.Instance) { HeldBack = HeldBack },
        new UpdateOptions { Bootstrapper = Bootstrapper }, new RemoteChoice([() => Server], TimeProvider.System, NullLogger.Instance));

    /// <summary>Publishes a release: version.ini and these files, nothing else.</summary>
    internal TestInstall Publish(string version, params (string Path, string Content)[] files)
    {
        Server.Clear();
        var number = Version.Parse(version);
        foreach (var (path, content) in files)
            Server.Put(path, Encoding.UTF8.GetBytes(content), ScriptedSource.Time.AddDays(number.Minor).AddSeconds(content.Length));
        Server.Put("version.ini", VersionIni(version));
        return this;
    }

    internal static byte[] VersionIni(string version) => Encoding.UTF8.GetBytes($"[version]\nformat = 1\napp = {App}\nversion = {version}\n");

    internal void Write(string path, string content)
    {
        var full = Path.Join(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }

    internal string Read(string path) => File.ReadAllText(Path.Join(Root, path));

    internal bool Has(string path) => File.Exists(Path.Join(Root, path));

    /// <summary>Checks, stages and swaps; the new version is confirmed at once.</summary>
    internal async Task<AppUpdater.Handover.StagedUpdate> UpdateAsync(CheckOptions? options = null)
    {
        await using var updater = Open();
        var plan = await updater.CheckAsync(options ?? new CheckOptions()) ?? throw new InvalidOperationException("There is no update.");
        var staged = await updater.StageAsync(plan, new Reports(Progress));
        Swap();
        return staged;
    }

    internal void Swap()
    {
        var runner = new SwapRunner(Files, Layout, TimeProvider.System);
        using var alone = RunningMark.TryHoldAlone(Layout) ?? throw new InvalidOperationException("Somebody runs.");
        var report = runner.Apply(new SwapStore(Files, Layout).Find()!);
        Assert.Equal((SwapState.Committed, null), (report.State, report.Reason));
        runner.Confirm(new SwapStore(Files, Layout).Find()!);
    }

    /// <summary>All files of the install but the updater's own, with their contents.</summary>
    internal Dictionary<string, string> Tree() => Directory.GetFiles(Root, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
        .Where(path => !path.StartsWith(".appupdater", StringComparison.Ordinal))
        .ToDictionary(path => path, Read);

    public void Dispose()
    {
        Server.Dispose();
        _folder.Dispose();
    }

    private UpdateSettings Settings() => new()
    {
        File = Path.Join(Root, "dato.ini"),
        Server = new ServerSettings { Url = "ftp://server.example/app" },
        Install = new InstallSettings { App = App, Directory = Root, Run = RelativePath.Parse("app") },
        Trust = new TrustSettings { AllowUnsigned = true },
        Update = Policy,
        Warnings = [],
        Reserved = [RelativePath.Parse("dato.ini")],
    };

    private sealed class Reports(List<UpdateProgress> into) : IProgress<UpdateProgress>
    {
        public void Report(UpdateProgress value) => into.Add(value);
    }
}
