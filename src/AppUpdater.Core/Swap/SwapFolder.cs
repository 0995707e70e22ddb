using System.Globalization;
using AppUpdater.Core.Disk;

namespace AppUpdater.Core.Swap;

/// <summary>
/// One swap's folder, <c>.appupdater/swap/&lt;id&gt;</c>: where its things lie, and its journal. The journal's bytes say what is to be
/// done, its name says how far it got: a transition is one rename.
/// </summary>
internal sealed class SwapFolder(IDurableFiles files, string path)
{
    private const string Prefix = "journal-";

    internal string Root => path;

    internal string NewFiles => Path.Join(path, "new");

    internal string OldFiles => Path.Join(path, "old");

    internal string Bootstrapper => Path.Join(path, OperatingSystem.IsWindows() ? "bootstrapper.exe" : "bootstrapper");

    /// <summary>A second copy of the bootstrapper on its way to the entry path.</summary>
    internal string NextGate => Path.Join(path, "gate");

    /// <summary>Where a copy is made before it gets its name.</summary>
    internal string Scratch => Path.Join(path, "scratch");

    internal string Companion(string name) => Path.Join(path, name);

    internal string New(SwapOperation operation) => Path.Join(NewFiles, Name(operation));

    internal string Old(SwapOperation operation) => Path.Join(OldFiles, Name(operation));

    /// <summary>Where a file that is in use is moved out of the way, when it can't be replaced under its name.</summary>
    internal string Out(SwapOperation operation) => Path.Join(OldFiles, Name(operation) + "-out");

    internal string Journal(SwapState state) => Path.Join(path, Prefix + state.ToString().ToLowerInvariant());

    /// <summary>How far the swap got; null where no journal lies here.</summary>
    /// <exception cref="UntrustedException">More than one journal lies here.</exception>
    internal SwapState? State()
    {
        var states = Enum.GetValues<SwapState>().Where(state => files.Stat(Journal(state)) is not null).ToArray();
        return states.Length switch
        {
            0 => null,
            1 => states[0],
            _ => throw new UntrustedException($"The swap in {path} has two journals; none was touched."),
        };
    }

    /// <exception cref="UntrustedException">The journal can't be read as one, or belongs to another folder.</exception>
    internal SwapJournal Read(SwapState state)
    {
        var at = Journal(state);
        if (files.Stat(at) is not { Kind: FileKind.File, Length: <= JournalCodec.MaxBytes } facts)
            throw new UntrustedException($"The journal {at} is missing, no file, or longer than {JournalCodec.MaxBytes} bytes.");
        var bytes = new byte[facts.Length];
        using (var stream = files.OpenRead(at))
        {
            var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (read < bytes.Length || stream.ReadByte() >= 0)
                throw new UntrustedException($"The journal {at} changed while it was read.");
        }

        var journal = JournalCodec.Decode(bytes);
        return journal.Header.Id == Path.GetFileName(path)
            ? journal
            : throw new UntrustedException($"The journal {at} belongs to the swap {journal.Header.Id}, not to this folder.");
    }

    /// <summary>Writes the journal of a pending swap, or another in its place; durable when it returns.</summary>
    internal void Write(SwapJournal journal) =>
        AtomicFile.Write(files, Journal(SwapState.Prepared), JournalCodec.Encode(journal));

    /// <summary>The transition from one state to another; durable after <see cref="FlushState"/>.</summary>
    internal void Rename(SwapState from, SwapState to) => files.Rename(Journal(from), Journal(to));

    /// <summary>Makes the state seen the state on disk: who made the transition may have been ended before its flush.</summary>
    internal void FlushState() => files.FlushDirectory(path);

    private static string Name(SwapOperation operation) => operation.Slot.ToString(CultureInfo.InvariantCulture);
}
