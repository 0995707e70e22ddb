using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;
using AppUpdater.Releases;

namespace AppUpdater.Handover;

/// <summary>What a staged release is held against.</summary>
/// <param name="Keys">The keys in force.</param>
/// <param name="App">The app of this install.</param>
/// <param name="Installed">
/// The manifest of the release that is installed, where the swap repairs it; else null. Its version.ini may bear the signatures of keys
/// replaced since, or be gone: what it is repaired to is the record's word.
/// </param>
internal sealed record StagedReleaseRules(KeySet Keys, string App, ManifestReference? Installed);

/// <summary>
/// The second look at a signed release, between staging and swap: its pointer and its manifest lie with the swap as they were fetched, and
/// whatever the journal says, it places what they name and nothing else. Pure.
/// </summary>
internal static partial class StagedRelease
{
    internal const string Pointer = "release.ini";

    internal const string Manifest = ManifestReference.FileName;

    private const string Again = "Nothing was changed. Check again, which fetches it anew, and see who can write to .appupdater.";

    /// <summary>What lies with the swap of a signed release; none for a plain tree.</summary>
    internal static ImmutableArray<SwapCompanion> CompanionsOf(Release release) => release.Manifest is { } manifest
        ? [new SwapCompanion(Pointer, release.Version.Raw), new SwapCompanion(Manifest, manifest.Raw)]
        : [];

    /// <param name="journal">What is about to be carried out.</param>
    /// <param name="pointer">The bytes of release.ini.</param>
    /// <param name="manifest">The bytes of manifest.json.br.</param>
    /// <param name="rules">Keys and app.</param>
    /// <param name="isStaged">Whether the bytes that an operation would place lie ready: an entry that stays has none.</param>
    /// <exception cref="UntrustedException">It is not what the publisher signed; the message names the file.</exception>
    internal static void Require(SwapJournal journal, byte[] pointer, byte[] manifest, StagedReleaseRules rules, Func<SwapOperation, bool> isStaged)
    {
        var version = Signed(pointer, rules);
        if (version.Manifest is not { } reference)
            throw new UntrustedException($"{Pointer} of the staged update names no manifest. {Again}");
        if (version.App != rules.App)
            throw new UntrustedException($"{Pointer} of the staged update is of app {PathRules.Show(version.App)}, this install is of {PathRules.Show(rules.App)}. {Again}");
        if (manifest.Length != reference.Size || ContentHash.Of(manifest) != reference.Hash)
            throw new UntrustedException($"{Manifest} of the staged update is not the file that {Pointer} names. {Again}");
        var release = SignedReleaseBuilder.Build(version, ManifestCodec.Read(manifest, reference.Folder, $"{Manifest} of the staged update"), reserved: []);
        if (release.Id != journal.Header.Release)
            throw new UntrustedException($"The staged update calls itself {PathRules.Show(journal.Header.Release)}, and {Pointer} is of {release.Id}. {Again}");
        var named = release.Files.ToDictionary(file => file.Path, file => file.Content!.Hash);
        foreach (var operation in journal.Operations.Where(operation => operation.IsFile))
            RequireNamed(operation, named, ContentHash.Of(pointer), isStaged);
    }

    private static VersionFile Signed(byte[] pointer, StagedReleaseRules rules)
    {
        const string Origin = $"{Pointer} of the staged update";
        try
        {
            return SignedPointer.Read(pointer, Origin, rules.Keys);
        }
        catch (UntrustedException) when (rules.Installed is not null)
        {
            if (TryParse(pointer, Origin) is { } said && said.Manifest == rules.Installed)
                return said;
            throw;
        }
    }

    private static VersionFile? TryParse(byte[] pointer, string origin)
    {
        try
        {
            return VersionFileParser.Parse(pointer, origin);
        }
        catch (SettingsException)
        {
            return null;
        }
    }

    private static void RequireNamed(SwapOperation operation, Dictionary<RelativePath, ContentHash> named, ContentHash pointer, Func<SwapOperation, bool> isStaged)
    {
        var path = operation.Path;
        if (path == OwnRecords.Installed)
            return;
        if (operation.NewHash is not { } hash)
        {
            if (named.ContainsKey(path))
                throw new UntrustedException($"The staged update removes {path}, which the signed release has. {Again}");
            return;
        }

        if (operation.IsSameContent && !isStaged(operation))
            return; // what is there stays there, and nothing else can take its place
        var wanted = path == OwnRecords.Version ? pointer : named.GetValueOrDefault(path);
        if (wanted is null && operation.OldHash is null && (IsUsers(path) || IsLaidBeside(path, hash, named)))
            return;
        if (hash != wanted)
        {
            throw new UntrustedException(
                $"The staged update places {path} with SHA-256 {hash}, and the signed release {(wanted is null ? "has no such file" : $"names {wanted}")}. {Again}");
        }
    }

    /// <summary>A copy of what the user had there, under a name that nothing of a release is run by.</summary>
    private static bool IsUsers(RelativePath path) => UsersName().IsMatch(path.Name);

    // A name that would be too long is cut before its ending.
    private static bool IsLaidBeside(RelativePath path, ContentHash hash, Dictionary<RelativePath, ContentHash> named)
    {
        var mark = path.Name.LastIndexOf(".new-", StringComparison.Ordinal);
        return mark > 0 && named.Any(file =>
            file.Value == hash && file.Key.Parent == path.Parent && file.Key.Name.StartsWith(path.Name[..mark], StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\.user-[0-9]{8}T[0-9]{6}Z(-[0-9]{1,9})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex UsersName();
}
