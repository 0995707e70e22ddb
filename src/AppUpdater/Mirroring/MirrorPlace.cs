using System.Text;
using AppUpdater.Core.Hashing;
using AppUpdater.Transport;

namespace AppUpdater.Mirroring;

/// <summary>
/// The local folder of a mirror and what the mirror keeps in it, below <c>.appupdater/mirror</c>, by a short hash of server, user and direction.
/// </summary>
internal sealed record MirrorPlace(string Root, string Id, string Pair)
{
    internal const string Pull = "pull";
    internal const string Push = "push";

    internal string Own => Path.Join(Root, RelativePath.OwnFolder, "mirror");

    internal string Parts => Path.Join(Own, "parts");

    internal string State => Path.Join(Own, $"{Id}.json");

    /// <summary>What was done since the state was written.</summary>
    internal string Journal => Path.Join(Own, $"{Id}.journal");

    /// <summary>One for both directions: at once they would undo each other's work.</summary>
    internal string Lock => Path.Join(Own, $"{Pair}.lock");

    internal string Servers => Path.Join(Own, "servers.json");

    internal static MirrorPlace Of(string root, RemoteLocation location, string? user, string direction)
    {
        var server = $"{location}\n{user ?? location.User}";
        return new MirrorPlace(Path.TrimEndingDirectorySeparator(root), Hash($"{server}\n{direction}"), Hash(server));
    }

    /// <summary>What a transfer calls a file for the time being: nobody's file.</summary>
    internal static bool IsPartial(RelativePath path) =>
        path.Name.StartsWith('.') && (path.Name.EndsWith(".uploading", StringComparison.Ordinal) || path.Name.EndsWith(".replaced", StringComparison.Ordinal));

    private static string Hash(string text) => ContentHash.Of(Encoding.UTF8.GetBytes(text)).Hex[..16];
}
