using System.Text.Json;
using AppUpdater.Cli;
using AppUpdater.Cli.Output;

namespace AppUpdater.Tests.Cli.Mirroring;

/// <summary>A served folder, a local one, and the command line between them.</summary>
internal sealed class MirrorScene : IDisposable
{
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();
    private readonly TextWriter _sharedOut;
    private readonly TextWriter _sharedError;

    internal MirrorScene() => (_sharedOut, _sharedError) = (TextWriter.Synchronized(_out), TextWriter.Synchronized(_error));

    internal TempFolder Served { get; } = new();

    internal TempFolder Here { get; } = new();

    internal string Out => Read(_sharedOut, _out);

    internal string Error => Read(_sharedError, _error);

    internal string All => Out + Error;

    internal JsonElement Json => JsonDocument.Parse(Out).RootElement;

    public void Dispose()
    {
        Served.Dispose();
        Here.Dispose();
        _out.Dispose();
        _error.Dispose();
    }

    /// <summary>"mirror" and what follows. What an earlier call said is forgotten.</summary>
    internal Task<int> RunAsync(params string[] args) => RunAsync(CancellationToken.None, args);

    internal Task<int> RunAsync(CancellationToken ct, params string[] args)
    {
        _out.GetStringBuilder().Clear();
        _error.GetStringBuilder().Clear();
        return CommandLine.RunAsync(["mirror", .. args], new Screen(_sharedOut, _sharedError, IsTerminal: false), ct);
    }

    /// <summary>Also while a mirror writes: what a synchronized writer does, it does with a lock on itself.</summary>
    private static string Read(TextWriter shared, StringWriter written)
    {
#pragma warning disable CA2002 // it is that very lock
        lock (shared)
#pragma warning restore CA2002
            return written.ToString();
    }
}
