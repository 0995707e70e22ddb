using System.Text;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Locks;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring.Logging;

/// <summary>
/// A file of lines for each day. Several jobs and processes may write to one: whoever writes holds its lock, goes to the file's end, and
/// writes the whole line at once. For one caller at a time.
/// </summary>
internal sealed class DailyFile(OwnLog place, IDurableFiles files, TimeProvider clock, Func<string, DateOnly?> dayOf) : IDisposable
{
    private const int Kept = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(2);

    // A line that was cut off must not look like a whole one: tabs in a row are in no line.
    internal static ReadOnlySpan<byte> TornEnd => "\t\t\n"u8;

    private Stream? _file;
    private DateOnly _opened;

    /// <summary>How a file is opened to be written; another way in tests of full disks.</summary>
    internal Func<string, Stream> OpenFile { get; init; } = static path =>
        new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    internal OwnLog Place => place;

    /// <summary>Makes sure that the file can be written, and removes what is older than is kept.</summary>
    /// <exception cref="IOException">It can't.</exception>
    /// <exception cref="UnauthorizedAccessException">It can't.</exception>
    /// <exception cref="InstallException">Its lock can't be made.</exception>
    internal void Open()
    {
        Directory.CreateDirectory(place.Folder);
        using (Lock())
        {
            BeReady();
            EndTornLine();
            Prune();
        }
    }

    /// <summary>The file may have been taken away or rotated by others: the next line looks.</summary>
    internal void Reopen() => Close();

    /// <exception cref="IOException">The line is not there, or not whole.</exception>
    /// <exception cref="UnauthorizedAccessException">The file can't be opened any more.</exception>
    /// <exception cref="InstallException">Its lock can't be taken.</exception>
    internal void Append(string line)
    {
        using (Lock())
        {
            BeReady();
            EndTornLine();
            _file!.Position = _file.Length;
            _file.Write(Encoding.UTF8.GetBytes($"{line}\n"));
        }
    }

    /// <summary>Every whole line of the file and of those before it, oldest first, from the given day on.</summary>
    internal IEnumerable<string> LinesSince(DateOnly day)
    {
        foreach (var path in Rotated().Where(log => log.Day >= day).OrderBy(log => (log.Day, log.Number)).Select(log => log.Path).Append(place.FullPath))
        {
            if (!File.Exists(path))
                continue;
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), Encoding.UTF8);
            while (reader.ReadLine() is { } line)
                yield return line;
        }
    }

    public void Dispose() => Close();

    private void BeReady()
    {
        var today = DateOnly.FromDateTime(clock.GetLocalNow().DateTime);
        if (_file is not null && _opened == today)
            return;
        Close();
        Rotate(today);
        _file = OpenFile(place.FullPath);
        _opened = today;
    }

    // The day is that of the first line: the file's own times change with every copy. A log of a later day is gone on with: the clock was put back.
    private void Rotate(DateOnly today)
    {
        if (FirstDay() is not { } day || day >= today)
            return;
        var number = 1;
        while (files.Stat(place.OfDay(day, number)) is not null)
            number++;
        files.Rename(place.FullPath, place.OfDay(day, number));
        Prune();
    }

    private DateOnly? FirstDay()
    {
        if (files.Stat(place.FullPath) is not { Length: > 0 } facts)
            return null;
        using var reader = new StreamReader(files.OpenRead(place.FullPath), Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            if (dayOf(line) is { } day)
                return day;
        }

        return DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(facts.Modified, clock.LocalTimeZone).DateTime);
    }

    private void Prune()
    {
        foreach (var old in Rotated().OrderByDescending(log => (log.Day, log.Number)).Skip(Kept))
            files.DeleteFile(old.Path);
    }

    private List<(DateOnly Day, int Number, string Path)> Rotated()
    {
        var found = new List<(DateOnly Day, int Number, string Path)>();
        foreach (var path in files.List(place.Folder))
        {
            if (place.IsOfDay(Path.GetFileName(path), out var which) && files.Stat(path) is { Kind: FileKind.File })
                found.Add((which.Value.Day, which.Value.Number, path));
        }

        return found;
    }

    private void EndTornLine()
    {
        if (_file!.Length == 0)
            return;
        _file.Position = _file.Length - 1;
        if (_file.ReadByte() != '\n')
            _file.Write(TornEnd);
    }

    /// <summary>Whoever has it has it for one line.</summary>
    private FileStream Lock()
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (LockFile.TryOpen(place.LockPath, FileAccess.ReadWrite, FileShare.None) is { } taken)
                return taken;
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
                throw new IOException($"{place.LockPath} is held by another process.");
            Thread.Sleep(BetweenTries); // listeners are told synchronously, in the order things finish: a line must be there before the next one
        }
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }
}
