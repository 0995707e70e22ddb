using AppUpdater.Testing;
using static AppUpdater.Tests.Mirroring.MirrorTesting;

namespace AppUpdater.Tests.Cli.Mirroring;

/// <summary>One-shot mirrors on the command line: what they do, say and end with.</summary>
public sealed class MirrorVerbTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly MirrorScene _scene = new();

    private TempFolder Served => _scene.Served;

    private TempFolder Here => _scene.Here;

    public void Dispose() => _scene.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_pull_brings_what_is_missing_and_counts_what_is_new_and_what_is_updated()
    {
        Served.WriteOld("a.txt", "one");
        Served.WriteOld("sub/b.txt", "two");
        Served.WriteOld("sub/c.tmp", "no");
        await using var server = LoopbackFtpServer.Start(Served.Root);
        string[] pull = ["pull", $"{server.Url}", Here.Root, "--exclude", "*.tmp", "--exclude-ext", "bak,old", "--connections", "2"];

        Assert.Equal(0, await _scene.RunAsync(pull));
        Assert.StartsWith($"{Here.Root}: new 2, updated 0, unchanged 0, removed 0, skipped 1, duplicates 0, failed 0; 6 bytes in ", _scene.Out, StringComparison.Ordinal);
        Assert.Equal("two", await File.ReadAllTextAsync(Here["sub/b.txt"]));

        Served.WriteOld("a.txt", "longer");
        Served.WriteOld("d.txt", "four");
        Assert.Equal(0, await _scene.RunAsync([.. pull, "--json"]));
        Assert.Equal((1, 1, 1, 10), (Number("new"), Number("updated"), Number("unchanged"), Number("bytes")));
        Assert.Empty(_scene.Error);
    }

    [Fact(Timeout = Limit)]
    public async Task A_push_sends_what_is_missing_and_removes_only_what_it_sent()
    {
        Here.WriteOld("a.txt", "one");
        Here.WriteOld("sub/b.txt", "two");
        Served.WriteOld("theirs.txt", "stays");
        await using var server = LoopbackFtpServer.Start(Served.Root);
        string[] push = ["push", Here.Root, $"{server.Url}", "--delete", "--last", "a.txt"];

        Assert.Equal(0, await _scene.RunAsync(push));
        Assert.Contains(": new 2, updated 0, unchanged 0, removed 0, ", _scene.Out, StringComparison.Ordinal);
        File.Delete(Here["a.txt"]);
        Assert.Equal(0, await _scene.RunAsync(push));
        Assert.Contains(": new 0, updated 0, unchanged 1, removed 1, ", _scene.Out, StringComparison.Ordinal);
        Assert.Equal(["sub/", "sub/b.txt", "theirs.txt"], Tree(Served.Root).Select(line => line.Split(' ')[0]));
    }

    [Theory(Timeout = Limit)]
    [InlineData("pull")]
    [InlineData("push")]
    public async Task A_dry_run_shows_the_plan_and_changes_nothing(string direction)
    {
        var (from, to) = direction == "pull" ? (Served, Here) : (Here, Served);
        from.WriteOld("a.txt", "one");
        from.WriteOld("sub/b.txt", "two");
        await using var server = LoopbackFtpServer.Start(Served.Root);
        string[] run = direction == "pull" ? ["pull", $"{server.Url}", Here.Root, "--dry-run"] : ["push", Here.Root, $"{server.Url}", "--dry-run"];

        Assert.Equal(0, await _scene.RunAsync(run));
        Assert.Equal(["make   sub/", "new    a.txt (3 bytes)", "new    sub/b.txt (3 bytes)"], _scene.Out.Split(Environment.NewLine).Take(3));
        Assert.Contains("nothing was changed. It would be: new 2, ", _scene.Out, StringComparison.Ordinal);
        Assert.Equal(0, await _scene.RunAsync([.. run, "--json"]));
        Assert.Empty(Tree(to.Root));
        Assert.True(_scene.Json.GetProperty("dryRun").GetBoolean());
        var action = _scene.Json.GetProperty("plan")[1];
        Assert.Equal(("create", "a.txt", 3), (action.GetProperty("kind").GetString(), action.GetProperty("path").GetString(), action.GetProperty("bytes").GetInt32()));
    }

    [Fact(Timeout = Limit)]
    public async Task Hostile_names_and_denied_files_are_told_the_rest_comes_and_the_code_is_8()
    {
        Served.WriteOld("a.txt", "one");
        Served.WriteOld("denied.txt", "two");
        await using var server = LoopbackFtpServer.Start(Served.Root);
        server.Faults.ExtraListingNames = ["..", "CON", "../../etc/passwd"];
        server.Faults.OnCommand = line => line == "RETR /denied.txt" ? FaultAction.Answer("550 Permission denied.") : null;

        Assert.Equal(8, await _scene.RunAsync("pull", $"{server.Url}", Here.Root));
        Assert.Contains("new 1, ", _scene.Out, StringComparison.Ordinal);
        Assert.Contains("  Failed: denied.txt: ", _scene.Out, StringComparison.Ordinal);
        Assert.Contains("\"CON\"", _scene.Out, StringComparison.Ordinal);
        Assert.Equal("one", await File.ReadAllTextAsync(Here["a.txt"]));

        Assert.Equal(8, await _scene.RunAsync("pull", $"{server.Url}", Here.Root, "--json"));
        Assert.Equal((8, 1), (Number("code"), Number("unchanged")));
        Assert.Equal(Number("failed"), _scene.Json.GetProperty("failures").GetArrayLength());
        Assert.Contains(_scene.Json.GetProperty("failures").EnumerateArray(), failure => failure.GetProperty("path").GetString() == "denied.txt");
    }

    [Fact(Timeout = Limit)]
    public async Task Only_the_first_failures_are_listed()
    {
        for (var i = 0; i < 13; i++)
            Served.WriteOld($"f{i:00}.txt", "x");
        await using var server = LoopbackFtpServer.Start(Served.Root);
        server.Faults.OnCommand = line => line.StartsWith("RETR", StringComparison.Ordinal) ? FaultAction.Answer("550 Permission denied.") : null;

        Assert.Equal(8, await _scene.RunAsync("pull", $"{server.Url}", Here.Root));
        Assert.Equal(10, _scene.Out.Split("Failed: ").Length - 1);
        Assert.Contains("and 3 more failed", _scene.Out, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_source_that_is_missing_or_suddenly_empty_is_code_6_and_nothing_is_removed()
    {
        Here.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(Served.Root);
        Assert.Equal(0, await _scene.RunAsync("push", Here.Root, $"{server.Url}", "--delete"));
        File.Delete(Here["a.txt"]);
        Assert.Equal(6, await _scene.RunAsync("push", Here.Root, $"{server.Url}", "--delete"));
        Assert.Equal(6, await _scene.RunAsync("push", Here["not/there"], $"{server.Url}", "--json"));
        Assert.Equal(6, _scene.Json.GetProperty("error").GetProperty("code").GetInt32());
        Assert.True(File.Exists(Served["a.txt"]));
        Assert.False(Directory.Exists(Here["not"]));
    }

    [Theory(Timeout = Limit)]
    [InlineData("")]
    [InlineData("pull")]
    [InlineData("pull ftp://host/")]
    [InlineData("pull ftp://host/ here there")]
    [InlineData("pull here ftp://host/")]
    [InlineData("push ftp://host/ here")]
    [InlineData("pull gopher://host/ here")]
    [InlineData("pull ftp://host/ here --watch")]
    [InlineData("pull ftp://host/ here --last version.ini")]
    [InlineData("push here ftp://host/ --settle 2m")]
    [InlineData("push here ftp://host/ --remember")]
    [InlineData("push here ftp://host/ --on-folder-done x")]
    [InlineData("pull ftp://host/ here --max-delete x")]
    [InlineData("pull ftp://host/ here --depth")]
    [InlineData("pull ftp://host/ here --rate 1MB --rate 2MB")]
    [InlineData("pull ftp://host/ here --config mirror.ini")]
    [InlineData("run --lang fr")]
    [InlineData("run scenes")]
    public async Task Wrong_usage_is_code_2(string args)
    {
        Assert.Equal(2, await _scene.RunAsync(args.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.NotEmpty(_scene.Error);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_refuses_is_code_4_and_one_error_object()
    {
        await using var server = LoopbackFtpServer.Start(Served.Root, new FtpServerOptions { User = "reader", Password = "right" });
        Here.Write("password", "wr0ng\n");
        Assert.Equal(4, await _scene.RunAsync("pull", $"{server.Url}", Here["to"], "--user", "reader", "--password-file", Here["password"], "--json"));
        Assert.Equal(4, _scene.Json.GetProperty("error").GetProperty("code").GetInt32());
        Assert.DoesNotContain("wr0ng", _scene.All, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task The_password_comes_from_a_file_or_the_url_and_is_never_shown()
    {
        Served.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(Served.Root, new FtpServerOptions { User = "reader", Password = "s3cret-word" });
        Here.Write("password", "s3cret-word\nsecond line\n");
        Assert.Equal(0, await _scene.RunAsync("pull", $"ftp://reader@127.0.0.1:{server.Port}/", Here["to"], "--password-file", Here["password"], "--verbose", "--json"));
        Assert.DoesNotContain("s3cret-word", _scene.All, StringComparison.Ordinal);
        Assert.Equal($"ftp://127.0.0.1:{server.Port}", _scene.Json.GetProperty("server").GetString());

        Assert.Equal(0, await _scene.RunAsync("pull", $"ftp://reader:s3cret-word@127.0.0.1:{server.Port}/", Here["other"], "--verbose"));
        Assert.Contains("Warning: a password in the URL", _scene.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret-word", _scene.All, StringComparison.Ordinal);
        Assert.True(File.Exists(Here["other/a.txt"]));
        Assert.Equal(6, await _scene.RunAsync("pull", $"{server.Url}", Here["to"], "--user", "reader", "--password-file", Here["lost"]));
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelled_it_says_what_is_done_and_is_code_130()
    {
        Served.WriteOld("a.txt", "one");
        Served.WriteOld("b.txt", "two");
        await using var server = LoopbackFtpServer.Start(Served.Root);
        using var stop = new CancellationTokenSource();
        server.Faults.BeforeRetrieve = path =>
        {
            if (path.EndsWith("b.txt", StringComparison.Ordinal))
                stop.Cancel();
        };
        Assert.Equal(130, await _scene.RunAsync(stop.Token, "pull", $"{server.Url}", Here.Root, "--connections", "1"));
        Assert.Matches("stopped. [01] files were brought over; the next run goes on from there.", _scene.Error);
        Assert.False(File.Exists(Here["b.txt"]));
        Assert.Equal(0, await _scene.RunAsync("pull", $"{server.Url}", Here.Root));
        Assert.Equal(Tree(Served.Root), Tree(Here.Root));
    }

    [Fact(Timeout = Limit)]
    public async Task A_single_run_waits_until_files_have_settled()
    {
        Served.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(Served.Root);
        Assert.Equal(0, await _scene.RunAsync("pull", $"{server.Url}", Here.Root, "--settle", "300ms"));
        Assert.Contains("1 files may still be written to; waiting 0.3 s.", _scene.Error, StringComparison.Ordinal);
        Assert.Contains("new 1, updated 0, unchanged 0, removed 0, skipped 0,", _scene.Out, StringComparison.Ordinal);
        Assert.Equal("one", await File.ReadAllTextAsync(Here["a.txt"]));
    }

    private int Number(string name) => _scene.Json.GetProperty(name).GetInt32();
}
