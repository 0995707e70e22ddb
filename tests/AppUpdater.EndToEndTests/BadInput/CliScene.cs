using AppUpdater.Testing;
using AppUpdater.Tests;

namespace AppUpdater.EndToEndTests.BadInput;

/// <summary>
/// An app of version 1.0 with a file of its user's, a server that has 1.1 of it, and the command line as a user runs it. After a failure
/// <see cref="AssertUntouched"/> holds, and after <see cref="AssertUpdated"/> the install is the server's folder.
/// </summary>
internal sealed class CliScene : IAsyncDisposable
{
    internal const string Big = "bin/app.bin";
    private readonly TempFolder _folder = new();
    private SortedDictionary<string, string> _before = [];

    internal CliScene(FtpServerOptions? options = null, string? install = null)
    {
        Install = install ?? _folder["install"];
        Directory.CreateDirectory(Served);
        Write(Served, "app.txt", "one");
        Write(Served, "lib/same.txt", "same");
        Publish("1.0");
        Copy(Served, Install);
        Write(Install, "notes/my año.txt", "the user's own");
        Write(Served, "app.txt", "two, and longer");
        Write(Served, Big, new string('x', 100_000));
        Publish("1.1");
        Server = LoopbackFtpServer.Start(Served, options);
        Configure($"url = {Server.Url}");
    }

    internal LoopbackFtpServer Server { get; }

    internal FtpFaults Faults => Server.Faults;

    internal string Host => $"127.0.0.1:{Server.Port}";

    internal string Served => _folder["served"];

    internal string Install { get; }

    internal string Config => Path.Join(Install, "dato.ini");

    /// <summary>What runs the command line, such as setpriv with its options.</summary>
    internal string[] Before { get; init; } = [];

    internal string Cli { get; init; } = CliRun.Program;

    /// <summary>The commands of the server that begin with a verb.</summary>
    internal IEnumerable<string> Asked(string verb) => Server.Commands.Where(line => line.StartsWith(verb, StringComparison.Ordinal));

    internal static void Write(string root, string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(root, path))!);
        File.WriteAllText(Path.Join(root, path), text);
    }

    internal void Publish(string version) => Write(Served, "version.ini", VersionFile(version));

    internal static string VersionFile(string version) => $"[version]\nformat = 1\napp = com.example.app\nversion = {version}\n";

    internal void Configure(string server, string install = "") => WriteConfig(
        $"[server]\n{server}\n\n[install]\napp = com.example.app\n{install}\n\n[trust]\nallow_unsigned = true\n");

    internal void WriteConfig(string text)
    {
        File.WriteAllText(Config, text);
        _before = Tree(Install);
    }

    internal Task<CliRun> RunAsync(string verb, params string[] more) => CliRun.RunAsync(Before, Cli, [verb, "--config", Config, .. more]);

    /// <summary>Not a file of the install has changed.</summary>
    internal void AssertUntouched() => Assert.Equal(_before, Tree(Install));

    /// <summary>An update now goes through, and once more finds nothing to do.</summary>
    internal async Task AssertUpdatesAsync()
    {
        (await RunAsync("update")).Is(0);
        AssertUpdated();
        (await RunAsync("check")).Is(0, "Up to date");
    }

    /// <summary>The install is the server's folder, and the user's file and dato.ini are what they were.</summary>
    internal void AssertUpdated()
    {
        var expected = Tree(Served);
        foreach (var name in new[] { "notes/my año.txt", "dato.ini" })
            expected[name] = _before[name];
        Assert.Equal(expected, Tree(Install));
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }

    private static SortedDictionary<string, string> Tree(string root)
    {
        var files = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(path => (Path: path, Name: Path.GetRelativePath(root, path).Replace('\\', '/')))
            .Where(file => !file.Name.StartsWith(".appupdater/", StringComparison.Ordinal));
        return new SortedDictionary<string, string>(files.ToDictionary(file => file.Name, file => File.ReadAllText(file.Path)), StringComparer.Ordinal);
    }

    private static void Copy(string from, string to)
    {
        foreach (var (path, text) in Tree(from))
            Write(to, path, text);
    }
}
