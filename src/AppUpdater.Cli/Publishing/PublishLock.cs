using System.Globalization;
using System.Text;
using AppUpdater.Transport;

namespace AppUpdater.Cli.Publishing;

/// <summary>
/// One publisher at a time, on servers that know nothing of locks: each puts up a claim with a name of its own, then looks whether another
/// stands there. Of two at the same moment both see the other and neither goes on; never do both.
/// </summary>
internal sealed class PublishLock : IAsyncDisposable
{
    private const string Prefix = "publishing-";
    private const string Suffix = ".lock";
    private static readonly TimeSpan RemovalTakes = TimeSpan.FromSeconds(30);

    private readonly IRemoteTarget _target;
    private readonly Action<string> _note;
    private bool _isUp;

    private PublishLock(IRemoteTarget target, RelativePath claim, Action<string> note)
    {
        _target = target;
        _note = note;
        Claim = claim;
    }

    internal RelativePath Claim { get; }

    internal static bool IsClaim(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal) && !name.Contains('/', StringComparison.Ordinal);

    /// <param name="target">The server.</param>
    /// <param name="isOverride">Removes other claims: those of runs that were killed.</param>
    /// <param name="note">Takes warnings.</param>
    /// <param name="clock">For the claim's text.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="InstallException">Somebody else publishes there.</exception>
    internal static async Task<PublishLock> TakeAsync(IRemoteTarget target, bool isOverride, Action<string> note, TimeProvider clock, CancellationToken ct)
    {
        var claim = RelativePath.Parse($"{Prefix}{Guid.NewGuid():N}{Suffix}");
        var who = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{Environment.UserName} on {Environment.MachineName} since {PointerText.Time(clock.GetUtcNow())}\n"));
        var taken = new PublishLock(target, claim, note);
        try
        {
            await target.UploadAsync(RemoteFiles.Upload(claim, who), ct);
            taken._isUp = true;
            var others = await taken.OthersAsync(ct);
            if (others.Count > 0 && !isOverride)
                throw await taken.HeldAsync(others[0], ct);
            await target.DeleteAsync(others, ct);
            return taken;
        }
        catch
        {
            await taken.DisposeAsync();
            throw;
        }
    }

    /// <summary>Also after a cancel, and then within half a minute.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(RemovalTakes);
        try
        {
            await _target.DeleteAsync([Claim], patience.Token);
        }
        catch (Exception failure) when (failure is UpdateException or OperationCanceledException)
        {
            // Where it never went up, the failure that kept it from that is what is told; and should it stand there, the next run names it.
            if (_isUp)
                _note($"{Claim} could not be removed from {_target.Location} ({failure.Message}); the next run needs --override-lock.");
        }
    }

    private async Task<IReadOnlyList<RelativePath>> OthersAsync(CancellationToken ct)
    {
        var others = new List<RelativePath>();
        await foreach (var entry in _target.ListAsync(null, _ => false, ct))
        {
            if (IsClaim(entry.Path.Value) && entry.Path != Claim)
                others.Add(entry.Path);
        }

        return others;
    }

    private async Task<InstallException> HeldAsync(RelativePath other, CancellationToken ct)
    {
        var text = "somebody else";
        try
        {
            text = Encoding.UTF8.GetString(await _target.ReadSmallFileAsync(other, 1024, message => new UntrustedException(message), ct)).Trim();
        }
        catch (MissingException)
        {
            // It has just ended; whoever runs this again gets through.
        }

        return new InstallException(
            $"{PathRules.Show(text)} is publishing to {_target.Location}. Wait for the end of that run; where it was killed, run this again with --override-lock.");
    }
}
