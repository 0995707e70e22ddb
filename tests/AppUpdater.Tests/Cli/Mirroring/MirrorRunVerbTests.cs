using AppUpdater.Testing;
using static AppUpdater.Tests.Mirroring.MirrorTesting;

namespace AppUpdater.Tests.Cli.Mirroring;

/// <summary>The jobs of a mirror.ini, run from the command line.</summary>
public sealed class MirrorRunVerbTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly MirrorScene _scene = new();

    private string Config => _scene.Here["mirror.ini"];

    public void Dispose() => _scene.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Jobs_run_in_order_one_that_fails_does_not_stop_the_next_and_the_worst_code_counts()
    {
        _scene.Served.WriteOld("a.txt", "one");
        _scene.Served.WriteOld("denied.txt", "two");
        await using var server = LoopbackFtpServer.Start(_scene.Served.Root);
        server.Faults.OnCommand = line => line == "RETR /denied.txt" ? FaultAction.Answer("550 Permission denied.") : null;
        _scene.Here.Write("mirror.ini", $"""
            [defaults]
            direction = pull
            connections = 2

            [partly]
            url = {server.Url}
            directory = partly

            [lost]
            url = {server.Url}not/there
            directory = lost
            lang = es

            [whole]
            url = {server.Url}
            directory = whole
            include = a.txt
            """);

        Assert.Equal(4, await _scene.RunAsync("run", "--config", Config));
        Assert.Equal(["partly:", "Failed:", "whole:"], Words(_scene.Out));
        Assert.Contains("appupdater: lost: ", _scene.Error, StringComparison.Ordinal);
        Assert.Equal("one", await File.ReadAllTextAsync(_scene.Here["whole/a.txt"]));

        Assert.Equal(4, await _scene.RunAsync("run", "-c", Config, "--json"));
        var jobs = _scene.Json.GetProperty("jobs").EnumerateArray().ToList();
        Assert.Equal(4, _scene.Json.GetProperty("code").GetInt32());
        Assert.Equal(["partly 8", "lost 4", "whole 0"], jobs.Select(job => $"{job.GetProperty("job").GetString()} {job.GetProperty("code").GetInt32()}"));
        Assert.Equal(4, jobs[1].GetProperty("error").GetProperty("code").GetInt32());

        Assert.Equal(8, await _scene.RunAsync("run", "-c", Config, "--job", "WHOLE", "--job", "partly"));
        Assert.Equal(0, await _scene.RunAsync("run", "-c", Config, "--job", "whole"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_dry_run_holds_for_all_jobs_and_a_jobs_own_for_it_alone_and_its_language_too()
    {
        _scene.Served.WriteOld("a.txt", "one");
        _scene.Here.Write("mirror.ini", $"""
            [defaults]
            direction = pull

            [dry]
            url = {_scene.Served.Root}
            directory = dry
            dry_run = true
            lang = es

            [wet]
            url = {_scene.Served.Root}
            directory = wet
            """);
        Assert.Equal(0, await _scene.RunAsync("run", "-c", Config, "--dry-run"));
        Assert.Equal(["nuevo", "dry:", "new", "wet:"], Words(_scene.Out));
        Assert.False(Directory.Exists(_scene.Here["wet"]));
        Assert.Equal(0, await _scene.RunAsync("run", "-c", Config));
        Assert.Single(Tree(_scene.Here["wet"]));
        Assert.False(Directory.Exists(_scene.Here["dry"]));
    }

    [Fact(Timeout = Limit)]
    public async Task A_mistake_in_the_file_is_code_3_before_any_job_runs_and_a_file_that_is_not_there_too()
    {
        _scene.Served.WriteOld("a.txt", "one");
        _scene.Here.Write("mirror.ini", $"[good]\ndirection = pull\nurl = {_scene.Served.Root}\ndirectory = good\n[bad]\ndirection = pull\nurl = {_scene.Served.Root}\ndirectory = bad\nfoo = 1\n");
        Assert.Equal(3, await _scene.RunAsync("run", "-c", Config));
        Assert.Contains("mirror.ini: [bad] foo is not known", _scene.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.Here["good"]));
        Assert.Equal(3, await _scene.RunAsync("run", "-c", _scene.Here["lost.ini"], "--json"));
        Assert.Contains("samples/mirror.ini", _scene.Error, StringComparison.Ordinal);
        Assert.Equal(3, _scene.Json.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(3, await _scene.RunAsync("run", "-c", Config, "--job", "nobody"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("password = s3cret-word", 0)]
    [InlineData("password = s3cret-wrong", 4)]
    [InlineData("password_file = secret.txt", 0)]
    public async Task A_password_comes_from_the_file_or_from_beside_it_and_is_never_shown(string key, int code)
    {
        _scene.Served.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(_scene.Served.Root, new FtpServerOptions { User = "reader", Password = "s3cret-word" });
        _scene.Here.Write("secret.txt", "s3cret-word");
        _scene.Here.Write("mirror.ini", $"[scenes]\ndirection = pull\nurl = {server.Url}\ndirectory = scenes\nuser = reader\n{key}\n");
        foreach (var form in new[] { "--verbose", "--json" })
        {
            Assert.Equal(code, await _scene.RunAsync("run", "-c", Config, form));
            Assert.DoesNotContain("s3cret", _scene.All, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> Words(string text) =>
        text.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim().Split(' ')[0]);
}
