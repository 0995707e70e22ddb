using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace AppUpdater;

/// <summary>
/// A validated path below an install or a server folder: relative, <c>/</c>-separated, free of everything that could lead elsewhere.
/// The only way a name from a server or a file becomes a local path. Compared ordinally, case included.
/// </summary>
public sealed class RelativePath : IEquatable<RelativePath>, IComparable<RelativePath>
{
    /// <summary>The updater's own folder beside the app; no release may name anything in it.</summary>
    internal const string OwnFolder = ".appupdater";

    private RelativePath(string value) => Value = value;

    /// <summary>The path as text, <c>/</c>-separated.</summary>
    public string Value { get; }

    /// <summary>The last segment.</summary>
    public string Name => Value[(Value.LastIndexOf('/') + 1)..];

    /// <summary>The folder that holds this path, or null at the top.</summary>
    public RelativePath? Parent => Value.LastIndexOf('/') is > 0 and var cut ? new RelativePath(Value[..cut]) : null;

    /// <summary>Takes a path apart and puts it together validated.</summary>
    /// <exception cref="UntrustedException">The text breaks a path rule; the message names the text and the rule.</exception>
    public static RelativePath Parse(string text) =>
        ProblemOf(text, out var path) is { } problem ? throw new UntrustedException(problem) : path;

    /// <summary>As <see cref="Parse"/>, telling the problem instead of throwing.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RelativePath? path, [NotNullWhen(false)] out string? problem)
    {
        problem = ProblemOf(text, out path)?.ToString();
        return problem is null;
    }

    /// <summary>As <see cref="TryParse"/>: what is wrong with the text, and then there is no path; or null.</summary>
    internal static Wording? ProblemOf(string text, out RelativePath path)
    {
        ArgumentNullException.ThrowIfNull(text);
        var problem = PathRules.Problem(text);
        path = problem is null ? new RelativePath(text) : null!;
        return problem;
    }

    /// <summary>A path in the updater's own folder, such as <c>installed.json</c>; for the swap's own records only.</summary>
    internal static RelativePath OfUpdater(string name) => new($"{OwnFolder}/{Parse(name).Value}");

    /// <summary>This path with one more segment, validated.</summary>
    /// <exception cref="UntrustedException">The segment breaks a path rule.</exception>
    public RelativePath Append(string segment) => Parse($"{Value}/{segment}");

    /// <summary>
    /// A name for the time being in the same folder on a server, such as <c>.app.dll.1f0c.uploading</c>. The limit for paths of an install
    /// does not hold for it; most file systems take 255 bytes for a name, so that a long one is cut.
    /// </summary>
    internal RelativePath Beside(string suffix)
    {
        var name = Name;
        while (Encoding.UTF8.GetByteCount(name) + suffix.Length > 250)
            name = name[..^(name.Length > 1 && char.IsLowSurrogate(name[^1]) ? 2 : 1)];
        return new RelativePath($"{Value[..^Name.Length]}.{name}{suffix}");
    }

    /// <summary>The place of this path below <paramref name="root"/>, in the platform's notation.</summary>
    public string Under(string root) => Path.Join(root, Value.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>Whether this is <paramref name="folder"/> itself or lies below it.</summary>
    public bool IsAtOrBelow(RelativePath folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return Value.StartsWith(folder.Value, StringComparison.Ordinal) && (Value.Length == folder.Value.Length || Value[folder.Value.Length] == '/');
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] RelativePath? other) => other is not null && string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => Equals(obj as RelativePath);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public int CompareTo(RelativePath? other) => string.CompareOrdinal(Value, other?.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

#pragma warning disable CS1591 // operators mean what they always mean
    public static bool operator ==(RelativePath? left, RelativePath? right) => string.Equals(left?.Value, right?.Value, StringComparison.Ordinal);
    public static bool operator !=(RelativePath? left, RelativePath? right) => !(left == right);
    public static bool operator <(RelativePath? left, RelativePath? right) => Compare(left, right) < 0;
    public static bool operator >(RelativePath? left, RelativePath? right) => Compare(left, right) > 0;
    public static bool operator <=(RelativePath? left, RelativePath? right) => Compare(left, right) <= 0;
    public static bool operator >=(RelativePath? left, RelativePath? right) => Compare(left, right) >= 0;
#pragma warning restore CS1591

    private static int Compare(RelativePath? left, RelativePath? right) => string.CompareOrdinal(left?.Value, right?.Value);
}
