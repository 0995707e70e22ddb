using AppUpdater.Cli;
using AppUpdater.Cli.Output;
using AppUpdater.Cli.Publishing;
using AppUpdater.Testing;

namespace AppUpdater.Tests.Cli.Publishing;

/// <summary>A server that refuses the login of who publishes: there is no dato.ini to look into.</summary>
public sealed class LoginAdviceTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _temp = new();

    public LoginAdviceTests() => Environment.SetEnvironmentVariable(SecretPrompt.PassphraseVariable, "correct horse");

    public void Dispose() => _temp.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData("publish")]
    [InlineData("publish --plain")]
    [InlineData("release halt")]
    [InlineData("release list")]
    [InlineData("prune")]
    [InlineData("verify-server")]
    public async Task Publishers_are_told_of_their_own_options(string verb)
    {
        await using var server = LoopbackFtpServer.Start(Directory.CreateDirectory(_temp["served"]).FullName, new FtpServerOptions { User = "me", Password = "right" });
        Assert.Equal(0, (await RunAsync(["keygen", "--out", _temp["keys"]])).Code);
        _temp.Write("build/app.txt", "one");
        await File.WriteAllTextAsync(_temp["password"], "wrong\n");
        var url = server.Url.ToString();
        string[] words = verb.Split(' ');
        string[] line = words[0] switch
        {
            "publish" => ["publish", _temp["build"], "--app", "com.example.app", "--version", "1.0.0", .. words[1..], "--to", url],
            "verify-server" => ["verify-server", url],
            _ => [.. words, "--to", url],
        };
        var key = verb is "release list" or "verify-server" ? "publisher.pub" : "publisher.key";

        var (code, error) = await RunAsync([.. line, "--user", "me", "--password-file", _temp["password"], .. verb == "publish --plain" ? Array.Empty<string>() : ["--key", _temp[$"keys/{key}"]]]);

        Assert.True(code == ExitCodes.Server, error);
        Assert.Contains("refused the login of user \"me\"", error, StringComparison.Ordinal);
        Assert.All(["--user", "--password-file", "APPUPDATER_PASSWORD"], name => Assert.Contains(name, error, StringComparison.Ordinal));
        Assert.DoesNotContain("[server]", error, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Error)> RunAsync(string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(args, new Screen(output, error, IsTerminal: false), CancellationToken.None);
        return (code, error.ToString());
    }
}
