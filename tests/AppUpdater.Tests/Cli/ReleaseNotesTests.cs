using System.Text.Json;
using AppUpdater.Cli;
using AppUpdater.Cli.Output;
using AppUpdater.Tests.Releases;

namespace AppUpdater.Tests.Cli;

/// <summary>Release notes on a terminal are text, whatever somebody signed: an escape sequence would be a command.</summary>
public sealed class ReleaseNotesTests : IDisposable
{
    private const int Limit = 60_000;
    private const string Hostile = "Better,\n\tand \e[31mred\e[0m \e]0;title\a\u009b2J\0 años.\r\nEnd\b\n\n";
    private const string Shown = "Release notes of 1.1.0:\nBetter,\n\tand [31mred[0m ]0;title2J años.\nEnd";

    private readonly TempFolder _temp = new();
    private readonly TestPublisher _publisher;

    public ReleaseNotesTests()
    {
        _publisher = new TestPublisher(_temp["server"]) { Notes = Hostile };
        _publisher.Publish("1.1.0", ("app.txt", "one"));
        _publisher.WritePublicKey(_temp.Write("install/publisher.pub", ""));
        _temp.Write("install/dato.ini", $"[server]\nurl = {_temp["server"]}\n[install]\napp = {TestPublisher.App}\n[trust]\nkeys = publisher.pub\n");
    }

    public void Dispose()
    {
        _publisher.Dispose();
        _temp.Dispose();
    }

    [Theory(Timeout = Limit)]
    [InlineData(ExitCodes.UpdateAvailable, "check")]
    [InlineData(ExitCodes.UpdateAvailable, "update", "--dry-run")]
    [InlineData(ExitCodes.Done, "update")]
    public async Task They_are_shown_without_control_characters(int expected, params string[] verb)
    {
        var (code, output, error) = await RunAsync(verb);

        Assert.True(code == expected, error);
        Assert.Contains(Shown, output, StringComparison.Ordinal);
        Assert.DoesNotContain(output, c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'));
        Assert.Equal(1, output.Split("Release notes of").Length - 1);
    }

    [Fact(Timeout = Limit)]
    public async Task In_json_they_are_whole_and_escaped()
    {
        var (code, output, _) = await RunAsync("check", "--json");

        Assert.Equal(ExitCodes.UpdateAvailable, code);
        Assert.DoesNotContain(output.TrimEnd(), char.IsControl);
        Assert.Equal(Hostile, JsonDocument.Parse(output).RootElement.GetProperty("notes").GetString());
    }

    [Fact(Timeout = Limit)]
    public async Task Longer_ones_than_a_manifest_may_have_are_refused()
    {
        _publisher.Notes = new string('x', (1024 * 1024) + 1);
        _publisher.Publish("1.2.0", ("app.txt", "two"));

        var (code, _, error) = await RunAsync("check");

        Assert.Equal(ExitCodes.Untrusted, code);
        Assert.Contains("notes", error, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] verb)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync([.. verb, "--config", _temp["install/dato.ini"]], new Screen(output, error, IsTerminal: false), CancellationToken.None);
        return (code, output.ToString().ReplaceLineEndings("\n"), error.ToString());
    }
}
