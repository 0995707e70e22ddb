using System.Text;
using AppUpdater.Core.Swap;
using AppUpdater.Tests.Handover;

namespace AppUpdater.Tests;

/// <summary>Trees that change their shape, from the listing to the disk and back by an undo and by a rollback.</summary>
public sealed class UpdateManagerShapeTests : IDisposable
{
    private readonly TestInstall _install = new();

    public void Dispose() => _install.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Files_become_folders_and_folders_files_and_a_rollback_turns_them_back()
    {
        _install.Publish("1.0", ("app", "one"), ("kind", "a file"), ("turn/deep/inner", "inner"), ("turn/other", "other"));
        await _install.UpdateAsync();
        var before = _install.Tree();
        _install.Publish("1.1", ("app", "two!"), ("kind/inner", "in a folder"), ("turn", "now a file"));
        await _install.UpdateAsync();

        Assert.Equal(("in a folder", "now a file"), (_install.Read("kind/inner"), _install.Read("turn")));
        await using (var updater = _install.Open())
            Assert.NotNull(await updater.StageRollbackAsync());
        _install.Swap();

        Assert.Equal(before, _install.Tree());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_of_the_users_in_a_folder_that_is_to_become_a_file_stops_the_update_before_anything_is_fetched()
    {
        _install.Publish("1.0", ("app", "one"), ("turn/inner", "inner"));
        await _install.UpdateAsync();
        _install.Write("turn/deep/his own.txt", "his");
        _install.Publish("1.1", ("app", "two!"), ("turn", "now a file"));
        _install.Server.Opened.Clear();
        var before = _install.Tree();
        await using var updater = _install.Open();

        var failure = await Assert.ThrowsAsync<InstallException>(() => updater.CheckAsync());

        Assert.Contains("turn/deep/his own.txt", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["version.ini"], _install.Server.Opened.Select(file => file.Path.Value).Distinct());
        Assert.Equal(before, _install.Tree());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_rollback_does_not_take_the_users_file_out_of_a_folder_that_was_a_file()
    {
        _install.Publish("1.0", ("app", "one"), ("kind", "a file"));
        await _install.UpdateAsync();
        _install.Publish("1.1", ("app", "two!"), ("kind/inner", "in a folder"));
        await _install.UpdateAsync();
        _install.Write("kind/his", "his");
        await using var updater = _install.Open();

        var failure = await Assert.ThrowsAsync<InstallException>(() => updater.StageRollbackAsync());

        Assert.Contains("\"kind/his\"", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Folders_without_files_come_go_and_come_back()
    {
        _install.Publish("1.0", ("app", "one"));
        _install.Server.Folders.UnionWith(["logs", "plugins", "plugins/user"]);
        await _install.UpdateAsync();
        Assert.Equal(["logs", "plugins", "plugins/user"], Folders());
        _install.Write("logs/his", "his");
        Directory.CreateDirectory(Path.Join(_install.Root, "mine"));
        _install.Publish("1.1", ("app", "two!"));
        _install.Server.Folders.Add("cache");
        await _install.UpdateAsync();
        Assert.Equal(["cache", "logs", "mine"], Folders());

        await using (var updater = _install.Open())
            Assert.NotNull(await updater.StageRollbackAsync());
        _install.Swap();

        Assert.Equal(["logs", "mine", "plugins", "plugins/user"], Folders());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_new_folder_may_be_used_by_those_who_may_use_the_one_it_lies_in()
    {
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode Shared = (UnixFileMode)0x1FD; // 775
        File.SetUnixFileMode(_install.Root, Shared);
        _install.Publish("1.0", ("app", "one"), ("lib/deep/a", "a"));
        await _install.UpdateAsync();
        Assert.Equal((Shared, Shared), (Mode("lib"), Mode("lib/deep")));
    }

    [Fact(Timeout = 60_000)]
    public async Task Read_only_files_are_replaced_and_removed_and_come_back_read_only()
    {
        _install.Publish("1.0", ("app", "one"), ("data", "data"), ("gone", "gone"));
        await _install.UpdateAsync();
        foreach (var path in new[] { "app", "data", "gone" })
            SetReadOnly(path);
        _install.Publish("1.1", ("app", "two!"), ("data", "data!"));
        await using (var updater = _install.Open())
            await updater.StageAsync((await updater.CheckAsync())!);
        var runner = new SwapRunner(_install.Files, _install.Layout, TimeProvider.System);
        var store = new SwapStore(_install.Files, _install.Layout);

        Assert.Equal(SwapState.Committed, runner.Apply(store.Find()!).State);
        Assert.Equal(("two!", "data!", false), (_install.Read("app"), _install.Read("data"), _install.Has("gone")));
        Assert.All(["app", "data"], AssertReadOnly);
        Assert.Equal(SwapState.Undone, runner.Undo(store.Find()!).State);
        store.Clear(store.Find()!);

        Assert.Equal(("one", "data", "gone"), (_install.Read("app"), _install.Read("data"), _install.Read("gone")));
        Assert.All(["app", "data", "gone"], AssertReadOnly);
        foreach (var path in new[] { "app", "data", "gone" })
            File.SetAttributes(Path.Join(_install.Root, path), FileAttributes.Normal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Names_at_their_limits_and_in_any_normal_form_come_through()
    {
        string[] names =
        [
            ".hidden", "with  spaces .txt", "caf\u00e9 (composed)", "cafe\u0301 (taken apart)", "\U0001F680 rocket/\U0001F469\u200D\U0001F4BB", "\uAC00\u1100\u1161",
            new string('n', 236) + ".txt", string.Concat(Enumerable.Repeat("\u00f1", 127)), string.Join('/', Enumerable.Repeat("d", 119)) + "/ff",
        ];
        Assert.Equal([240, 240], names.Where(name => name.Length == 240).Select(name => name.Length));
        Assert.Equal(254, Encoding.UTF8.GetByteCount(names[7]));
        _install.Publish("1.0", [("app", "one"), .. names.Select(name => (name, "first"))]);
        await _install.UpdateAsync();
        _install.Publish("1.1", [("app", "two!"), .. names.Select(name => (name, "second!"))]);
        await _install.UpdateAsync();

        Assert.Equal(names.Order(StringComparer.Ordinal), _install.Tree().Where(file => file.Value == "second!").Select(file => file.Key).Order(StringComparer.Ordinal));
        _install.Publish("1.2", ("app", "three"), ("caf\u00e9", "1"), ("cafe\u0301", "2"));
        await using var updater = _install.Open();
        await Assert.ThrowsAsync<UntrustedException>(() => updater.CheckAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_case_counts_a_name_in_another_case_is_another_name()
    {
        if (!OperatingSystem.IsLinux())
            return;
        _install.Publish("1.0", ("app", "one"), ("Readme", "r"), ("Bin/tool", "t"));
        await _install.UpdateAsync();
        _install.Publish("1.1", ("app", "two!"), ("README", "r"), ("bin/tool", "t"));
        await _install.UpdateAsync();
        Assert.Equal(["README", "app", "bin/tool", "version.ini"], _install.Tree().Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["bin"], Folders());
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_case_does_not_count_names_take_the_releases_case_and_nothing_is_fetched_for_it()
    {
        _install.Files = new CaselessDisk(_install.Files, _install.Root);
        _install.Publish("1.0", ("app", "one"), ("Readme", "r"), ("Bin/Tool", "t"), ("Bin/changes", "c"));
        await _install.UpdateAsync();
        _install.Write("Bin/his", "his");
        _install.Publish("1.1", ("app", "two!"), ("README", "c2"), ("bin/tool", "t"), ("bin/changes", "changed"));
        foreach (var (path, content) in new[] { ("bin/tool", "t") })
            _install.Server.Put(path, Encoding.UTF8.GetBytes(content), Staging.ScriptedSource.Time.AddSeconds(content.Length));
        var staged = await _install.UpdateAsync();

        Assert.Equal(4 + 2 + 7, staged.BytesFetched);
        Assert.Equal(["README", "app", "bin/changes", "bin/his", "bin/tool", "version.ini"], _install.Tree().Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("c2", "changed", "his"), (_install.Read("README"), _install.Read("bin/changes"), _install.Read("bin/his")));
        _install.Publish("1.2", ("app", "three"));
        await _install.UpdateAsync();
        Assert.Equal(["app", "bin/his", "version.ini"], _install.Tree().Keys.Order(StringComparer.Ordinal));
    }

    private string[] Folders() =>
    [
        .. Directory.GetDirectories(_install.Root, "*", SearchOption.AllDirectories).Select(folder => Path.GetRelativePath(_install.Root, folder).Replace('\\', '/'))
            .Where(folder => !folder.StartsWith(".appupdater", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    private UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(Path.Join(_install.Root, path));

    private void SetReadOnly(string path)
    {
        var full = Path.Join(_install.Root, path);
        if (OperatingSystem.IsWindows())
            File.SetAttributes(full, FileAttributes.ReadOnly | FileAttributes.Hidden);
        else
            File.SetUnixFileMode(full, (UnixFileMode)0x124); // 444
    }

    private void AssertReadOnly(string path)
    {
        var full = Path.Join(_install.Root, path);
        if (OperatingSystem.IsWindows())
            Assert.Equal(FileAttributes.ReadOnly | FileAttributes.Hidden, File.GetAttributes(full) & (FileAttributes.ReadOnly | FileAttributes.Hidden));
        else
            Assert.Equal((UnixFileMode)0x124, File.GetUnixFileMode(full));
    }
}
