using System.IO.Abstractions;
using System.Text;
using AppUpdater.Planning;
using AppUpdater.Tests.Handover;
using AppUpdater.Tests.Releases;

namespace AppUpdater.Tests;

public sealed class UpdateManagerRepairTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TestInstall _install = new();
    private readonly TempFolder _published = new();

    public void Dispose()
    {
        _install.Dispose();
        _published.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task An_install_is_whole_until_something_changes()
    {
        await InstallAsync();
        _install.Write("dato.ini", "[server]");

        var before = await VerifyAsync();
        Damage("lib/core.dll");
        File.Delete(Path.Join(_install.Root, "data"));
        _install.Write("notes/mine.txt", "the user's");
        var after = await VerifyAsync();

        Assert.True(before.IsWhole);
        Assert.Empty(before.Foreign);
        Assert.False(after.IsWhole);
        Assert.Equal(["lib/core.dll"], after.Wrong.AsEnumerable());
        Assert.Equal(["data"], after.Missing.AsEnumerable());
        Assert.Equal(["notes/mine.txt"], after.Foreign.AsEnumerable());
        Assert.Equal("1.0.0", after.Version.ToString());
    }

    [Fact(Timeout = Limit)]
    public async Task A_link_in_the_place_of_a_file_is_wrong_and_one_in_the_place_of_a_folder_hides_what_lies_behind_it()
    {
        await InstallAsync();
        _install.Write("elsewhere/core.dll", "core");
        File.Delete(Path.Join(_install.Root, "data"));
        File.CreateSymbolicLink(Path.Join(_install.Root, "data"), Path.Join(_install.Root, "app"));
        Directory.Delete(Path.Join(_install.Root, "lib"), recursive: true);
        Directory.CreateSymbolicLink(Path.Join(_install.Root, "lib"), Path.Join(_install.Root, "elsewhere"));

        var report = await VerifyAsync();

        Assert.Equal(["data"], report.Wrong.AsEnumerable());
        Assert.Equal(["lib/core.dll"], report.Missing.AsEnumerable());
        Assert.Equal(["elsewhere/core.dll", "lib"], report.Foreign.AsEnumerable());
    }

    [Fact(Timeout = Limit)]
    public async Task A_plain_tree_is_repaired_while_the_server_holds_that_version()
    {
        await InstallAsync();
        var tree = _install.Tree();
        Damage("lib/core.dll");
        File.Delete(Path.Join(_install.Root, "data"));

        await RepairAsync("data", "lib/core.dll");

        Assert.Equal(tree, _install.Tree().Where(file => !file.Key.Contains(".user-", StringComparison.Ordinal)));
        Assert.Equal("cor\0", Assert.Single(_install.Tree(), file => file.Key.StartsWith("lib/core.dll.user-", StringComparison.Ordinal)).Value);
        Assert.True((await VerifyAsync()).IsWhole);
    }

    [Fact(Timeout = Limit)]
    public async Task A_plain_tree_that_went_on_can_not_be_repaired_from_there_and_that_is_said()
    {
        await InstallAsync();
        Damage("lib/core.dll");
        _install.Publish("2.0", ("app", "newer"));

        await using var updater = _install.Open();
        var failure = await Assert.ThrowsAsync<MissingException>(() => updater.CheckRepairAsync());

        Assert.Contains("2.0.0, not the 1.0", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Update instead", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_signed_release_is_repaired_by_its_manifest_though_the_server_offers_a_newer_one()
    {
        await InstallSignedAsync();
        var tree = _install.Tree();
        _install.Server.Put("version.ini", TestInstall.VersionIni("2.0"));
        Damage("lib/core.dll");
        File.Delete(Path.Join(_install.Root, "data"));

        await RepairAsync("data", "lib/core.dll");

        Assert.True((await VerifyAsync()).IsWhole);
        Assert.Equal(tree["lib/core.dll"], _install.Read("lib/core.dll"));
        Assert.Equal("1.0.0", InstalledRecordFile.Load(new FileSystem(), _install.Layout.InstalledRecord)!.Version.ToNormalizedString());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Join(_install.Root, "data")));
        await using var updater = _install.Open();
        Assert.Null(await updater.CheckRepairAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Another_manifest_than_the_installed_one_repairs_nothing()
    {
        var manifest = await InstallSignedAsync();
        Damage("lib/core.dll");
        var bytes = _install.Server.Content(manifest).ToArray();
        bytes[^1] ^= 1;
        _install.Server.Put(manifest, bytes);

        await using var updater = _install.Open();

        await Assert.ThrowsAsync<UntrustedException>(() => updater.CheckRepairAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Nothing_wrong_is_nothing_to_repair()
    {
        await InstallAsync();
        await using var updater = _install.Open();

        Assert.Null(await updater.CheckRepairAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Where_nothing_was_installed_that_is_said()
    {
        await using var updater = _install.Open();

        Assert.Contains("was installed by an update", (await Assert.ThrowsAsync<InstallException>(() => updater.VerifyAsync())).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InstallException>(() => updater.CheckRepairAsync());
    }

    private async Task InstallAsync()
    {
        _install.Publish("1.0", ("app", "one"), ("lib/core.dll", "core"), ("data", "data"));
        await _install.UpdateAsync();
    }

    /// <summary>The same files, recorded as of a signed release. Returns the manifest's place.</summary>
    private async Task<string> InstallSignedAsync()
    {
        await InstallAsync();
        using var publisher = new TestPublisher(_published.Root);
        var reference = publisher.Publish("1.0", ("app", "one"), ("lib/core.dll", "core"), ("data", "data"));
        _install.Server.Clear();
        foreach (var file in Directory.GetFiles(_published.Root, "*", SearchOption.AllDirectories))
            _install.Server.Put(Path.GetRelativePath(_published.Root, file).Replace('\\', '/'), await File.ReadAllBytesAsync(file));
        var record = InstalledRecordFile.Load(new FileSystem(), _install.Layout.InstalledRecord)! with { Manifest = reference, Sequence = 1 };
        await File.WriteAllBytesAsync(_install.Layout.InstalledRecord, InstalledRecordFile.Write(record));
        return reference.Path.Value;
    }

    /// <summary>Other bytes, the same length and time.</summary>
    private void Damage(string path)
    {
        var full = Path.Join(_install.Root, path);
        var time = File.GetLastWriteTimeUtc(full);
        var bytes = Encoding.UTF8.GetBytes(_install.Read(path));
        bytes[^1] = 0;
        File.WriteAllBytes(full, bytes);
        File.SetLastWriteTimeUtc(full, time);
    }

    private async Task<VerifyReport> VerifyAsync()
    {
        await using var updater = _install.Open();
        return await updater.VerifyAsync();
    }

    private async Task RepairAsync(params string[] expected)
    {
        await using (var updater = _install.Open())
        {
            var plan = await updater.CheckRepairAsync();
            Assert.Equal(expected, plan!.Changes.Select(change => change.Path.Value));
            var staged = await updater.StageAsync(plan);
            Assert.Equal(plan.BytesToFetch, staged.BytesFetched);
        }

        _install.Swap();
    }
}
