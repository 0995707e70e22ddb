using AppUpdater.Settings;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Releases;

/// <summary>trust.json during one check: what was remembered, and what this check adds. An account that may not write goes on without remembering.</summary>
internal sealed class TrustMemory(InstallEnvironment install)
{
    private readonly TrustStore _store = new(install.Layout, install.Files);
    private bool _warned;

    /// <summary>What is known now, remembered or not.</summary>
    internal TrustRecord Now { get; private set; } = TrustFile.Load(install.FileSystem, install.Layout.Trust);

    /// <summary>Remembers durably before it returns.</summary>
    internal void Remember(Func<TrustRecord, TrustRecord> change)
    {
        var changed = change(Now);
        if (TrustFile.Write(changed).AsSpan().SequenceEqual(TrustFile.Write(Now)))
            return;
        try
        {
            Now = _store.Change(change);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InstallException)
        {
            Now = changed with { LocalId = Now.LocalId };
            if (!_warned)
            {
                install.Log.LogWarning(
                    "What was seen of the server can't be remembered in {File}, so an older release could be shown here later: {Reason}",
                    install.Layout.Trust, failure.Message);
            }

            _warned = true;
        }
    }
}
