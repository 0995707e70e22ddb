using System.Text.Json;
using AppUpdater.Cli;
using AppUpdater.Cli.Output;
using AppUpdater.Testing;

namespace AppUpdater.Tests.Cli;

/// <summary>The verb from its command line to its lines, and an install that lives by these lines.</summary>
public sealed class DoctorTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _temp = new();

    public DoctorTests()
    {
        _temp.Write("served/version.ini", "[version]\nformat = 1\napp = com.example.doctor\nversion = 1.0.0\n");
        _temp.Write("served/año.txt", "0123456789");
    }

    public void Dispose() => _temp.Dispose();

    [Fact(Timeout = Limit)]
    public async Task The_lines_for_a_server_with_TLS_are_those_that_check_then_works_with()
    {
        await using var server = LoopbackFtpServer.Start(_temp["served"], new FtpServerOptions { Tls = FtpTlsMode.Explicit, RequireTls = true });

        var (code, text) = await RunAsync("doctor", server.Url.AbsoluteUri, "--fingerprint", server.Fingerprint!);

        Assert.Equal(0, code);
        Assert.Contains("ok    TLS", text, StringComparison.Ordinal);
        Assert.All(text.Split(Environment.NewLine), line => Assert.True(line.Length <= 100, line));
        await AssertChecksAsync(text[text.IndexOf("; fits in dato.ini", StringComparison.Ordinal)..]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_strange_certificate_is_code_5_and_json_has_the_same_members_as_ever()
    {
        await using var server = LoopbackFtpServer.Start(_temp["served"], new FtpServerOptions { Tls = FtpTlsMode.Explicit });

        var (code, text) = await RunAsync("doctor", server.Url.AbsoluteUri, "--json");

        Assert.Equal(5, code);
        var report = JsonDocument.Parse(text).RootElement;
        Assert.Equal(
            ["place", "complete", "failure", "findings", "timings", "settings"], report.EnumerateObject().Select(member => member.Name));
        Assert.False(report.GetProperty("complete").GetBoolean());
        Assert.Equal(5, report.GetProperty("failure").GetProperty("code").GetInt32());
        Assert.Equal(["mark", "subject", "what", "advice"], report.GetProperty("findings")[0].EnumerateObject().Select(member => member.Name));
        Assert.Empty(report.GetProperty("settings").EnumerateArray());
    }

    [Fact(Timeout = Limit)]
    public async Task A_folder_that_serve_shows_over_HTTP_is_examined_and_its_lines_work()
    {
        using var stop = new CancellationTokenSource();
        await using var told = new Told();
        var serving = CommandLine.RunAsync(["serve", _temp["served"], "--http", "0"], new Screen(told, TextWriter.Null, IsTerminal: false), stop.Token);
        var url = (await told.Text).Split(" at ")[1].Split(' ')[0];

        var (code, text) = await RunAsync("doctor", url, "--json");

        var report = JsonDocument.Parse(text).RootElement;
        Assert.Equal((0, true), (code, report.GetProperty("complete").GetBoolean()));
        var marks = report.GetProperty("findings").EnumerateArray().ToDictionary(
            finding => finding.GetProperty("subject").GetString()!, finding => finding.GetProperty("mark").GetString());
        foreach (var subject in (string[])["server", "login", "version.ini", "resume", "versions", "unchanged"])
            Assert.Equal((subject, "good"), (subject, marks[subject]));
        await AssertChecksAsync(string.Join('\n', report.GetProperty("settings").EnumerateArray().Select(line => line.GetString())));
        await stop.CancelAsync();
        Assert.Equal(0, await serving);
    }

    [Theory(Timeout = Limit)]
    [InlineData("--fingerprint", "12")]
    [InlineData("--connections", "0")]
    public async Task What_an_option_can_not_be_is_code_2(string option, string value) =>
        Assert.Equal(2, (await RunAsync("doctor", "ftps://h", option, value)).Code);

    private async Task AssertChecksAsync(string lines)
    {
        _temp.Write("install/dato.ini", $"{lines}\n[install]\napp = com.example.doctor\n[trust]\nallow_unsigned = true\n");
        Assert.Equal(10, (await RunAsync("check", "--config", _temp["install/dato.ini"])).Code);
    }

    private static async Task<(int Code, string Text)> RunAsync(params string[] line)
    {
        await using var text = new StringWriter();
        var code = await CommandLine.RunAsync(line, new Screen(text, TextWriter.Null, IsTerminal: false), default);
        return (code, text.ToString());
    }

    private sealed class Told : StringWriter
    {
        private readonly TaskCompletionSource<string> _text = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task<string> Text => _text.Task;

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            _text.TrySetResult(ToString());
            return Task.CompletedTask;
        }
    }
}
