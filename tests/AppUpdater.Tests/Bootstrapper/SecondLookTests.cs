using System.Text;
using AppUpdater.Bootstrapper;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using AppUpdater.Tests.Releases;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Tests.Bootstrapper;

/// <summary>A signed release staged as a host does it, then changed on disk, journal and all, before a bootstrapper applies it.</summary>
public sealed class SecondLookTests : IAppStarter, IDisposable
{
    private const int Limit = 60_000;
    private const string Library = "lib/core.dll";
    private static readonly IDurableFiles Files = DurableFiles.ForThisSystem();

    private readonly TempFolder _temp = new();
    private readonly TestPublisher _publisher;
    private readonly InstallLayout _layout;
    private readonly List<string> _started = [];

    public SecondLookTests()
    {
        _publisher = new TestPublisher(_temp["server"]);
        _layout = new InstallLayout(Path.GetDirectoryName(_temp.Write("install/app", "one"))!);
        _publisher.WritePublicKey(_temp["install/publisher.pub"]);
        Configure("keys = publisher.pub");
        _publisher.Publish("1.1", ("app", "two"), (Library, "core"), ("same", "same"));
    }

    public void Dispose()
    {
        _publisher.Dispose();
        _temp.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task What_nobody_touched_goes_in()
    {
        await StageAsync();

        Assert.Equal(ExitCodes.Done, await ApplyAsync());
        Assert.Equal(["two"], _started);
        Assert.Equal("core", await File.ReadAllTextAsync(Live(Library)));
    }

    [Theory(Timeout = Limit)]
    [InlineData(Library)]
    [InlineData("app")]
    [InlineData("version.ini")]
    public async Task A_staged_file_changed_together_with_the_journal_is_refused(string path)
    {
        Change(await StageAsync(), path, "evil");

        await AssertRefusedAsync($"places {path} with");
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_that_the_release_does_not_have_is_refused()
    {
        Add(await StageAsync(), "plugin.dll");

        await AssertRefusedAsync("the signed release has no such file");
    }

    [Theory(Timeout = Limit)]
    [InlineData("app.user-20261121T100000Z/x")]
    [InlineData("other.new-1.1.0")]
    [InlineData("lib/core.dll.new-1.1.0")]
    public async Task A_name_like_that_of_a_kept_file_opens_no_door(string path)
    {
        Add(await StageAsync(), path);

        await AssertRefusedAsync(path);
    }

    [Theory(Timeout = Limit)]
    [InlineData(StagedRelease.Pointer)]
    [InlineData(StagedRelease.Manifest)]
    public async Task Without_what_was_signed_it_is_refused(string name)
    {
        File.Delete(Path.Join((await StageAsync()).Directory, name));

        await AssertRefusedAsync($"{name} is missing");
    }

    [Fact(Timeout = Limit)]
    public async Task A_release_that_another_signed_is_refused_though_all_of_it_fits_together()
    {
        var swap = await StageAsync();
        using var thief = new TestPublisher(_temp["thief"]);
        var reference = thief.Publish("1.1", ("app", "two"), (Library, "evil"), ("same", "same"));
        Change(swap, Library, "evil");
        Change(swap, "version.ini", await File.ReadAllTextAsync(thief.PointerPath));
        File.Copy(thief.PointerPath, Path.Join(swap.Directory, StagedRelease.Pointer), overwrite: true);
        File.Copy(reference.Path.Under(_temp["thief"]), Path.Join(swap.Directory, StagedRelease.Manifest), overwrite: true);

        await AssertRefusedAsync("is signed by");
    }

    [Fact(Timeout = Limit)]
    public async Task A_manifest_of_somebody_else_is_refused()
    {
        var swap = await StageAsync();
        await File.AppendAllTextAsync(Path.Join(swap.Directory, StagedRelease.Manifest), "x");

        await AssertRefusedAsync($"is not the file that {StagedRelease.Pointer} names");
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_dato_ini_the_keys_are_those_that_were_seen()
    {
        var swap = await StageAsync();
        File.Delete(_temp["install/dato.ini"]);
        Change(swap, Library, "evil");

        Assert.Equal(ExitCodes.Untrusted, await ApplyAsync());
        Assert.Equal(["one"], _started);
    }

    [Theory(Timeout = Limit)]
    [InlineData("overwrite", "core 2")]
    [InlineData("keep", "his")]
    [InlineData("new", "his")]
    public async Task What_the_user_changed_before_and_after_staging_is_treated_as_he_wants_it(string changed, string library)
    {
        Configure("keys = publisher.pub", $"changed = {changed}");
        await StageAsync();
        await ApplyAsync();
        await File.WriteAllTextAsync(Live(Library), "his");
        _publisher.Publish("1.2", ("app", "three"), (Library, "core 2"), ("same", "same 2"));
        await StageAsync();
        await File.WriteAllTextAsync(Live("same"), "his, since");

        Assert.Equal(ExitCodes.Done, await ApplyAsync());
        Assert.Equal(library, await File.ReadAllTextAsync(Live(Library)));
        Assert.Equal("three", _started[^1]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_plain_tree_goes_in_as_ever()
    {
        Directory.Delete(_temp["server"], recursive: true);
        _temp.Write("server/app", "plain");
        _temp.Write("server/version.ini", $"[version]\nformat = 1\napp = {TestPublisher.App}\nversion = 1.1\n");
        Configure("allow_unsigned = true");
        var swap = await StageAsync();

        Assert.False(File.Exists(Path.Join(swap.Directory, StagedRelease.Pointer)));
        Assert.Equal(ExitCodes.Done, await ApplyAsync());
        Assert.Equal(["plain"], _started);
    }

    [Fact(Timeout = Limit)]
    public async Task A_repair_goes_in_though_the_keys_are_others_since()
    {
        await StageAsync();
        await ApplyAsync();
        await File.WriteAllTextAsync(Live(Library), "corrupt");
        await StageAsync(repairs: true);
        using var next = new TestPublisher(_temp["next"]);
        next.WritePublicKey(_temp["install/publisher.pub"]);

        Assert.Equal(ExitCodes.Done, await ApplyAsync());
        Assert.Equal("core", await File.ReadAllTextAsync(Live(Library)));
    }

    IAppProcess IAppStarter.Start(AppStart start)
    {
        _started.Add(File.ReadAllText(start.Program));
        var app = new SessionScene.StubApp();
        app.End(0);
        return app;
    }

    private static void Change(FoundSwap swap, string path, string content)
    {
        var folder = new SwapFolder(Files, swap.Directory);
        var journal = folder.Read(SwapState.Prepared);
        var changed = journal.Operations.Single(operation => operation.Path.Value == path && operation.IsFile);
        File.WriteAllText(folder.New(changed), content);
        folder.Write(journal with { Operations = journal.Operations.Replace(changed, changed with { NewHash = HashOf(content) }) });
    }

    private static void Add(FoundSwap swap, string path)
    {
        var folder = new SwapFolder(Files, swap.Directory);
        var journal = folder.Read(SwapState.Prepared);
        var added = new SwapOperation(OperationKind.Place, RelativePath.Parse(path), 999) { NewHash = HashOf("evil") };
        File.WriteAllText(folder.New(added), "evil");
        folder.Write(journal with { Operations = journal.Operations.Insert(journal.Operations.Length - 1, added) });
    }

    private static ContentHash HashOf(string text) => ContentHash.Of(Encoding.UTF8.GetBytes(text));

    private string Live(string path) => Path.Join(_layout.Root, path);

    private void Configure(string trust, string install = "") => _temp.Write(
        "install/dato.ini",
        $"[server]\nurl = {new Uri(_temp["server"] + "/")}\n[install]\napp = {TestPublisher.App}\nrun = app\n{install}\n[trust]\n{trust}\n[update]\nconfirm_within = 1s\n");

    private async Task<FoundSwap> StageAsync(bool repairs = false)
    {
        await using var updater = UpdateManager.FromSettings(
            _temp["install/dato.ini"], new UpdateOptions { Bootstrapper = _temp.Write("tools/bootstrapper", "#!/bin/sh\nexit 0\n") });
        var plan = repairs ? await updater.CheckRepairAsync() : await updater.CheckAsync();
        await updater.StageAsync(plan!);
        return new SwapStore(Files, _layout).Find()!;
    }

    private async Task<int> ApplyAsync()
    {
        var command = new BootstrapperCommand
        {
            Verb = BootstrapperVerb.Apply,
            Install = _layout.Root,
            Swap = new SwapStore(Files, _layout).Find()!.Header.Id,
            Relaunch = true,
        };
        var bench = new Workbench(_layout, Files, TimeProvider.System, NullLogger.Instance);
        return await new SwapVerbs(bench, command, new AppSession(bench, this, command, () => false)).RunAsync();
    }

    private async Task AssertRefusedAsync(string reason)
    {
        Assert.Equal(ExitCodes.Untrusted, await ApplyAsync());
        Assert.Equal(["one"], _started);
        Assert.False(File.Exists(Live(Library)));
        var outcome = new OutcomeFile(_layout, Files, NullLogger.Instance).Read();
        Assert.Equal(SwapResult.Undone, outcome!.Result);
        Assert.Contains(reason, outcome.Reason, StringComparison.Ordinal);
        Assert.Null(new SwapStore(Files, _layout).Find());
        await StageAsync(); // fetched anew, it goes in
        Assert.Equal(ExitCodes.Done, await ApplyAsync());
    }
}
