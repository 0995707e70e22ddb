using System.IO.Abstractions;
using System.Text;
using AppUpdater.Planning;
using AppUpdater.Releases;
using AppUpdater.Transport;
using NuGet.Versioning;
using static AppUpdater.Tests.Planning.PlanSamples;

namespace AppUpdater.Tests.Planning;

public class InstalledRecordFileTests
{
    private const string Sha = "\"sha256\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"";
    private const string Local = "\"localModified\":\"2026-11-21T12:00:00Z\"";

    private static readonly InstalledRecord Full = new()
    {
        App = "com.example ñ",
        Version = NuGetVersion.Parse("2.1.0-beta.1+build.7"),
        Sequence = 17,
        Release = "2.1.0-beta.1-0011223344556677",
        Files = new PlanSamples().Ours("a b/ñ.dll", "1").Ours("b", "2").Local().Record!.Files
            .Add(Path("untimed"), new InstalledFile(3, null, Noon.AddTicks(1234567), Hash("3")))
            .Add(Path("days"), new InstalledFile(long.MaxValue, new RemoteTime(Noon, TimeSpan.FromDays(1)), Noon, Hash("4"))),
        Folders = [Path("a b")],
        Manifest = new ManifestReference(Path("releases/2.1.0-00112233/manifest.json.br"), 48211, Hash("manifest")),
    };

    [Fact]
    public void What_is_written_reads_back()
    {
        var read = InstalledRecordFile.Read(InstalledRecordFile.Write(Full));
        Assert.Equal((Full.App, Full.Version, Full.Sequence, Full.Release), (read.App, read.Version, read.Sequence, read.Release));
        Assert.Equal(Full.Manifest, read.Manifest);
        Assert.Null(InstalledRecordFile.Read(InstalledRecordFile.Write(Full with { Manifest = null })).Manifest);
        Assert.Equal(Full.Version.ToFullString(), read.Version.ToFullString());
        Assert.Equal(Full.Files.AsEnumerable(), read.Files.AsEnumerable());
        Assert.Equal(Full.Folders.AsEnumerable(), read.Folders.AsEnumerable());
    }

    [Fact]
    public void The_same_record_is_the_same_bytes() =>
        Assert.Equal(InstalledRecordFile.Write(Full), InstalledRecordFile.Write(InstalledRecordFile.Read(InstalledRecordFile.Write(Full))));

    [Fact]
    public void A_missing_file_is_no_record()
    {
        using var folder = new TempFolder();
        Assert.Null(InstalledRecordFile.Load(new FileSystem(), folder["installed.json"]));
        File.WriteAllBytes(folder["installed.json"], InstalledRecordFile.Write(Full));
        Assert.Equal(Full.Release, InstalledRecordFile.Load(new FileSystem(), folder["installed.json"])!.Release);
    }

    [Fact]
    public void A_file_too_long_is_refused_without_being_read()
    {
        using var folder = new TempFolder();
        using (var file = File.Create(folder["installed.json"]))
            file.SetLength(8L << 30);
        Assert.Throws<UntrustedException>(() => InstalledRecordFile.Load(new FileSystem(), folder["installed.json"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\0\0\0")]
    [InlineData("{\"format\":1,\"app\":\"a\",\"version\":\"1.0\",\"release\":\"r\",\"files\":[")]
    [InlineData("{\"format\":1,\"app\":\"a\",\"version\":\"1.0\",\"release\":\"r\",\"files\":[],\"folders\":[]} {}")]
    [InlineData("{\"format\":99999999999,\"app\":\"a\",\"version\":\"1.0\",\"release\":\"r\",\"files\":[],\"folders\":[]}")]
    [InlineData("{\"format\":1,\"app\":7,\"version\":\"1.0\",\"release\":\"r\",\"files\":[],\"folders\":[]}")]
    [InlineData("{\"format\":1,\"app\":\"a\",\"version\":\"1.0\",\"release\":\"r\",\"files\":{},\"folders\":[]}")]
    [InlineData("{\"format\":2,\"app\":\"a\",\"version\":\"1.0\",\"release\":\"r\",\"files\":[],\"folders\":[]}")]
    [InlineData("{\"format\":1,\"app\":\"\",\"version\":\"1.0\",\"release\":\"r\",\"files\":[],\"folders\":[]}")]
    [InlineData("{\"format\":1,\"app\":\"a\",\"version\":\"one\",\"release\":\"r\",\"files\":[],\"folders\":[]}")]
    [InlineData("{\"format\":1,\"app\":\"a\",\"version\":\"1.0\",\"release\":\"r\",\"files\":[null],\"folders\":[]}")]
    [InlineData("{\"format\":1,\"app\":\"a\",\"version\":\"1.0\",\"release\":\"r\",\"files\":[],\"folders\":[null]}")]
    [InlineData("{\"format\":1,\"app\":\"a\",\"version\":\"1.0\",\"release\":\"r\",\"files\":[],\"folders\":[\"../x\"]}")]
    public void Garbage_is_refused_by_name(string text)
    {
        var failure = Assert.Throws<UntrustedException>(() => InstalledRecordFile.Read(Encoding.UTF8.GetBytes(text)));
        Assert.Contains("installed.json", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"path\":\"a\",\"size\":1," + Local + "," + Sha + "}", true)]
    [InlineData("{\"path\":\"../../etc/passwd\",\"size\":1," + Local + "," + Sha + "}", false)]
    [InlineData("{\"path\":\".appupdater/lock\",\"size\":1," + Local + "," + Sha + "}", false)]
    [InlineData("{\"size\":1," + Local + "," + Sha + "}", false)]
    [InlineData("{\"path\":\"a\",\"size\":-1," + Local + "," + Sha + "}", false)]
    [InlineData("{\"path\":\"a\",\"size\":1,\"modified\":\"2026-11-21T12:00:00Z\",\"precision\":\"99999999.00:00:00\"," + Local + "," + Sha + "}", false)]
    [InlineData("{\"path\":\"a\",\"size\":1,\"modified\":\"yesterday\",\"precision\":\"00:01:00\"," + Local + "," + Sha + "}", false)]
    [InlineData("{\"path\":\"a\",\"size\":1.5," + Local + "," + Sha + "}", false)]
    [InlineData("{\"path\":\"a\",\"size\":1," + Local + ",\"sha256\":\"ABC\"}", false)]
    [InlineData("{\"path\":\"a\",\"size\":1," + Local + "}", false)]
    [InlineData("{\"path\":\"a\",\"size\":1,\"localModified\":\"noon\"," + Sha + "}", false)]
    [InlineData("{\"path\":\"a\",\"size\":1,\"modified\":\"2026-11-21T12:00:00Z\"," + Local + "," + Sha + "}", false)]
    [InlineData("{\"path\":\"a\",\"size\":1,\"modified\":\"2026-11-21T12:00:00Z\",\"precision\":\"-00:00:01\"," + Local + "," + Sha + "}", false)]
    [InlineData("{\"path\":\"a\",\"size\":1," + Local + "," + Sha + "},{\"path\":\"a\",\"size\":1," + Local + "," + Sha + "}", false)]
    public void A_file_of_the_record_is_checked_like_one_from_elsewhere(string file, bool accepted)
    {
        var bytes = Encoding.UTF8.GetBytes($"{{\"format\":1,\"app\":\"a\",\"version\":\"1.0\",\"release\":\"r\",\"files\":[{file}],\"folders\":[]}}");
        if (accepted)
            Assert.Single(InstalledRecordFile.Read(bytes).Files);
        else
            Assert.Throws<UntrustedException>(() => InstalledRecordFile.Read(bytes));
    }
}
