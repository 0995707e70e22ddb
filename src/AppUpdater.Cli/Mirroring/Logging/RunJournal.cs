using System.Text;
using AppUpdater.Core.Disk;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring.Logging;

/// <summary>
/// What the cycle in progress told its logs, in the mirror's own folder and in the log's standard grammar: after a kill, what began and has no
/// end is looked for. A line of it is written before the log's where something begins, and after it where something ends.
/// </summary>
internal sealed class RunJournal(string path, IDurableFiles files, Action<string> note) : IDisposable
{
    private const int LongestLine = 64 * 1024;

    private static readonly StandardFormat Format = new("", TimeZoneInfo.Utc);

    private FileStream? _file;
    private bool _isBroken;

    /// <summary>What a cycle left that did not end; nothing after one that did.</summary>
    internal CutCycle Load()
    {
        try
        {
            if (files.Stat(path) is not { Kind: FileKind.File })
                return CutCycle.None;
            using var stream = files.OpenRead(path);
            return CutCycle.Of(Entries(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            note(Reasons.Of($"{path} can't be read: {Wording.Of(e)} What a run that was cut off finished last may be missing in the log."));
            return CutCycle.None;
        }
    }

    /// <summary>Empties it: all it tells is in the logs.</summary>
    internal void Clear() => Guard(static file => file.SetLength(0));

    internal void Add(LogEntry entry) => Guard(file => file.Write(Encoding.UTF8.GetBytes($"{Format.Line(entry)}\n")));

    public void Dispose() => _file?.Dispose();

    // What follows the last end is half a line.
    private static IEnumerable<LogEntry> Entries(Stream stream)
    {
        foreach (var (line, isWhole) in BoundedLines.Of(stream, LongestLine))
        {
            if (isWhole && line is not null && StandardFormat.TryParse(line, out var entry))
                yield return entry;
        }
    }

    private void Guard(Action<FileStream> action)
    {
        if (_isBroken)
            return;
        try
        {
            _file ??= Open();
            _file.Position = _file.Length;
            action(_file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _isBroken = true;
            note(Reasons.Of($"{path} can't be written: {Wording.Of(e)} The mirror goes on; if it is cut off, its log may lack what it finished last."));
        }
    }

    private FileStream Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        file.Position = file.Length;
        if (file.Length > 0)
            file.Write(DailyFile.TornEnd); // its last line may be half of one
        return file;
    }
}
