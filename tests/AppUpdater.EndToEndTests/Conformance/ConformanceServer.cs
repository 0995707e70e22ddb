using System.Diagnostics;
using AppUpdater.EndToEndTests.RealServers;
using AppUpdater.Settings;
using AppUpdater.Tests;
using AppUpdater.Tests.Transport;
using AppUpdater.Transport;

namespace AppUpdater.EndToEndTests.Conformance;

/// <summary>
/// A server over a temporary folder, started for one class of conformance tests. What differs from server to server here is what the
/// protocol can't do, or what no setting of the server brings about.
/// </summary>
public abstract class ConformanceServer : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private TestAuthority? _authority;
    private IAsyncDisposable? _process;
    private int _places;

    protected ConformanceServer() => ServedPlace.OpenToAll(Served);

    /// <summary>How coarse a file's time may be told when one asks for that file.</summary>
    internal virtual TimeSpan TimePrecision => TimeSpan.FromSeconds(1);

    /// <summary>Whether names that begin with a dot are in listings.</summary>
    internal virtual bool ListsDotNames => true;

    /// <summary>Whether times can be set.</summary>
    internal virtual bool CanSetTimes => true;

    /// <summary>What is served.</summary>
    protected string Served => _folder.Root;

    protected TestAuthority Authority => _authority ??= new TestAuthority();

    /// <summary>The url of the folder served, without a slash at its end.</summary>
    protected abstract string Url { get; }

    protected virtual (string User, string Password)? Login => null;

    /// <summary>The program without which there is no server; null needs none.</summary>
    protected virtual string? Needs => null;

    public async Task InitializeAsync()
    {
        // Its tests are skipped then.
        if (Needs is not null && !ServerPrograms.IsCi && ServerPrograms.Problem(Needs) is not null)
            return;
        _process = await StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        if (!OperatingSystem.IsWindows())
            await EmptyAsync();
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A new folder that is served, for one test.</summary>
    internal ServedPlace NewPlace()
    {
        var name = $"place{Interlocked.Increment(ref _places)}";
        return new ServedPlace(Path.Join(Served, name), name);
    }

    internal IRemoteSource OpenSource(string folder, int connections = 8) => RemoteSources.Open(LocationOf(folder), OptionsOf(folder, connections));

    internal IRemoteTarget OpenTarget(string folder, int connections = 8) => RemoteSources.OpenTarget(LocationOf(folder), OptionsOf(folder, connections));

    /// <summary>With one more try: the first refusal tells that this server wants a new connection for each upload.</summary>
    internal IRemoteTarget OpenTargetOverTls13(string folder) => RemoteSources.OpenTarget(
        LocationOf(folder), TransportTestOptions.Create(connections: 8, retries: 1, server: SettingsOf(folder) with { Tls = TlsVersion.Tls13 }));

    /// <summary>Without the tests' authority: nobody vouches for the certificate then.</summary>
    internal IRemoteSource OpenWithoutAuthority(string folder) =>
        RemoteSources.Open(LocationOf(folder), TransportTestOptions.Create(server: SettingsOf(folder) with { CaFile = null }));

    protected abstract Task<IAsyncDisposable> StartAsync();

    /// <summary>By rm: .NET can't name a file whose name is not UTF-8, and so not delete it.</summary>
    private async Task EmptyAsync()
    {
        using var rm = Process.Start("rm", ["-rf", "--", .. Directory.GetFileSystemEntries(Served)]);
        await rm.WaitForExitAsync();
        Assert.Equal(0, rm.ExitCode);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _authority?.Dispose();
        _folder.Dispose();
    }

    private RemoteLocation LocationOf(string folder) => RemoteLocation.Parse($"{Url}/{folder}");

    private TransportOptions OptionsOf(string folder, int connections) =>
        TransportTestOptions.Create(connections: connections, retries: 2, server: SettingsOf(folder));

    private ServerSettings SettingsOf(string folder) => new()
    {
        Url = $"{Url}/{folder}",
        User = Login?.User,
        Password = Login is { } login ? new Secret(login.Password) : null,
        CaFile = _authority?.AuthorityFile,
    };
}
