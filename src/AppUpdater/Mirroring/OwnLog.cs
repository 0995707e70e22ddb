using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AppUpdater.Mirroring;

/// <summary>
/// A log that the mirror's host writes while it mirrors: the file itself, what it was renamed to when its day was over
/// (<c>name.2026-11-20.txt</c>), and the lock beside it. Pure.
/// </summary>
/// <param name="FullPath">Of the file that is written to.</param>
internal sealed record OwnLog(string FullPath)
{
    private const string DayFormat = "yyyy-MM-dd";

    internal string Folder => Path.GetDirectoryName(FullPath)!;

    internal string Name => Path.GetFileName(FullPath);

    /// <summary>Held by whoever writes.</summary>
    internal string LockPath => Path.Join(Folder, LockName);

    private string LockName => $".{Name}.lock";

    private string Stem => Path.GetFileNameWithoutExtension(FullPath) + ".";

    private string Extension => Path.GetExtension(FullPath);

    /// <summary>What the log of a day is called when that day is over.</summary>
    /// <param name="day">Its day.</param>
    /// <param name="number">1; more where a clock that was put back gave the day a second log.</param>
    internal string OfDay(DateOnly day, int number) => Path.Join(Folder, NameOfDay(day, number));

    /// <summary>Whether a name is one of <see cref="OfDay"/>, and which.</summary>
    internal bool IsOfDay(string name, [NotNullWhen(true)] out (DateOnly Day, int Number)? which)
    {
        which = null;
        if (!name.StartsWith(Stem, StringComparison.OrdinalIgnoreCase) || name.Length < Stem.Length + DayFormat.Length + Extension.Length)
            return false;
        var middle = name[Stem.Length..^Extension.Length];
        if (!DateOnly.TryParseExact(middle[..DayFormat.Length], DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return false;
        var number = middle.Length == DayFormat.Length ? 1
            : int.TryParse(middle.AsSpan(DayFormat.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var more) ? more : 0;
        if (number == 0 || !name.Equals(NameOfDay(day, number), StringComparison.OrdinalIgnoreCase))
            return false;
        which = (day, number);
        return true;
    }

    /// <summary>Whether a file in <see cref="Folder"/> is part of this log.</summary>
    internal bool Owns(string name, StringComparison comparison) =>
        name.Equals(Name, comparison)
        || name.Equals(LockName, comparison)
        || (name.StartsWith(Stem, comparison) && name.EndsWith(Extension, comparison) && IsOfDay(name, out _));

    private string NameOfDay(DateOnly day, int number) => string.Create(
        CultureInfo.InvariantCulture, $"{Stem}{day.ToString(DayFormat, CultureInfo.InvariantCulture)}{(number == 1 ? "" : $".{number}")}{Extension}");
}
