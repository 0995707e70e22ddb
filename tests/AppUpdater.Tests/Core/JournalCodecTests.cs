using System.Text;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;
using FsCheck;
using FsCheck.Fluent;

namespace AppUpdater.Tests.Core;

public sealed class JournalCodecTests
{
    private static readonly SwapHeader Header = new()
    {
        Id = "20261121x",
        App = "com.example.app",
        From = "",
        To = "1.1.0+año",
        Release = "1.1.0-0123abcd",
        Changed = ChangedFilePolicy.New,
        Entry = RelativePath.Parse("bin/mi aplicación"),
        Confirm = ConfirmMode.Call,
        ConfirmWithin = TimeSpan.FromSeconds(30),
        IsRollback = true,
    };

    private static readonly SwapJournal Journal = new(Header, Hash("gate"),
    [
        new(OperationKind.Remove, RelativePath.Parse("old one.txt"), 0) { OldHash = Hash("a"), OldLook = new((UnixFileMode)0x1A4, null) },
        new(OperationKind.RemoveDirectory, RelativePath.Parse("old"), 1),
        new(OperationKind.CreateDirectory, RelativePath.Parse("ñ"), 2),
        new(OperationKind.Place, RelativePath.Parse("ñ/new"), 3)
        {
            NewHash = Hash("b"), NewLook = new((UnixFileMode)0x1ED, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(7)),
        },
        new(OperationKind.Place, SwapJournal.InstalledRecord, 4) { OldHash = Hash("c"), NewHash = Hash("d") },
        new(OperationKind.Entry, RelativePath.Parse("bin/mi aplicación"), 5) { OldHash = Hash("e"), NewHash = Hash("e") },
    ]);

    private static readonly SwapJournal Second = new(Header with { Entry = null }, Hash("gate"),
    [
        new(OperationKind.Place, RelativePath.Parse("BIN/lib"), 0)
        {
            OldHash = Hash("a"),
            NewHash = Hash("b"),
            OldLook = FileLook.None with { Attributes = FileAttributes.ReadOnly | FileAttributes.Hidden },
            NewLook = FileLook.None with { Attributes = FileAttributes.System },
        },
        new(OperationKind.Recase, RelativePath.Parse("BIN/READ ME"), 1) { From = RelativePath.Parse("BIN/read me") },
    ]);

    [Fact]
    public void What_is_written_is_read()
    {
        var read = JournalCodec.Decode(JournalCodec.Encode(Journal));
        Assert.Equal(Journal.Header, read.Header);
        Assert.Equal(Journal.Gate, read.Gate);
        Assert.Equal(Journal.Operations.AsEnumerable(), read.Operations.AsEnumerable());
    }

    [Fact]
    public void Any_damaged_byte_is_noticed() =>
        Prop.ForAll(
            Gen.Zip(Gen.Choose(0, JournalCodec.Encode(Journal).Length - 1), Gen.Choose(1, 255)).ToArbitrary(),
            damage =>
            {
                var bytes = JournalCodec.Encode(Journal);
                bytes[damage.Item1] ^= (byte)damage.Item2;
                Assert.Throws<UntrustedException>(() => JournalCodec.Decode(bytes));
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_cut_is_noticed()
    {
        var bytes = JournalCodec.Encode(Journal);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<UntrustedException>(() => JournalCodec.Decode(bytes.AsSpan(0, length)));
    }

    [Fact]
    public void Any_journal_of_valid_operations_is_read_as_it_was_written() =>
        Prop.ForAll(Journals().ToArbitrary(), journal =>
        {
            var read = JournalCodec.Decode(JournalCodec.Encode(journal));
            Assert.Equal(journal.Operations.AsEnumerable(), read.Operations.AsEnumerable());
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("appupdater-journal 1", "appupdater-journal 3", "newer version")]
    [InlineData("appupdater-journal 1", "appupdater-journal 2", "an operation is incomplete")]
    [InlineData("ñ/new", "../new", "'..'")]
    [InlineData("ñ/new", "/etc/passwd", "empty segment")]
    [InlineData("ñ/new", ".appupdater/trust.json", "belongs to the updater")]
    [InlineData(".appupdater/installed.json", ".appupdater/lock", "belongs to the updater")]
    [InlineData("place 3", "place 4", "slot 4 twice")]
    [InlineData("place 3", "place -3", "not a number")]
    [InlineData("place 3", "place 03", "not written the way")]
    [InlineData("755", "4755", "not one of those")]
    [InlineData("755", "999", "not a file mode")]
    [InlineData("operations 6", "operations 5", "more in it")]
    [InlineData("operations 6", "operations 7", "too early")]
    [InlineData("operations 6", "operations 1000001", "not a number")]
    [InlineData("id 20261121x", "id ../x", "not the name")]
    [InlineData("entry bin/mi aplicación", "entry other", "do not agree")]
    [InlineData("changed new", "changed never", "unknown")]
    [InlineData("old one.txt", "ñ/new", "twice")]
    public void A_journal_that_breaks_a_rule_is_refused_though_its_checksum_fits(string written, string instead, string because)
    {
        var text = Encoding.UTF8.GetString(JournalCodec.Encode(Journal));
        var body = text[..text.LastIndexOf("sha256 ", StringComparison.Ordinal)].Replace(written, instead, StringComparison.Ordinal);
        var forged = Encoding.UTF8.GetBytes($"{body}sha256 {Hash(body)}\n");
        var refusal = Assert.Throws<UntrustedException>(() => JournalCodec.Decode(forged));
        Assert.Contains(because, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_journal_without_attributes_and_changes_of_case_is_of_the_first_format() =>
        Assert.StartsWith("appupdater-journal 1\n", Encoding.UTF8.GetString(JournalCodec.Encode(Journal)), StringComparison.Ordinal);

    [Fact]
    public void Attributes_and_changes_of_case_are_written_in_the_second_format_and_read()
    {
        var bytes = JournalCodec.Encode(Second);
        Assert.StartsWith("appupdater-journal 2\n", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.Equal(Second.Operations.AsEnumerable(), JournalCodec.Decode(bytes).Operations.AsEnumerable());
    }

    [Theory]
    [InlineData("\nrh ", "\nhr ", "not written the way")]
    [InlineData("\nrh ", "\nrr ", "not written the way")]
    [InlineData("\nrh ", "\nx ", "no attributes")]
    [InlineData("\tBIN/read me", "\tBIN/../read me", "'..'")]
    [InlineData("\tBIN/read me", "\tother/read me", "not one of those")]
    [InlineData("\tBIN/read me", "\tBIN/read it", "not one of those")]
    [InlineData("\tBIN/read me", "\tBIN/READ ME", "not one of those")]
    [InlineData("\tBIN/read me", "", "not one of those")]
    [InlineData("BIN/lib\n", "BIN/lib\tBIN/LIB\n", "not one of those")]
    public void A_journal_of_the_second_format_that_breaks_a_rule_is_refused(string written, string instead, string because)
    {
        var text = Encoding.UTF8.GetString(JournalCodec.Encode(Second));
        Assert.Contains(written, text, StringComparison.Ordinal);
        var body = text[..text.LastIndexOf("sha256 ", StringComparison.Ordinal)].Replace(written, instead, StringComparison.Ordinal);
        var forged = Encoding.UTF8.GetBytes($"{body}sha256 {Hash(body)}\n");
        Assert.Contains(because, Assert.Throws<UntrustedException>(() => JournalCodec.Decode(forged)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("line\nbreak")]
    [InlineData("carriage\rreturn")]
    public void A_header_with_control_characters_is_not_written(string app) =>
        Assert.Throws<UntrustedException>(() => JournalCodec.Encode(Journal with { Header = Header with { App = app } }));

    [Fact]
    public void A_path_that_no_encoding_holds_is_not_written() =>
        Assert.Throws<UntrustedException>(() => JournalCodec.Encode(Journal with
        {
            Operations = Journal.Operations.SetItem(2, new(OperationKind.CreateDirectory, RelativePath.Parse("half\uD83D"), 2)),
        }));

    private static Gen<SwapJournal> Journals() =>
        from count in Gen.Choose(0, 30)
        from kinds in Gen.ArrayOf(Gen.Choose(0, 3), count)
        from modes in Gen.ArrayOf(Gen.Choose(0, 0x1FF), count)
        from days in Gen.ArrayOf(Gen.Choose(-20000, 20000), count)
        select new SwapJournal(
            Header with { Entry = null }, Hash("gate"),
            [.. Enumerable.Range(0, count).Select(index => Operation(index, (OperationKind)kinds[index], modes[index], days[index]))]);

    private static SwapOperation Operation(int index, OperationKind kind, int mode, int days)
    {
        var look = new FileLook((UnixFileMode)mode, days > 0 ? DateTimeOffset.UnixEpoch.AddDays(days) : null);
        var operation = new SwapOperation(kind, RelativePath.Parse($"folder {index}/{days}"), index) { OldLook = look };
        return kind switch
        {
            OperationKind.Place => operation with { NewHash = Hash($"{index}"), OldHash = mode % 2 == 0 ? Hash($"{mode}") : null, NewLook = look },
            OperationKind.Remove => operation with { OldHash = Hash($"{index}") },
            _ => operation,
        };
    }

    private static ContentHash Hash(string text) => ContentHash.Of(Encoding.UTF8.GetBytes(text));
}
