using System.Collections.Immutable;
using System.Text;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;

namespace AppUpdater.SwapMatrix.Linux;

/// <summary>A file of the app, its age in days.</summary>
internal sealed record AppFile(string Text, UnixFileMode Mode = AppFile.Plain, int Age = 0)
{
    internal const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    internal const UnixFileMode Program = Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal ContentHash Hash => ContentHash.Of(Encoding.UTF8.GetBytes(Text));

    internal DateTimeOffset Modified => Start.AddDays(Age);

    internal void WriteTo(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, Text);
        DurableFiles.ForThisSystem().SetFacts(path, Mode, Modified);
    }
}

/// <summary>
/// A version of an app that is a shell script. Started, it adds one line to <c>saves/ran</c>: the number in the script, the number in
/// <c>lib/code</c>, its arguments. Between an odd version and an even one lies every kind of change.
/// </summary>
internal sealed record AppVersion(int Number, ImmutableSortedDictionary<string, AppFile> Files)
{
    internal const string Entry = "my app";

    private const string SameInAll = "any";

    internal static AppVersion Of(int number, int exitCode = 0, bool isEntryTheSame = false, bool hasTurns = true)
    {
        var own = isEntryTheSame ? SameInAll : $"{number}";
        var files = ImmutableSortedDictionary.CreateBuilder<string, AppFile>(StringComparer.Ordinal);
        files[Entry] = new($"#!/bin/sh\nown={own}\nhere=${{0%/*}}\n. \"$here/lib/code\"\n", AppFile.Program, isEntryTheSame ? 0 : number);
        files["lib/code"] = new($"echo \"$own/{number} $*\" >> \"$here/saves/ran\"\nsleep 0.02\nexit {exitCode}\n", Age: number);
        files["lib/a"] = new($"a {number}", Age: number);
        var isOdd = number % 2 == 1;
        files["lib/b"] = new("only its mode changes", isOdd ? AppFile.Plain : AppFile.Program);
        files[isOdd ? "gone/deep/x" : "more/deep/n"] = new($"comes and goes {number}", Age: number);
        if (isOdd)
            files["mixed/ours"] = new($"beside the user's {number}", Age: number);
        if (hasTurns)
        {
            files[isOdd ? "kind" : "kind/inner"] = new($"file or folder {number}", Age: number);
            files[isOdd ? "turn/inner" : "turn"] = new($"folder or file {number}", Age: number);
        }

        return new AppVersion(number, files.ToImmutable());
    }

    /// <summary>What the user keeps among the app's files.</summary>
    internal static ImmutableSortedDictionary<string, AppFile> Users { get; } = new Dictionary<string, AppFile>
    {
        ["notes"] = new("the user's own", UnixFileMode.UserRead),
        ["mixed/his"] = new("in a folder that releases leave", Age: 3),
        ["lib/his"] = new("in a folder that releases change", AppFile.Program),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>How a line of a run of this version begins.</summary>
    internal string Report => $"{(Files[Entry].Text.Contains($"own={SameInAll}\n", StringComparison.Ordinal) ? SameInAll : Number)}/{Number}";

    internal void WriteTo(string folder)
    {
        foreach (var (path, file) in Files)
            file.WriteTo(Path.Join(folder, path));
    }

    /// <summary>The whole install with this version, as <see cref="Scene.Tree"/> tells it.</summary>
    /// <param name="isExact">False where it came from a server's folder, which does not tell modes.</param>
    internal string Tree(bool isExact)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (path, file) in Files.Concat(Users))
        {
            lines.Add(Line(path, file.Hash, file.Mode, file.Modified, isExact || Users.ContainsKey(path)));
            for (var folder = Path.GetDirectoryName(path); !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
                lines.Add($"{folder}/");
        }

        lines.Add("saves/");
        return string.Join('\n', lines);
    }

    internal static string Line(string path, ContentHash hash, UnixFileMode mode, DateTimeOffset modified, bool hasMode) =>
        $"{path} {hash.Hex[..16]} {(hasMode ? Convert.ToString((int)mode, 8) : "")} {modified:yyyyMMdd'T'HHmmss}";
}
