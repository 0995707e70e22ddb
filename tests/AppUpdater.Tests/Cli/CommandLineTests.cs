using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AppUpdater.Cli;
using AppUpdater.Cli.Output;
using AppUpdater.Planning;
using AppUpdater.Testing;
using AppUpdater.Tests.Planning;
using NuGet.Versioning;

namespace AppUpdater.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _temp = new();
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    private string Settings => _temp["install/dato.ini"];

    public void Dispose()
    {
        _temp.Dispose();
        _out.Dispose();
        _error.Dispose();
    }

    [Theory(Timeout = Limit)]
    [InlineData("")]
    [InlineData("frobnicate")]
    [InlineData("check --jsn")]
    [InlineData("check --config")]
    [InlineData("serve")]
    [InlineData("serve .")]
    [InlineData("serve . --ftp 99999")]
    [InlineData("serve . --http -1")]
    [InlineData("serve . --ftp 0 --rate fast")]
    [InlineData("serve . --ftp 0 --cut-after 10mbit")]
    [InlineData("serve . --ftp 0 --latency 5")]
    [InlineData("serve . --ftp x")]
    [InlineData("serve . --ftp 0 --bind nowhere")]
    [InlineData("doctor ftp://h --connections 65")]
    [InlineData("doctor ftp://h --connections x")]
    public async Task A_command_line_that_can_not_be_understood_is_code_2_and_one_message(string line)
    {
        Assert.Equal(2, await RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.StartsWith("appupdater: ", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal("", _out.ToString());
    }

    [Fact(Timeout = Limit)]
    public async Task A_missing_dato_ini_is_code_3_and_named()
    {
        Assert.Equal(3, await RunAsync("check", "--config", _temp["none.ini"]));
        Assert.Contains(_temp["none.ini"], _error.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task An_error_is_one_json_object_for_a_script()
    {
        await RunAsync("status", "--json", "--config", _temp["none.ini"]);

        var error = JsonDocument.Parse(_out.ToString()).RootElement.GetProperty("error");
        Assert.Equal(3, error.GetProperty("code").GetInt32());
        Assert.Contains("none.ini", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_refused_login_is_code_4_and_no_password_is_told()
    {
        await using var server = Serve("1.0.0", new FtpServerOptions { User = "reader", Password = "right" });
        WriteSettings(server.Url, "user = reader\npassword = wr0ng-secret");

        Assert.Equal(4, await RunAsync("check", "--verbose", "--config", Settings));
        Assert.DoesNotContain("wr0ng-secret", _error.ToString() + _out, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Verify_lists_what_is_wrong_missing_and_foreign_with_code_11_and_none_with_0()
    {
        WriteSettings(new Uri("ftp://127.0.0.1:1/"));
        _temp.Write("install/right", "1");
        _temp.Write("install/mine", "the user's");
        _temp.Write("install/wrong", "3");
        var files = new PlanSamples().Ours("right", "1").Ours("wrong", "2").Ours("gone", "3").Local().Record!.Files;
        WriteRecord(files);

        Assert.Equal(11, await RunAsync("verify", "--json", "--config", Settings));
        var report = JsonDocument.Parse(_out.ToString()).RootElement;
        Assert.Equal(("wrong", "gone", "mine"), (report.GetProperty("wrong")[0].GetString(), report.GetProperty("missing")[0].GetString(), report.GetProperty("foreign")[0].GetString()));
        Assert.False(report.GetProperty("isWhole").GetBoolean());
        WriteRecord(files.RemoveRange([RelativePath.Parse("wrong"), RelativePath.Parse("gone")]));
        Assert.Equal(0, await RunAsync("verify", "--config", Settings));
        Assert.Contains("Version 1.0.0 is whole; 2 foreign, left alone.", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Check_tells_the_plan_and_code_10()
    {
        await using var server = Serve("1.1.0");
        WriteSettings(server.Url);

        Assert.Equal(10, await RunAsync("check", "--json", "--config", Settings));

        var plan = JsonDocument.Parse(_out.ToString()).RootElement;
        Assert.True(plan.GetProperty("updateAvailable").GetBoolean());
        Assert.Equal("1.1.0", plan.GetProperty("to").GetString());
        Assert.Equal(JsonValueKind.Null, plan.GetProperty("from").ValueKind);
        Assert.Equal(11, plan.GetProperty("bytesToFetch").GetInt64());
        var change = Assert.Single(plan.GetProperty("changes").EnumerateArray());
        Assert.Equal("""{"kind":"add","path":"data/año.txt","bytes":11}""", change.GetRawText());
    }

    [Fact(Timeout = Limit)]
    public async Task A_dry_run_changes_nothing_and_ends_as_check_does()
    {
        await using var server = Serve("1.1.0");
        WriteSettings(server.Url);

        Assert.Equal(10, await RunAsync("update", "--dry-run", "--config", Settings));

        Assert.Contains("data/año.txt", _out.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(_temp["install/data/año.txt"]));
    }

    [Fact(Timeout = Limit)]
    public async Task A_corrupt_version_ini_is_code_3()
    {
        await using var server = Serve("not a version");
        WriteSettings(server.Url);

        Assert.Equal(3, await RunAsync("check", "--config", Settings));
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelled_before_the_swap_is_code_130()
    {
        await using var server = Serve("1.1.0");
        WriteSettings(server.Url);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        Assert.Equal(130, await CommandLine.RunAsync(["update", "--config", Settings], Screen(), stop.Token));
        Assert.False(File.Exists(_temp["install/data/año.txt"]));
    }

    [Fact(Timeout = Limit)]
    public async Task Rollback_without_a_backup_says_so_and_is_code_6()
    {
        WriteSettings(new Uri("ftp://127.0.0.1:9/"));

        Assert.Equal(6, await RunAsync("rollback", "--config", Settings));
        Assert.Contains("No backup", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Serve_tells_its_address_and_ends_in_order()
    {
        using var stop = new CancellationTokenSource();
        await using var told = new FirstLine();
        var serving = CommandLine.RunAsync(["serve", _temp.Root, "--ftp", "0", "--user", "u", "--password", "p"], new Screen(told, _error, IsTerminal: false), stop.Token);

        Assert.Contains("ftp://127.0.0.1:", await told.Text, StringComparison.Ordinal);
        await stop.CancelAsync();
        Assert.Equal(0, await serving);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_doctor_tells_what_it_found_and_no_password(bool json)
    {
        await using var server = Serve("1.0.0", new FtpServerOptions { User = "reader", Password = "s3cret-word" });
        WriteSettings(server.Url, "user = reader\npassword = s3cret-word");
        string[] place = json ? ["--json", "--config", Settings] : [$"ftp://reader@127.0.0.1:{server.Port}", "--password", "s3cret-word", "--verbose"];

        Assert.Equal(0, await RunAsync(["doctor", "--connections", "2", .. place]));

        var text = _out.ToString();
        Assert.DoesNotContain("s3cret-word", text + _error, StringComparison.Ordinal);
        if (json)
            Assert.Equal("[server]", JsonDocument.Parse(text).RootElement.GetProperty("settings")[0].GetString());
        else
            Assert.Contains("password = %APPUPDATER_PASSWORD%", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task The_doctor_of_a_server_that_refuses_is_code_4()
    {
        await using var server = Serve("1.0.0", new FtpServerOptions { User = "reader", Password = "right" });

        Assert.Equal(4, await RunAsync("doctor", $"ftp://127.0.0.1:{server.Port}", "--user", "reader", "--password", "wr0ng"));
        Assert.DoesNotContain("wr0ng", _out.ToString() + _error, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Serving_a_taken_port_is_code_6_and_says_what_to_do()
    {
        await using var taken = LoopbackFtpServer.Start(_temp.Root);

        Assert.Equal(6, await RunAsync("serve", _temp.Root, "--ftp", $"{taken.Port}"));
        Assert.Contains("--ftp", _error.ToString(), StringComparison.Ordinal);
    }

    private void WriteRecord(ImmutableSortedDictionary<RelativePath, InstalledFile> files)
    {
        var record = new InstalledRecord { App = "com.example.cli", Version = NuGetVersion.Parse("1.0.0"), Release = "1.0.0-00", Files = files, Folders = [] };
        _temp.Write("install/.appupdater/installed.json", Encoding.UTF8.GetString(InstalledRecordFile.Write(record)));
    }

    private Task<int> RunAsync(params string[] args) => CommandLine.RunAsync(args, Screen(), CancellationToken.None);

    private Screen Screen() => new(TextWriter.Synchronized(_out), TextWriter.Synchronized(_error), IsTerminal: false);

    private LoopbackFtpServer Serve(string version, FtpServerOptions? options = null)
    {
        _temp.Write("server/data/año.txt", "eleven byte");
        _temp.Write("server/version.ini", $"[version]\nformat = 1\napp = com.example.cli\nversion = {version}\n");
        return LoopbackFtpServer.Start(_temp["server"], options);
    }

    private void WriteSettings(Uri url, string more = "") => _temp.Write("install/dato.ini", $"""
        [server]
        url = {url}
        {more}

        [install]
        app = com.example.cli

        [trust]
        allow_unsigned = true
        """);

    private sealed class FirstLine : StringWriter
    {
        private readonly TaskCompletionSource<string> _text = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task<string> Text => _text.Task;

        public override void WriteLine(string? value) => _text.TrySetResult(value!);
    }
}
