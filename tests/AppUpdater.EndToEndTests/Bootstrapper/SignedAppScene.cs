using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using AppUpdater.Settings;
using AppUpdater.Testing;
using AppUpdater.Tests;
using AppUpdater.Tests.Releases;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.EndToEndTests.Bootstrapper;

/// <summary>
/// An app of version 1.0.0 that came from a signed release, the published launcher in front of it, and the server with what is published
/// next. The app is a shell script that writes its version into <c>ran</c>; 1.0.0 ends with 11, what comes after it with 0.
/// </summary>
internal sealed class SignedAppScene : IAsyncDisposable
{
    internal const string Entry = "my app";
    internal const string Library = "lib/core";

    private readonly TempFolder _temp = new();

    private SignedAppScene()
    {
        Publisher = new TestPublisher(_temp["server"]);
        Server = LoopbackFtpServer.Start(_temp["server"]);
        Directory.CreateDirectory(Layout.Root);
        Publisher.WritePublicKey(_temp["install/publisher.pub"]);
        File.Copy(SwapScene.Bootstrapper, Launcher);
    }

    internal TestPublisher Publisher { get; }

    internal LoopbackFtpServer Server { get; }

    internal InstallLayout Layout => new(_temp["install"]);

    internal IDurableFiles Files { get; } = DurableFiles.ForThisSystem();

    internal string Launcher => _temp["install/launch"];

    internal string Config => _temp["install/dato.ini"];

    internal string this[string name] => _temp[name];

    /// <summary>The versions that ran, in order.</summary>
    internal string[] Versions => File.Exists(Path.Join(Layout.Root, "ran")) ? File.ReadAllLines(Path.Join(Layout.Root, "ran")) : [];

    internal SwapOutcome? Outcome => new OutcomeFile(Layout, Files, NullLogger.Instance).Read();

    /// <param name="hostKeys">The keys are the host's, in code, and dato.ini names none.</param>
    internal static async Task<SignedAppScene> StartAsync(bool hostKeys = false)
    {
        var scene = new SignedAppScene();
        var trust = hostKeys ? "allow_unsigned = true" : "keys = publisher.pub";
        scene.Configure(trust, "", run: "");
        scene.Publish("1.0.0");
        await using (var updater = scene.Open(hostKeys))
        {
            var outcome = await updater.ApplyAsync(await updater.StageAsync((await updater.CheckAsync())!));
            Assert.True(outcome.Result is SwapResult.Committed or SwapResult.Confirmed, outcome.Reason);
        }

        // The bootstrapper tells the outcome and clears up after that.
        scene._temp.AwaitUsers("install");
        scene.Configure(trust);
        return scene;
    }

    /// <summary>The folder of the release on the server.</summary>
    internal string Publish(string version)
    {
        var app = $"#!/bin/sh\necho {version} >> \"${{0%/*}}/ran\"\nexit {(version == "1.0.0" ? 11 : 0)}\n";
        return $"{Publisher.Publish(version, (Entry, app), (Library, $"core of {version}")).Folder}";
    }

    internal void Configure(string trust = "keys = publisher.pub", string update = "", string run = $"run = {Entry}\n") => File.WriteAllText(
        Config, $"[server]\nurl = {Server.Url}\n[install]\napp = {TestPublisher.App}\n{run}[trust]\n{trust}\n[update]\nconfirm_within = 100ms\n{update}\n");

    internal UpdateManager Open(bool hostKeys = false) => UpdateManager.FromSettings(
        Config, new UpdateOptions { TrustedKeys = hostKeys ? new TrustedKeys { Keys = [File.ReadAllText(_temp["install/publisher.pub"])] } : null });

    /// <summary>The newest release, staged by a host; or the way back.</summary>
    internal async Task<FoundSwap> StageAsync(bool isRollback = false)
    {
        await using var updater = Open();
        if (isRollback)
            Assert.NotNull(await updater.StageRollbackAsync());
        else
            await updater.StageAsync((await updater.CheckAsync())!);
        return new SwapStore(Files, Layout).Find()!;
    }

    /// <summary>The bootstrapper that lies with the swap applies it and starts the app, as for a host that ended.</summary>
    internal Task<(int Code, string Error)> ApplyAsync(FoundSwap swap) => SwapScene.RunAsync(swap, new BootstrapperCommand
    {
        Verb = BootstrapperVerb.Apply, Install = Layout.Root, Swap = swap.Header.Id, Relaunch = true, WorkingDirectory = Layout.Root,
    });

    /// <summary>Flips a bit of the first byte of what is staged for a path; with the journal, the journal names the new bytes.</summary>
    internal void Flip(FoundSwap swap, string path, bool withJournal)
    {
        var folder = new SwapFolder(Files, swap.Directory);
        var journal = folder.Read(SwapState.Prepared);
        var operation = journal.Operations.Single(operation => operation.IsFile && operation.Path.Value == path);
        var staged = folder.New(operation);
        var time = File.GetLastWriteTimeUtc(staged);
        var bytes = File.ReadAllBytes(staged);
        bytes[0] ^= 1;
        File.WriteAllBytes(staged, bytes);
        File.SetLastWriteTimeUtc(staged, time);
        if (withJournal)
            folder.Write(journal with { Operations = journal.Operations.Replace(operation, operation with { NewHash = ContentHash.Of(bytes) }) });
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Publisher.Dispose();
        _temp.Dispose();
    }
}
