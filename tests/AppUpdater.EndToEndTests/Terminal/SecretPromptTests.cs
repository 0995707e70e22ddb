using AppUpdater.EndToEndTests.BadInput;
using AppUpdater.EndToEndTests.Bootstrapper;
using AppUpdater.Testing;
using AppUpdater.Tests;

namespace AppUpdater.EndToEndTests.Terminal;

/// <summary>Passphrases and passwords asked for at a terminal: never shown, and what is asked there can be given up.</summary>
public sealed class SecretPromptTests : IDisposable
{
    private const int Limit = 120_000;
    private const string Passphrase = "correct hörse";
    private const string New = "Passphrase for the new keys: ";
    private const string Again = "The same once more: ";

    private static readonly string[] WithPassphrase = [$"APPUPDATER_KEY_PASSPHRASE={Passphrase}"];

    private readonly TempFolder _folder = new();

    private string Keys => _folder["keys"];

    private string Key => Path.Join(Keys, "publisher.key");

    private string[] Publish => ["publish", _folder["build"], "--app", "com.example.app", "--version", "1.0.0", "--key", Key, "--to"];

    public void Dispose() => _folder.Dispose();

    [LinuxFact(Timeout = Limit)]
    public async Task A_new_passphrase_is_asked_for_twice_and_not_shown_and_opens_the_key()
    {
        using (var keygen = CliTerminal.Start([], "keygen", "--out", Keys))
        {
            await keygen.ReadUntilAsync(New);
            await keygen.TypeAsync("wrong\u0015corrext\u007f\u007fct hö"); // Ctrl+U, and backspaces
            await keygen.TypeAsync("ü\u007frse\r");
            await keygen.ReadUntilAsync(Again);
            await keygen.TypeAsync($"{Passphrase}\r");
            Assert.True(await keygen.EndAsync() == 0, keygen.Shown);
            AssertHidden(keygen.Shown, "wrong", "corr", "rse");
        }

        _folder.Write("build/app.txt", "one");
        using var publish = CliTerminal.Start([], [.. Publish, _folder["server"]]);
        await publish.ReadUntilAsync($"Passphrase of {Key}: ");
        await publish.TypeAsync($"{Passphrase}\r");
        Assert.True(await publish.EndAsync() == 0, publish.Shown);
        AssertHidden(publish.Shown, "corr", "rse");
        Assert.True(File.Exists(_folder["server/version.ini"]));
    }

    [LinuxFact(Timeout = Limit)]
    public async Task Two_that_differ_and_one_too_short_write_nothing()
    {
        foreach (var (second, says) in new[] { ("other horse", "The two passphrases differ"), ("short", "at least 8 characters") })
        {
            using var keygen = CliTerminal.Start([], "keygen", "--out", Keys);
            await keygen.ReadUntilAsync(New);
            await keygen.TypeAsync(second == "short" ? "short\r" : $"{Passphrase}\r");
            await keygen.ReadUntilAsync(Again);
            await keygen.TypeAsync($"{second}\r");
            Assert.True(await keygen.EndAsync() == ExitCodes.Disk, keygen.Shown);
            Assert.Contains(says, keygen.Shown, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(Keys));
    }

    [LinuxTheory(Timeout = Limit)]
    [InlineData("right", 0, "is published at")]
    [InlineData("false", 4, "Check --user and the password")]
    public async Task The_password_of_a_user_is_asked_for_and_not_shown(string password, int code, string says)
    {
        await MakeKeysAsync();
        await using var server = LoopbackFtpServer.Start(Directory.CreateDirectory(_folder["served"]).FullName, new FtpServerOptions { User = "me", Password = "right" });
        using var publish = CliTerminal.Start(WithPassphrase, [.. Publish, server.Url.ToString(), "--user", "me"]);

        await publish.ReadUntilAsync("Password of me at 127.0.0.1: ");
        await publish.TypeAsync($"{password}\r");

        Assert.True(await publish.EndAsync() == code, publish.Shown);
        Assert.Contains(says, publish.Shown, StringComparison.Ordinal);
        AssertHidden(publish.Shown, password);
    }

    [LinuxTheory(Timeout = Limit)]
    [InlineData("\u0003")] // Ctrl+C
    [InlineData("\u0004")] // Ctrl+D
    public async Task What_is_asked_can_be_given_up(string key)
    {
        using var keygen = CliTerminal.Start([], "keygen", "--out", Keys);
        await keygen.ReadUntilAsync(New);
        await keygen.TypeAsync("corr");
        await keygen.TypeAsync(key);

        Assert.True(await keygen.EndAsync() == ExitCodes.Cancelled, keygen.Shown);
        Assert.Contains("Cancelled", keygen.Shown, StringComparison.Ordinal);
        AssertHidden(keygen.Shown, "corr");
        Assert.False(Directory.Exists(Keys));
    }

    [LinuxFact(Timeout = Limit)]
    public async Task Without_a_terminal_the_variable_is_named()
    {
        (await RunAsync([], "keygen", "--out", Keys)).Is(ExitCodes.Disk, "there is no terminal to ask at", "APPUPDATER_KEY_PASSPHRASE");
        Assert.False(Directory.Exists(Keys));
        await MakeKeysAsync();
        await using var server = LoopbackFtpServer.Start(Directory.CreateDirectory(_folder["served"]).FullName, new FtpServerOptions { User = "me", Password = "right" });

        (await RunAsync([], [.. Publish, server.Url.ToString(), "--user", "me"])).Is(ExitCodes.Disk, "there is no terminal to ask at", "APPUPDATER_KEY_PASSPHRASE");
        (await RunAsync(WithPassphrase, [.. Publish, server.Url.ToString(), "--user", "me"])).Is(ExitCodes.Server, "refused the login", "APPUPDATER_PASSWORD");
    }

    private async Task MakeKeysAsync()
    {
        _folder.Write("build/app.txt", "one");
        (await RunAsync(WithPassphrase, "keygen", "--out", Keys)).Is(0);
    }

    private static Task<CliRun> RunAsync(string[] environment, params string[] arguments) =>
        CliRun.RunAsync(["env", "-u", "APPUPDATER_KEY_PASSPHRASE", "-u", "APPUPDATER_PASSWORD", .. environment], CliRun.Program, arguments);

    private static void AssertHidden(string shown, params string[] typed) =>
        Assert.All(typed, text => Assert.DoesNotContain(text, shown, StringComparison.OrdinalIgnoreCase));
}
