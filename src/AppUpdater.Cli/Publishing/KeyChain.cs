using System.Collections.Immutable;
using AppUpdater.Releases;
using AppUpdater.Settings;
using AppUpdater.Transport;

namespace AppUpdater.Cli.Publishing;

/// <summary>The sets of keys of one app, from the one that its installs came with to the one in force, as they walk them.</summary>
/// <param name="Sets">Oldest first; at least one.</param>
internal sealed record KeyChain(ImmutableArray<KeySet> Sets)
{
    internal KeySet InForce => Sets[^1];

    /// <summary>One signature of any set is enough: what lies on a server may have been signed before keys were replaced.</summary>
    internal KeySet AnyOf => new(0, 1, [.. Sets.SelectMany(set => set.Keys).Distinct()], []);

    /// <param name="source">Where keys/ may lie.</param>
    /// <param name="first">The set in the installs' dato.ini.</param>
    /// <param name="app">Whose keys they must be.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="UntrustedException">A file is not what the set before and its own signed.</exception>
    internal static async Task<KeyChain> ReadAsync(IRemoteSource source, KeySet first, string app, CancellationToken ct)
    {
        var sets = ImmutableArray.Create(first);
        while (true)
        {
            var path = KeysFile.PathOf(sets[^1].Number + 1);
            if (await ServerStateReader.ReadRawAsync(source, path, ct) is not { } bytes)
                return new KeyChain(sets);
            sets = sets.Add(KeysFile.Follow(bytes, sets[^1], app, $"{path} at {source.Location}"));
        }
    }

    /// <summary>Whose keys keys/1.ini says it has. Nothing that is verified yet: whoever asks must hold it against what is.</summary>
    /// <returns>Null where no keys were ever replaced.</returns>
    /// <exception cref="SettingsException">It can't be read.</exception>
    internal static async Task<string?> ClaimedAppAsync(IRemoteSource source, CancellationToken ct)
    {
        var path = KeysFile.PathOf(1);
        if (await ServerStateReader.ReadRawAsync(source, path, ct) is not { } bytes)
            return null;
        var origin = $"{path} at {source.Location}";
        var text = IniText.Decode(SignedBytes.Split(bytes, origin).Of(bytes), IniRules.Version(origin)).Text;
        return new IniKeys(IniDocument.Parse(text, origin), environment: null).Required(KeysFile.Section, "app");
    }
}
