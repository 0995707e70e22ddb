using System.IO.Abstractions;
using System.Text;
using AppUpdater.Releases;
using static AppUpdater.Tests.Releases.ReleaseSamples;

namespace AppUpdater.Tests.Releases;

public class TrustFileTests
{
    private static readonly RefusedRelease Bad = new("1.1.0-00", "1.1.0", RefusalReason.Undone, Noon);

    [Fact]
    public void What_is_written_reads_back()
    {
        var record = TrustFile.Empty.With(Bad).With(new RefusedRelease("1.2.0-11", "1.2.0", RefusalReason.RolledBack, Noon.AddSeconds(1)));
        Assert.Equal(record.Refused.AsEnumerable(), TrustFile.Read(TrustFile.Write(record)).Refused.AsEnumerable());
    }

    [Fact]
    public void A_missing_file_refuses_nothing()
    {
        using var folder = new TempFolder();
        Assert.Empty(TrustFile.Load(new FileSystem(), folder["trust.json"]).Refused);
        File.WriteAllBytes(folder["trust.json"], TrustFile.Write(TrustFile.Empty.With(Bad)));
        Assert.Equal(Bad, Assert.Single(TrustFile.Load(new FileSystem(), folder["trust.json"]).Refused));
    }

    [Fact]
    public void A_release_is_refused_by_its_id_alone()
    {
        var release = new Release(Version(), [], "1.1.0-aa");
        Assert.False(TrustFile.Empty.With(Bad).IsRefused(release));
        Assert.True(TrustFile.Empty.With(Bad with { Release = "1.1.0-aa" }).IsRefused(release));
    }

    [Fact]
    public void A_refusal_is_remembered_once_and_the_list_stays_short()
    {
        Assert.Single(TrustFile.Empty.With(Bad).With(Bad with { Reason = RefusalReason.RolledBack }).Refused);
        var many = Enumerable.Range(0, 500).Aggregate(TrustFile.Empty, (record, i) => record.With(Bad with { Release = $"r{i}" }));
        Assert.Equal((200, "r499"), (many.Refused.Length, many.Refused[^1].Release));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"format\":2,\"refused\":[]}")]
    [InlineData("{\"format\":1,\"refused\":[null]}")]
    [InlineData("{\"format\":1,\"refused\":[{\"release\":null,\"version\":\"1\",\"reason\":\"Undone\",\"at\":\"2026-01-01T00:00:00Z\"}]}")]
    [InlineData("{\"format\":1,\"refused\":[{\"release\":\"a\",\"version\":\"1\",\"reason\":\"Bored\",\"at\":\"2026-01-01T00:00:00Z\"}]}")]
    [InlineData("{\"format\":1,\"refused\":[")]
    [InlineData("\0\0\0\0")]
    public void Garbage_is_refused_by_name(string text) =>
        Assert.Contains("trust.json", Assert.Throws<UntrustedException>(() => TrustFile.Read(Encoding.UTF8.GetBytes(text))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_too_long_is_refused() => Assert.Throws<UntrustedException>(() => TrustFile.Read(new byte[1024 * 1024 + 1]));
}
