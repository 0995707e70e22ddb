using AppUpdater.Tests.Handover;

namespace AppUpdater.Tests;

public sealed class UpdateManagerRollbackTests : IDisposable
{
    private readonly TestInstall _install = new();

    public void Dispose() => _install.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_rollback_restores_byte_for_byte()
    {
        _install.Publish("1.0", ("app", "one"), ("gone", "gone"));
        await _install.UpdateAsync();
        var (before, record) = (_install.Tree(), _install.Read(".appupdater/installed.json"));
        var looks = before.Keys.ToDictionary(path => path, Look);
        _install.Publish("1.1", ("app", "two"), ("added/file", "added"));
        await _install.UpdateAsync();

        await using (var updater = _install.Open())
        {
            var staged = await updater.StageRollbackAsync();
            Assert.Equal(("1.1.0", "1.0.0"), (staged!.From!.ToNormalizedString(), staged.To!.ToNormalizedString()));
            updater.ApplyOnExit(staged);
        }

        _install.Swap();

        Assert.Equal(before, _install.Tree());
        Assert.Equal(record, _install.Read(".appupdater/installed.json"));
        Assert.Equal(looks, before.Keys.ToDictionary(path => path, Look));
        Assert.False(Directory.Exists(Path.Join(_install.Root, "added")));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_rollback_keeps_what_the_user_changed_since()
    {
        _install.Publish("1.0", ("app", "one"), ("config", "default"));
        await _install.UpdateAsync();
        _install.Publish("1.1", ("app", "two"), ("config", "new default"), ("added", "added"));
        await _install.UpdateAsync();
        _install.Write("config", "the user's");
        _install.Write("added", "the user's too");

        await using (var updater = _install.Open())
            Assert.NotNull(await updater.StageRollbackAsync());
        _install.Swap();

        var tree = _install.Tree();
        Assert.Equal("default", tree["config"]);
        Assert.Equal("the user's", Assert.Single(tree, file => file.Key.StartsWith("config.user-", StringComparison.Ordinal)).Value);
        Assert.Equal("the user's too", Assert.Single(tree, file => file.Key.StartsWith("added.user-", StringComparison.Ordinal)).Value);
        Assert.False(tree.ContainsKey("added"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_backup_there_is_no_way_back()
    {
        _install.Publish("1.0", ("app", "one"));
        await _install.UpdateAsync();
        await using var updater = _install.Open();

        Assert.Null(await updater.StageRollbackAsync());
    }

    private string Look(string path)
    {
        var facts = _install.Files.Stat(Path.Join(_install.Root, path))!;
        return $"{facts.Length} {facts.Modified:O} {facts.Mode}";
    }
}
