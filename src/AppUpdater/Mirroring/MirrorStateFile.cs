using System.Text.Json;
using AppUpdater.Core.Disk;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Mirroring;

/// <summary>
/// The state on disk: a JSON file, written whole or not at all, and beside it a journal of one line for each thing done since, so that a
/// killed run has lost nothing. What can't be read counts as lost.
/// </summary>
internal sealed class MirrorStateFile(MirrorPlace place, IDurableFiles files, ILogger log) : IDisposable
{
    private const int Format = 1;
    private const long MaxBytes = 512L * 1024 * 1024;
    private const int MaxLine = 4096;

    private FileStream? _journal;

    /// <summary>The state with what the journal adds; an empty one where there is none that can be read.</summary>
    internal MirrorState Load()
    {
        try
        {
            var state = files.Stat(place.State) is { } facts ? Read(facts) : new MirrorState();
            if (files.Stat(place.Journal) is { } journal)
                Replay(state, journal);
            return state;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or FormatException)
        {
            log.LogWarning("{File} can't be used ({Reason}): both sides are compared anew, and nothing is removed for it.", place.State, Wording.Of(e));
            return new MirrorState();
        }
    }

    /// <summary>Writes the state durably; the journal begins anew.</summary>
    /// <exception cref="InstallException">It can't be written.</exception>
    internal void Save(MirrorState state)
    {
        try
        {
            AtomicFile.Write(files, place.State, JsonSerializer.SerializeToUtf8Bytes(Stored(state), MirrorJson.Default.StoredMirror));
            _journal?.SetLength(0);
            if (_journal is null && files.Stat(place.Journal) is not null)
                files.DeleteFile(place.Journal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CantWrite(place.State, e);
        }
    }

    /// <summary>More lines. Safe with the system once this returns, whatever becomes of the process.</summary>
    /// <param name="isDurable">Safe on the disk as well.</param>
    /// <param name="lines">In their order.</param>
    /// <exception cref="InstallException">They can't be written.</exception>
    internal void Append(bool isDurable, params IEnumerable<StoredLine> lines)
    {
        try
        {
            var isNew = _journal is null;
            _journal ??= new FileStream(place.Journal, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
            _journal.Write([.. lines.SelectMany(line => JsonSerializer.SerializeToUtf8Bytes(line, MirrorJson.Default.StoredLine).Append((byte)'\n'))]);
            if (!isDurable)
                return;
            _journal.Flush(flushToDisk: true);
            if (isNew)
                files.FlushDirectory(place.Own);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CantWrite(place.Journal, e);
        }
    }

    public void Dispose() => _journal?.Dispose();

    private MirrorState Read(FileFacts facts)
    {
        if (facts is not { Kind: FileKind.File, Length: <= MaxBytes })
            throw new FormatException("it is no file of a mirror's size");
        using var stream = files.OpenRead(place.State);
        if (JsonSerializer.Deserialize(stream, MirrorJson.Default.StoredMirror) is not { Format: Format } stored)
            throw new FormatException("it has another format");
        var state = new MirrorState { Verified = stored.Verified };
        var lists = new[] { stored.Files, stored.Folders, stored.Waiting, stored.Sending };
        if (lists.Sum(list => (long)(list?.Count ?? 0)) > lists.Length * (long)MirrorState.MaxEntries)
            throw new FormatException("it has too many entries");
        if (lists.Any(list => list?.Contains(null!) is true))
            throw new FormatException("it has an entry that is nothing");
        foreach (var line in stored.Files ?? [])
            state.Files[line.Path()] = line.File();
        foreach (var line in stored.Folders ?? [])
            state.Folders[line.Path()] = line.O;
        foreach (var line in stored.Waiting ?? [])
            state.Waiting[line.Path()] = line.WaitingFile();
        foreach (var line in stored.Sending ?? [])
            state.Sending.Add(line.Upload());
        state.Mark = stored.Mark is { } mark ? StoredLine.Mark(mark) : state.Mark;
        return state;
    }

    private void Replay(MirrorState state, FileFacts facts)
    {
        if (facts is not { Kind: FileKind.File, Length: <= MaxBytes })
            throw new FormatException("its journal is no file of a mirror's size");
        using var stream = files.OpenRead(place.Journal);
        foreach (var (text, isWhole) in BoundedLines.Of(stream, MaxLine))
        {
            if (text is null)
                throw new FormatException("its journal has a line that no mirror writes");
            if (!isWhole)
                return; // cut off in the middle of its last line
            if (JsonSerializer.Deserialize(text, MirrorJson.Default.StoredLine) is { } line && state.Files.Count < MirrorState.MaxEntries)
                Replay(state, line);
        }
    }

    private static void Replay(MirrorState state, StoredLine line)
    {
        if (line.M is { } mark)
        {
            state.Mark = StoredLine.Mark(mark);
            return;
        }

        if (line.K is not null)
        {
            _ = line.X ? state.Sending.Remove(line.Upload()) : state.Sending.Add(line.Upload());
            return;
        }

        var path = line.Path();
        if (line is { F: true, X: true })
            state.Folders.Remove(path);
        else if (line.F)
            state.Folders[path] = line.O;
        else if (line.X)
            state.Files.Remove(path);
        else
            state.Files[path] = line.File();
    }

    private static StoredMirror Stored(MirrorState state) => new()
    {
        Format = Format,
        Verified = state.Verified,
        Mark = state.Mark,
        Files = [.. state.Files.Select(file => StoredLine.Of(file.Key, file.Value))],
        Folders = [.. state.Folders.Select(folder => StoredLine.OfFolder(folder.Key, folder.Value))],
        Waiting = [.. state.Waiting.Select(file => StoredLine.Of(file.Key, file.Value))],
        Sending = [.. state.Sending.Select(upload => StoredLine.Of(upload))],
    };

    private static InstallException CantWrite(string path, Exception e) =>
        new($"{path} can't be written: {Wording.Of(e)} What a mirror did must be remembered there; free space, or give it write access.", e);
}
