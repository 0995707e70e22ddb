using System.IO.Compression;
using System.Text.Json.Nodes;
using AppUpdater.Backup;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using Microsoft.Extensions.Logging.Abstractions;
using NuGet.Versioning;

namespace AppUpdater.Tests.Backup;

public sealed class BackupTests : IDisposable
{
    private static readonly DateTimeOffset Modified = new(2024, 3, 9, 8, 7, 5, 250, TimeSpan.Zero);
    private readonly TempFolder _folder = new();
    private readonly IDurableFiles _files = DurableFiles.ForThisSystem();
    private readonly Clock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_saved_comes_back_byte_for_byte_with_mode_and_time()
    {
        var executable = _folder.Write("bin/app ñ", "old app");
        _folder.Write("lib.dll", new string('x', 300_000));
        _folder.Write(".appupdater/installed.json", "{}");
        _files.SetFacts(executable, (UnixFileMode)0x1e8, Modified); // 0750

        using var zip = Open(Write(Contents(["bin/app ñ", "lib.dll"], ["new.txt"])));

        Assert.Equal(("1.0.0", "1.1.0", "com.example.app"), (zip.Archive.From!.ToString(), zip.Archive.To.ToString(), zip.App));
        Assert.Equal("new.txt", Assert.Single(zip.Archive.Added).Value);
        foreach (var (saved, number) in zip.Files.Append(zip.Installed!).Select((saved, number) => (saved, number)))
        {
            zip.Extract(saved, _folder[$"out{number}"], default);
            Assert.Equal(File.ReadAllBytes(saved.Path.Under(_folder.Root)), File.ReadAllBytes(_folder[$"out{number}"]));
        }

        var facts = _files.Stat(_folder["out0"])!;
        Assert.Equal(Modified, facts.Modified);
        if (!OperatingSystem.IsWindows())
            Assert.Equal((UnixFileMode)0x1e8, facts.Mode);
    }

    [Fact]
    public void Unpacked_by_hand_it_is_the_old_tree()
    {
        _folder.Write("bin/app", "old app");
        _folder.Write(".appupdater/installed.json", "{}");
        var file = Write(Contents(["bin/app"], []));

        ZipFile.ExtractToDirectory(file, _folder["unpacked"]);

        Assert.Equal("old app", File.ReadAllText(_folder["unpacked/bin/app"]));
        Assert.Equal("{}", File.ReadAllText(_folder["unpacked/.appupdater/installed.json"]));
    }

    [Fact]
    public void Its_name_tells_from_to_and_when_and_no_temporary_file_stays()
    {
        _folder.Write("app", "1");

        var file = Write(Contents(["app"], []));

        Assert.Equal("1.0.0-to-1.1.0-20261120T100000Z.zip", Path.GetFileName(file));
        Assert.Equal(file, Assert.Single(Directory.GetFiles(_folder[".appupdater/backups"])));
    }

    [Fact]
    public void Only_the_newest_are_kept_and_files_of_other_names_are_left_alone()
    {
        _folder.Write("app", "1");
        _folder.Write(".appupdater/backups/mine.zip", "a user's");
        var written = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            written.Add(Write(Contents(["app"], []), keep: 2));
            _clock.Now += TimeSpan.FromMinutes(1);
        }

        Assert.Equal([written[3], written[2]], new BackupReader(new InstallLayout(_folder.Root), _files).List());
        Assert.True(File.Exists(_folder[".appupdater/backups/mine.zip"]));
    }

    [Fact]
    public void The_newest_that_leads_back_from_a_version_is_found()
    {
        _folder.Write("app", "1");
        Write(Contents(["app"], []) with { From = NuGetVersion.Parse("0.9"), To = NuGetVersion.Parse("1.0") });
        _clock.Now += TimeSpan.FromDays(1);
        Write(Contents(["app"], []));
        var reader = new BackupReader(new InstallLayout(_folder.Root), _files);

        using var found = reader.OpenNewest(NuGetVersion.Parse("1.0.0"));

        Assert.Equal("0.9.0", found!.Archive.From!.ToNormalizedString());
        Assert.Null(reader.OpenNewest(NuGetVersion.Parse("3.0.0")));
    }

    [Fact]
    public void A_file_that_is_gone_leaves_no_zip_behind()
    {
        var failure = Assert.Throws<InstallException>(() => Write(Contents(["gone"], [])));

        Assert.Contains("gone", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder[".appupdater/backups"]));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("/etc/passwd")]
    [InlineData(".appupdater/trust.json")]
    [InlineData("a\\b")]
    public void A_path_that_leads_elsewhere_is_refused(string path)
    {
        var file = Tampered((zip, manifest) =>
        {
            using (var entry = zip.CreateEntry(path).Open())
                entry.WriteByte(1);
            var saved = manifest["files"]![0]!.DeepClone();
            saved["path"] = path;
            saved["size"] = 1;
            manifest["files"]!.AsArray().Add(saved);
        });

        Assert.Throws<UntrustedException>(() => Open(file));
    }

    [Fact]
    public void An_entry_that_backup_json_does_not_name_is_refused() =>
        Assert.Throws<UntrustedException>(() => Open(Tampered((zip, _) => zip.CreateEntry("stranger"))));

    [Fact]
    public void A_size_that_is_not_the_entrys_is_refused() =>
        Assert.Throws<UntrustedException>(() => Open(Tampered((_, manifest) => manifest["files"]![0]!["size"] = 2)));

    [Fact]
    public void An_unknown_format_is_refused()
    {
        var failure = Assert.Throws<UntrustedException>(() => Open(Tampered((_, manifest) => manifest["format"] = 2)));

        Assert.Contains("format is 2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_bytes_than_were_saved_are_refused()
    {
        using var zip = Open(Tampered((_, manifest) => manifest["files"]![0]!["sha256"] = new string('0', 64)));

        Assert.Throws<UntrustedException>(() => zip.Extract(zip.Files[0], _folder["out"], default));
    }

    [Fact]
    public void What_is_no_zip_is_refused() =>
        Assert.Throws<UntrustedException>(() => Open(_folder.Write(".appupdater/backups/1.0.0-to-1.1.0-20261120T100000Z.zip", "not a zip")));

    private string Write(BackupContents contents, int keep = 3) =>
        new BackupWriter(new InstallLayout(_folder.Root), _files, _clock, NullLogger.Instance).Write(contents, keep, (_, _) => { }, default);

    private BackupZip Open(string file) => BackupZip.Open(_files, file);

    private static BackupContents Contents(string[] saved, string[] added) => new(
        "com.example.app", NuGetVersion.Parse("1.0"), NuGetVersion.Parse("1.1"),
        [.. saved.Select(RelativePath.Parse)], [.. added.Select(RelativePath.Parse)]);

    private string Tampered(Action<ZipArchive, JsonNode> change)
    {
        _folder.Write("app", "1");
        _folder.Write(".appupdater/lock", "");
        var file = Write(Contents(["app"], []));
        using var zip = ZipFile.Open(file, ZipArchiveMode.Update);
        var entry = zip.GetEntry(".appupdater/backup.json")!;
        JsonNode manifest;
        using (var stream = entry.Open())
            manifest = JsonNode.Parse(stream)!;
        change(zip, manifest);
        entry.Delete();
        using var writer = new StreamWriter(zip.CreateEntry(".appupdater/backup.json").Open());
        writer.Write(manifest.ToJsonString());
        return file;
    }

    private sealed class Clock : TimeProvider
    {
        internal DateTimeOffset Now { get; set; } = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
