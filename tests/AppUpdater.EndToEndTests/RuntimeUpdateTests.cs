using System.Security.Cryptography;
using AppUpdater.EndToEndTests.RealServers;
using AppUpdater.Handover;
using AppUpdater.Staging;
using AppUpdater.Tests;

namespace AppUpdater.EndToEndTests;

/// <summary>A real program of 202 files and 100 MB, from a real server.</summary>
public sealed class RuntimeUpdateTests : IDisposable
{
    private const int Limit = 300_000;
    private const string Password = "ábretesésamo";

    private readonly TempFolder _folder = new();

    private string Served => Path.Join(_folder.Root, "served");

    private string Install => Path.Join(_folder.Root, "install");

    public void Dispose() => _folder.Dispose();

    [ServerFact(ServerPrograms.Vsftpd, Timeout = Limit)]
    public async Task An_install_of_10_0_13_becomes_byte_for_byte_10_0_14()
    {
        Publish(RuntimeTrees.Old);
        await using var server = await VsftpdServer.StartAsync(_folder.Root, log: true, Password);
        WriteSettings(server, Password);
        await UpdateAsync();
        Assert.Equal(Hashes(Served), Hashes(Install));
        var note = Path.Join(Install, "año nuevo.txt");
        await File.WriteAllTextAsync(note, "the user's own");

        Publish(RuntimeTrees.New);
        var staged = await UpdateAsync();

        Assert.Equal("the user's own", await File.ReadAllTextAsync(note));
        File.Delete(note);
        Assert.Equal(Hashes(Served), Hashes(Install));
        Assert.True(File.Exists(staged.Backup), "what was replaced is in a backup");
        await AssertNothingToDoAsync(server);
    }

    [ServerFact(ServerPrograms.Vsftpd, Timeout = Limit)]
    public async Task A_copied_install_of_10_0_13_is_adopted_and_loses_nothing()
    {
        RuntimeTrees.LayOut(RuntimeTrees.Old, Install);
        var before = Hashes(Install);
        Publish(RuntimeTrees.New);
        await using var server = await VsftpdServer.StartAsync(_folder.Root, log: true);
        WriteSettings(server);

        await UpdateAsync();

        var expected = Hashes(Served);
        foreach (var (path, hash) in before)
            expected.TryAdd(path, hash);
        Assert.Equal(expected, Hashes(Install));
        await AssertNothingToDoAsync(server);
    }

    [ServerFact(ServerPrograms.Vsftpd, Timeout = Limit)]
    public async Task A_wrong_password_is_tried_once_and_named_by_no_message()
    {
        Publish(RuntimeTrees.Old);
        await using var server = await VsftpdServer.StartAsync(_folder.Root, log: true, Password);
        WriteSettings(server, "guessed");
        await using var updater = UpdateManager.FromSettings(Path.Join(Install, "dato.ini"));

        var refusal = await Assert.ThrowsAsync<UnreachableException>(() => updater.CheckAsync());

        Assert.Contains("127.0.0.1", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("guessed", refusal.ToString(), StringComparison.Ordinal);
        Assert.Single(server.ReadCommands(), command => command.StartsWith("PASS", StringComparison.Ordinal));
    }

    [ServerFact(ServerPrograms.Nginx, Timeout = Limit)]
    public async Task Over_HTTPS_10_0_13_becomes_byte_for_byte_10_0_14()
    {
        PublishForAnIndex(RuntimeTrees.Old);
        using var authority = new TestAuthority();
        await using var server = await NginxServer.StartAsync(_folder.Root, authority);
        WriteSettings($"https://localhost:{server.Port}/served", $"ca_file = {authority.AuthorityFile}");
        await UpdateAsync();
        Assert.Equal(Hashes(Served), Hashes(Install));

        PublishForAnIndex(RuntimeTrees.New);
        await UpdateAsync();

        Assert.Equal(Hashes(Served), Hashes(Install));
        await AssertOneRequestAsync(server);
    }

    /// <summary>Up to date: one round trip to connect, and one to be answered.</summary>
    [ServerFact(ServerPrograms.Nginx, Timeout = Limit)]
    public async Task Over_HTTP_a_check_of_an_install_that_is_up_to_date_is_one_request()
    {
        PublishForAnIndex(RuntimeTrees.New);
        await using var server = await NginxServer.StartAsync(_folder.Root, authority: null);
        WriteSettings($"http://127.0.0.1:{server.Port}/served", "proxy = none");
        await UpdateAsync();
        Assert.Equal(Hashes(Served), Hashes(Install));
        await AssertOneRequestAsync(server);
    }

    private async Task AssertOneRequestAsync(NginxServer server)
    {
        var requests = server.ReadRequests().Count;
        await using (var updater = UpdateManager.FromSettings(Path.Join(Install, "dato.ini")))
            Assert.Null(await updater.CheckAsync());
        Assert.StartsWith("GET /served/version.ini HTTP/", Assert.Single(server.ReadRequests().Skip(requests)), StringComparison.Ordinal);
    }

    /// <summary>Without the names that nginx shows in no index: ngx_http_autoindex_module leaves out what begins with a dot.</summary>
    private void PublishForAnIndex(string version)
    {
        Publish(version);
        foreach (var file in Directory.EnumerateFiles(Served, ".*", SearchOption.AllDirectories))
            File.Delete(file);
    }

    private void Publish(string version)
    {
        if (Directory.Exists(Served))
            Directory.Delete(Served, recursive: true);
        RuntimeTrees.LayOut(version, Served);
        File.WriteAllText(Path.Join(Served, "version.ini"), $"""
            [version]
            format = 1
            app = com.example.runtime
            version = {version}

            [files]
            root = .

            """);
    }

    private void WriteSettings(VsftpdServer server, string? password = null) =>
        WriteSettings($"ftp://127.0.0.1:{server.Port}/served", $"password = {password}");

    private void WriteSettings(string url, string more)
    {
        Directory.CreateDirectory(Install);
        File.WriteAllText(Path.Join(Install, "dato.ini"), $"""
            [server]
            url = {url}
            {more}

            [install]
            app = com.example.runtime
            directory = .

            [trust]
            allow_unsigned = true

            [update]
            backup = zip
            connections = 8

            """);
    }

    private async Task<StagedUpdate> UpdateAsync()
    {
        await using var updater = UpdateManager.FromSettings(Path.Join(Install, "dato.ini"));
        var plan = await updater.CheckAsync();
        Assert.NotNull(plan);
        var progress = new LastProgress();
        var staged = await updater.StageAsync(plan, progress);
        Assert.Equal(plan.BytesToFetch, staged.BytesFetched);
        Assert.Equal(plan.BytesToFetch, progress.Downloaded);
        var outcome = await updater.ApplyAsync(staged);
        Assert.True(outcome.Result is SwapResult.Committed or SwapResult.Confirmed, $"{outcome}");

        // The bootstrapper tells the outcome and clears up after that.
        _folder.AwaitUsers("install");
        return staged;
    }

    private async Task AssertNothingToDoAsync(VsftpdServer server)
    {
        var commands = server.ReadCommands().Count;
        await using (var updater = UpdateManager.FromSettings(Path.Join(Install, "dato.ini")))
            Assert.Null(await updater.CheckAsync());

        var added = server.ReadCommands().Skip(commands).ToList();
        Assert.Single(added, command => command.StartsWith("RETR ", StringComparison.Ordinal));
        Assert.Single(added, command => command.StartsWith("RETR ", StringComparison.Ordinal) && command.EndsWith("version.ini", StringComparison.Ordinal));
        Assert.DoesNotContain(added, command => command is "LIST" or "NLST" || command.StartsWith("LIST ", StringComparison.Ordinal));
    }

    /// <summary>Every file but the updater's own, its hash by its path.</summary>
    private static SortedDictionary<string, string> Hashes(string root)
    {
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(root, file).Replace('\\', '/');
            if (path is "version.ini" or "dato.ini" || path.StartsWith(".appupdater/", StringComparison.Ordinal))
                continue;
            using var content = File.OpenRead(file);
            hashes[path] = Convert.ToHexStringLower(SHA256.HashData(content));
        }

        return hashes;
    }

    private sealed class LastProgress : IProgress<UpdateProgress>
    {
        internal long Downloaded { get; private set; }

        public void Report(UpdateProgress value) => Downloaded = value.Phase == UpdatePhase.Download ? value.Bytes : Downloaded;
    }
}
