using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AppUpdater.Core.Hashing;

namespace AppUpdater.Core.Swap;

/// <summary>
/// The journal as text, UTF-8: a line of magic and format number, the header, one line per operation, and last the SHA-256 of all
/// before. Pure and strict: what it reads is, byte for byte, what it would write. Format 2 adds attributes and changes of case; a journal
/// without either is written in format 1, which every bootstrapper reads.
/// </summary>
internal static class JournalCodec
{
    /// <summary>Longest journal, in bytes.</summary>
    internal const int MaxBytes = 64 * 1024 * 1024;

    private const string Magic = "appupdater-journal";
    private const string First = "1";
    private const string Second = "2";
    private const string Nothing = "-";
    private const int MaxText = 1024;
    private const int TrailerBytes = 64 + 8;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="UntrustedException">The journal breaks one of its own rules; it would not be read back.</exception>
    internal static byte[] Encode(SwapJournal journal)
    {
        if (journal.Problem() is { } problem)
            throw new UntrustedException($"The swap can't be written down: {problem}.");
        var header = journal.Header;
        var text = new StringBuilder();
        var format = NeedsSecond(journal) ? Second : First;
        Line(text, Magic, format);
        Line(text, "id", Id(header.Id));
        Line(text, "app", header.App);
        Line(text, "from", header.From);
        Line(text, "to", header.To);
        Line(text, "release", header.Release);
        Line(text, "changed", Name(header.Changed));
        Line(text, "entry", header.Entry?.Value ?? "");
        Line(text, "confirm", Name(header.Confirm));
        Line(text, "within", header.ConfirmWithin.Ticks.ToString(CultureInfo.InvariantCulture));
        Line(text, "rollback", header.IsRollback ? "yes" : "no");
        Line(text, "gate", journal.Gate.Hex);
        Line(text, "operations", journal.Operations.Length.ToString(CultureInfo.InvariantCulture));
        foreach (var operation in journal.Operations)
            text.Append(format == First ? Write(operation) : OperationLines.Write(operation, Write(operation))).Append('\n');
        return Seal(text.ToString());
    }

    /// <exception cref="UntrustedException">Not a journal, of another format, damaged, or with something in it that may not be.</exception>
    internal static SwapJournal Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < TrailerBytes or > MaxBytes)
            throw Bad($"it is {bytes.Length} bytes long");
        var body = bytes[..^TrailerBytes];
        try
        {
            if (Utf8.GetString(bytes[^TrailerBytes..]) != Trailer(body))
                throw Bad("its checksum does not fit: it is damaged");
            var journal = Read(new JournalLines(Utf8.GetString(body)));
            if (journal.Problem() is { } problem)
                throw Bad(problem);
            return Encode(journal).AsSpan().SequenceEqual(bytes) ? journal : throw Bad("it is not written the way it should be");
        }
        catch (DecoderFallbackException e)
        {
            throw Bad("it is not UTF-8", e);
        }
    }

    internal static UntrustedException Bad(string what, Exception? inner = null) =>
        new($"The journal of the swap can't be used: {what}.", inner);

    private static byte[] Seal(string text)
    {
        try
        {
            var body = Utf8.GetBytes(text);
            return body.Length <= MaxBytes - TrailerBytes
                ? [.. body, .. Utf8.GetBytes(Trailer(body))]
                : throw Bad($"it would be longer than {MaxBytes} bytes");
        }
        catch (EncoderFallbackException e)
        {
            throw Bad("a name in it is not valid Unicode", e);
        }
    }

    private static bool NeedsSecond(SwapJournal journal) => journal.Operations.Any(
        operation => operation.Kind == OperationKind.Recase || operation.OldLook.Attributes != 0 || operation.NewLook.Attributes != 0);

    private static string Trailer(ReadOnlySpan<byte> body) => $"sha256 {ContentHash.Of(body)}\n";

    private static void Line(StringBuilder text, string key, string value)
    {
        if (value.Length > MaxText || value.Any(char.IsControl))
            throw Bad($"the value of '{key}' is too long or has control characters");
        text.Append(key).Append(' ').Append(value).Append('\n');
    }

    private static string Write(SwapOperation operation) => string.Join(
        ' ',
        Name(operation.Kind),
        operation.Slot.ToString(CultureInfo.InvariantCulture),
        operation.OldHash?.Hex ?? Nothing,
        operation.NewHash?.Hex ?? Nothing,
        Write(operation.OldLook),
        Write(operation.NewLook),
        operation.Path.Value);

    private static string Write(FileLook look) =>
        (look.Mode is { } mode ? Convert.ToString((int)mode, 8) : Nothing) + ' '
        + (look.Modified is { } time ? time.UtcTicks.ToString(CultureInfo.InvariantCulture) : Nothing);

    private static SwapJournal Read(JournalLines lines)
    {
        var format = lines.Value(Magic);
        if (format is not (First or Second))
            throw Bad($"it is of format {PathRules.Show(format)}, and this version knows {First} and {Second} only; a newer version wrote it");
        var header = new SwapHeader
        {
            Id = Id(lines.Value("id")),
            App = lines.Value("app"),
            From = lines.Value("from"),
            To = lines.Value("to"),
            Release = lines.Value("release"),
            Changed = Parse<ChangedFilePolicy>(lines.Value("changed")),
            Entry = lines.Value("entry") is { Length: > 0 } entry ? RelativePath.Parse(entry) : null,
            Confirm = Parse<ConfirmMode>(lines.Value("confirm")),
            ConfirmWithin = TimeSpan.FromTicks(Number(lines.Value("within"), long.MaxValue)),
            IsRollback = lines.Value("rollback") == "yes",
        };
        var gate = Hash(lines.Value("gate")) ?? throw Bad("it has no gate");
        var operations = ImmutableArray.CreateBuilder<SwapOperation>();
        for (var left = Number(lines.Value("operations"), SwapJournal.MaxOperations); left > 0; left--)
            operations.Add(format == First ? Operation(lines.Next()) : OperationLines.Read(lines.Next(), Operation));
        lines.End();
        return new SwapJournal(header, gate, operations.ToImmutable());
    }

    private static SwapOperation Operation(string line)
    {
        var parts = line.Split(' ', 9);
        if (parts.Length != 9)
            throw Bad($"an operation is incomplete: {PathRules.Show(line)}");
        return new SwapOperation(Parse<OperationKind>(parts[0]), AnyPath(parts[8]), (int)Number(parts[1], int.MaxValue))
        {
            OldHash = Hash(parts[2]),
            NewHash = Hash(parts[3]),
            OldLook = Look(parts[4], parts[5]),
            NewLook = Look(parts[6], parts[7]),
        };
    }

    private static RelativePath AnyPath(string text) =>
        text == SwapJournal.InstalledRecord.Value ? SwapJournal.InstalledRecord : RelativePath.Parse(text);

    private static FileLook Look(string mode, string time) => new(
        mode == Nothing ? null : (UnixFileMode)Octal(mode),
        time == Nothing ? null : new DateTimeOffset(Number(time, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero));

    private static int Octal(string text) =>
        text.Length is > 0 and <= 4 && text.All(c => c is >= '0' and <= '7')
            ? Convert.ToInt32(text, 8)
            : throw Bad($"{PathRules.Show(text)} is not a file mode");

    private static ContentHash? Hash(string text) =>
        text == Nothing ? null : ContentHash.TryParse(text, out var hash) ? hash : throw Bad($"{PathRules.Show(text)} is not a hash");

    private static long Number(string text, long max) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max
            ? number
            : throw Bad($"{PathRules.Show(text)} is not a number it may hold");

    private static string Id(string text) =>
        text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterLower(c))
            ? text
            : throw Bad($"{PathRules.Show(text)} is not the name of a swap (digits and lower-case letters, 64 at most)");

    private static string Name<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static T Parse<T>(string text) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (Name(value) == text)
                return value;
        }

        throw Bad($"{PathRules.Show(text)} is unknown");
    }
}
