using AppUpdater.Transport;

namespace AppUpdater.Staging;

/// <summary>The places that hold a signed release: the one it was planned from, then others, opened only where they are needed.</summary>
internal sealed class PackPlaces(IRemoteSource first, IReadOnlyList<Func<IRemoteSource>> others) : IAsyncDisposable
{
    private readonly Lazy<IRemoteSource>[] _others = [.. others.Select(open => new Lazy<IRemoteSource>(open))];

    internal int Count => 1 + _others.Length;

    internal IRemoteSource this[int place] => place == 0 ? first : _others[place - 1].Value;

    /// <summary>Closes the others; the first is its owner's.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var opened in _others.Where(other => other.IsValueCreated))
            await opened.Value.DisposeAsync().ConfigureAwait(false);
    }
}
