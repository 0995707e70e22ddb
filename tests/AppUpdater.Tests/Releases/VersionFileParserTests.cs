using System.Text;
using AppUpdater.Core.Hashing;
using AppUpdater.Releases;

namespace AppUpdater.Tests.Releases;

public class VersionFileParserTests
{
    private const string Least = "[version]\nformat = 1\napp = a\nversion = 1.2.0\n";

    [Fact]
    public void What_is_not_said_has_its_default()
    {
        var version = Parse(Least);
        Assert.Equal((1, "a", "1.2.0", "any", 100), (version.Format, version.App, version.Version.ToString(), version.Platform, version.Rollout));
        Assert.Equal((null, null, null, null, null), (version.Published, version.Sequence, version.Expires, version.Minimum, version.Notes));
        Assert.Equal((null, null, null, false), (version.Moved, version.Root, version.Manifest, version.IsSigned));
        Assert.True(version.Exclude.IsEmpty && version.Map.IsEmpty && version.Warnings.IsEmpty);
        Assert.Equal(Least, Encoding.UTF8.GetString([.. version.Raw]));
        Assert.Equal(ContentHash.Of(Encoding.UTF8.GetBytes(Least)), version.Hash);
    }

    [Fact]
    public void Every_key_is_read()
    {
        var version = Parse("""
            [version]
            format = 1
            app = com.example
            version = 2.1.0.7
            platform = linux-x64
            published = 2026-11-21T10:00:00Z
            sequence = 17
            expires = 2027-11-21T12:00:00+02:00
            minimum = 1.8.0-rc.1
            rollout = 0
            notes = notes/2.1.0.md
            moved = ftps://new/
            [files]
            root = app/files/
            exclude = *.pdb, cache/**
            map = actualizar/bitmaps -> bitmaps, a -> b/c
            manifest = releases/x/manifest.json.br, 48211, 1f0c9a771f0c9a771f0c9a771f0c9a771f0c9a771f0c9a771f0c9a771f0c9a77
            [updates]
            whatever = kept
            """);
        Assert.Equal("2.1.0.7", version.Version.ToString());
        Assert.Equal(("linux-x64", 17L, 0, "1.8.0-rc.1"), (version.Platform, version.Sequence, version.Rollout, version.Minimum!.ToString()));
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero), version.Published);
        Assert.Equal(new DateTimeOffset(2027, 11, 21, 10, 0, 0, TimeSpan.Zero), version.Expires);
        Assert.Equal(("notes/2.1.0.md", "ftps://new/", "app/files"), (version.Notes, version.Moved, version.Root!.Value));
        Assert.Equal(["*.pdb", "cache/**"], version.Exclude.AsEnumerable());
        Assert.Equal(["actualizar/bitmaps -> bitmaps", "a -> b/c"], version.Map.Select(mapping => $"{mapping.From} -> {mapping.To}"));
        Assert.Equal(("releases/x/manifest.json.br", 48211L), (version.Manifest!.Path.Value, version.Manifest.Size));
        Assert.StartsWith("1f0c9a77", version.Manifest.Hash.Hex, StringComparison.Ordinal);
        Assert.Equal(4, version.Warnings.Length);
    }

    [Theory]
    [InlineData("format = 1", "format = 2", "needs a newer AppUpdater")]
    [InlineData("format = 1", "format = 0", "[version] format = 0: must be a")]
    [InlineData("format = 1", "format = one", "[version] format = one")]
    [InlineData("format = 1", "", "[version] format is missing")]
    [InlineData("app = a", "", "[version] app is missing")]
    [InlineData("version = 1.2.0", "", "[version] version is missing")]
    [InlineData("version = 1.2.0", "version = one point two", "[version] version = one point two: must be a version")]
    [InlineData("version = 1.2.0", "version = 1.2.0 ; the new one", "[version] version: a note after the value")]
    [InlineData("version = 1.2.0", "version = 1.2.0\nversion = 1.3.0", "stands there twice")]
    [InlineData("version = 1.2.0", "version = 1.2.0\npublished = yesterday", "[version] published = yesterday: must be a time")]
    [InlineData("version = 1.2.0", "version = 1.2.0\nexpires = 2026-11-21", "[version] expires = 2026-11-21: must be a time")]
    [InlineData("version = 1.2.0", "version = 1.2.0\nsequence = -1", "[version] sequence = -1: must be a whole number from 0")]
    [InlineData("version = 1.2.0", "version = 1.2.0\nrollout = 101", "[version] rollout = 101: must be 0 to 100")]
    [InlineData("version = 1.2.0", "version = 1.2.0\nnotes = /etc/passwd", "[version] notes = /etc/passwd: must be a path")]
    [InlineData("version = 1.2.0", "version = 1.2.0\n[files]\nroot = ..", "[files] root = ..: must be a path")]
    [InlineData("version = 1.2.0", "version = 1.2.0\n[files]\nmap = a", "must read folder -> folder")]
    [InlineData("version = 1.2.0", "version = 1.2.0\n[files]\nmap = a -> ../b", "each side must be a folder")]
    [InlineData("version = 1.2.0", "version = 1.2.0\n[files]\nmap = a -> .appupdater", "each side must be a folder")]
    [InlineData("version = 1.2.0", "version = 1.2.0\n[files]\nmap = a -> b, a -> c", "two arrows")]
    [InlineData("version = 1.2.0", "version = 1.2.0\n[files]\nexclude = a?", "[files] exclude = a?")]
    public void A_wrong_value_is_named(string line, string instead, string message)
    {
        var failure = Assert.Throws<SettingsException>(() => Parse(Least.Replace(line, instead, StringComparison.Ordinal)));
        Assert.StartsWith("version.ini on h: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n  ")]
    [InlineData("[signature]\n1 = 9f2c41d0, MEUCIQ==\n")]
    public void An_empty_file_says_so(string text) =>
        Assert.Contains("the file is empty", Assert.Throws<SettingsException>(() => Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_of_100_MB_is_refused_by_its_length()
    {
        var failure = Assert.Throws<SettingsException>(() => VersionFileParser.Parse(new byte[100_000_000], "version.ini"));
        Assert.Contains("longer than 64 KiB", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rollout = 50", "rollout")]
    [InlineData("moved = ftp://new/", "moved")]
    [InlineData("notes = notes.md", "notes")]
    [InlineData("sequence = 17", "sequence")]
    public void A_key_that_does_nothing_yet_is_warned_about(string line, string key) =>
        Assert.Equal(
            $"version.ini on h: [version] {key} has no effect here: it needs a signed release.", Assert.Single(Parse($"{Least}{line}\n").Warnings));

    [Fact]
    public void An_unknown_key_is_warned_about() =>
        Assert.Equal("version.ini on h: [version] minimun is not known; the nearest is minimum.", Assert.Single(Parse(Least + "minimun = 1.0\n").Warnings));

    [Fact]
    public void A_byte_order_mark_is_part_of_the_hash_and_not_of_the_text()
    {
        var bytes = Encoding.UTF8.Preamble.ToArray().Concat(Encoding.UTF8.GetBytes(Least)).ToArray();
        Assert.Equal(ContentHash.Of(bytes), VersionFileParser.Parse(bytes, "version.ini").Hash);
    }

    [Theory]
    [InlineData("[signature]\n1 = 9f2c41d0, MEUCIQ==\n")]
    [InlineData("[signature]\r\n1 = 9f2c41d0, MEUCIQ==\r\n2 = 00112233, AAAA")]
    public void A_signature_is_seen_and_kept_from_the_parser(string signature)
    {
        var version = Parse(Least + signature);
        Assert.True(version.IsSigned);
        Assert.Empty(version.Warnings);
    }

    [Theory]
    [InlineData("[signature]\n", "must be followed by 1 to 8 lines")]
    [InlineData("[signature]\n1 = 9f2c41d0, MEUCIQ==\n[signature]\n1 = 9f2c41d0, MEUCIQ==\n", "stands there twice")]
    [InlineData("[signature]\n1 = 9f2c41d0, MEUCIQ==\n[version]\nversion = 9.0\n", "line 2 after [signature]")]
    [InlineData("[signature]\n; note\n1 = 9f2c41d0, MEUCIQ==\n", "line 1 after [signature]")]
    [InlineData("[signature]\n1 = 9f2c41d0, MEUCIQ\n", "line 1 after [signature]")]
    [InlineData("[signature]\n1 = 9F2C41D0, MEUCIQ==\n", "line 1 after [signature]")]
    [InlineData("[signature]\n1 = 9f2c41d0, MEUCIQ==\n\n", "line 2 after [signature]")]
    [InlineData("[signature]\n1 = a, AAAA\n2\n3\n4\n5\n6\n7\n8\n9\n", "must be followed by 1 to 8 lines")]
    [InlineData(" [signature]\n1 = 9f2c41d0, MEUCIQ==\n", "must read exactly [signature]")]
    [InlineData("[Signature]\n1 = 9f2c41d0, MEUCIQ==\n", "must read exactly [signature]")]
    [InlineData("[signature]\t\n1 = 9f2c41d0, MEUCIQ==\n", "must read exactly [signature]")]
    [InlineData("x = 1\r[signature]\n1 = 9f2c41d0, MEUCIQ==\n", "control character")]
    public void A_signature_of_any_other_shape_is_refused(string signature, string message) =>
        Assert.Contains(message, Assert.Throws<SettingsException>(() => Parse(Least + signature)).Message, StringComparison.Ordinal);

    private static VersionFile Parse(string text) => VersionFileParser.Parse(Encoding.UTF8.GetBytes(text), "version.ini on h");
}
