using System.Security.Cryptography;
using AppUpdater.EndToEndTests.BadInput;
using AppUpdater.Tests;

namespace AppUpdater.EndToEndTests.SignedReleases;

/// <summary>Keys, a server's folder and installs, all worked on by the command line as people do.</summary>
internal sealed class SignedServer : IDisposable
{
    private const string App = "com.example.real";

    // For the publisher's key and for nothing else.
    private static readonly string[] WithPassphrase = ["env", "APPUPDATER_KEY_PASSPHRASE=of this test alone"];

    private readonly TempFolder _folder = new();

    internal string this[string name] => _folder[name];

    internal string Served => Directory.CreateDirectory(_folder["served"]).FullName;

    public void Dispose() => _folder.Dispose();

    internal async Task MakeKeysAsync() =>
        (await CliRun.RunAsync(WithPassphrase, CliRun.Program, ["keygen", "--out", _folder["keys"]])).Is(0);

    internal async Task PublishAsync(string build, string version, string to) => (await CliRun.RunAsync(
        WithPassphrase, CliRun.Program, ["publish", build, "--app", App, "--version", version, "--to", to, "--key", _folder["keys/publisher.key"]])).Is(0);

    /// <summary>An install that gets its releases from a place, with the public key and nothing else in it; what is there stays.</summary>
    internal string Configure(string name, string url)
    {
        var install = Directory.CreateDirectory(_folder[name]).FullName;
        File.Copy(_folder["keys/publisher.pub"], Path.Join(install, "publisher.pub"), overwrite: true);
        File.WriteAllText(
            Path.Join(install, "dato.ini"),
            $"[server]\nurl = {url}\n[install]\napp = {App}\n[trust]\nkeys = publisher.pub\n[update]\nbackup = none\n");
        return install;
    }

    internal async Task<CliRun> RunAsync(string verb, string install)
    {
        var run = await CliRun.RunAsync([], CliRun.Program, [verb, "--config", Path.Join(install, "dato.ini")]);
        // The bootstrapper tells the outcome and clears up after that.
        _folder.AwaitUsers(Path.GetFileName(install));
        return run;
    }

    /// <summary>Every file but the updater's own and the copies it kept for the user: its hash by its path.</summary>
    internal static SortedDictionary<string, string> Hashes(string root)
    {
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(root, file);
            if (path is "version.ini" or "dato.ini" or "publisher.pub" || path.StartsWith(".appupdater/", StringComparison.Ordinal)
                || path.Contains(".user-", StringComparison.Ordinal))
                continue;
            using var content = File.OpenRead(file);
            hashes[path] = Convert.ToHexStringLower(SHA256.HashData(content));
        }

        return hashes;
    }
}
