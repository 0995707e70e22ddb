using AppUpdater.Releases;
using static AppUpdater.Tests.Releases.ReleaseSamples;

namespace AppUpdater.Tests.Releases;

public class ReleaseAcceptanceTests
{
    private const string Signature = "[signature]\n1 = 9f2c41d0, MEUCIQ==\n";
    private const string Manifest = "[files]\nmanifest = a/b, 1, 1f0c9a771f0c9a771f0c9a771f0c9a771f0c9a771f0c9a771f0c9a771f0c9a77\n";

    [Theory]
    [InlineData("any")]
    [InlineData("ANY")]
    public void A_plain_tree_of_this_app_is_accepted_where_dato_ini_says_so(string platform) =>
        ReleaseAcceptance.Require(Version(more: $"platform = {platform}\n"), Dato(), signedSeen: false);

    [Fact]
    public void This_platform_is_accepted_by_its_runtime_id() => ReleaseAcceptance.Require(
        Version(more: $"platform = {System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier}\n"), Dato(), signedSeen: false);

    [Fact]
    public void Another_platform_is_refused() =>
        Assert.Contains("freebsd-riscv64", Refused<SettingsException>(more: "platform = freebsd-riscv64\n"), StringComparison.Ordinal);

    [Fact]
    public void Another_app_is_refused_with_both_names()
    {
        var settings = Dato();
        var failure = Assert.Throws<SettingsException>(() => ReleaseAcceptance.Require(
            Version(), settings with { Install = settings.Install with { App = "other" } }, signedSeen: false));
        Assert.Contains("\"app\"", failure.Message, StringComparison.Ordinal);
        Assert.Contains("\"other\"", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unsigned_release_needs_a_word_in_dato_ini_and_is_told_which() =>
        Assert.Contains("allow_unsigned = true", Refused<UntrustedException>(allowUnsigned: false), StringComparison.Ordinal);

    [Fact]
    public void Where_keys_are_set_unsigned_is_refused_whatever_else_is_said() =>
        Assert.Contains("keys", Refused<UntrustedException>(key: "a.pub"), StringComparison.Ordinal);

    [Fact]
    public void Where_a_signed_release_was_seen_unsigned_is_refused() =>
        Assert.Contains("before", Refused<UntrustedException>(signedSeen: true), StringComparison.Ordinal);

    [Fact]
    public void A_signed_release_needs_keys_and_is_told_where_to_put_them() =>
        Assert.Contains("keys = publisher.pub under [trust]", Refused<UntrustedException>(Manifest + Signature, allowUnsigned: false), StringComparison.Ordinal);

    [Fact]
    public void A_signature_over_no_manifest_is_refused_also_where_unsigned_releases_are_allowed() =>
        Assert.Contains("names no manifest", Refused<UntrustedException>(Signature), StringComparison.Ordinal);

    [Theory]
    [InlineData(Manifest)]
    [InlineData(Manifest + Signature)]
    public void Without_keys_a_manifest_is_taken_as_the_servers_word_where_that_is_allowed(string more) =>
        ReleaseAcceptance.Require(Version(more: more), Dato(), signedSeen: false);

    [Fact]
    public void Where_a_signed_release_was_seen_a_manifest_without_keys_is_refused() =>
        Assert.Contains("before", Refused<UntrustedException>(Manifest, signedSeen: true), StringComparison.Ordinal);

    [Theory]
    [InlineData("", true)]
    [InlineData("expires = 2026-11-21T12:00:01Z\n", true)]
    [InlineData("expires = 2026-11-21T12:00:00Z\n", false)]
    [InlineData("expires = 2020-01-01T00:00:00Z\n", false)]
    public void An_expired_release_is_not_installed(string more, bool isFresh)
    {
        if (isFresh)
            ReleaseAcceptance.RequireFresh(Version(more: more), Noon);
        else
            Assert.Contains("expired at 20", Assert.Throws<UntrustedException>(() => ReleaseAcceptance.RequireFresh(Version(more: more), Noon)).Message, StringComparison.Ordinal);
    }

    private static string Refused<T>(string more = "", bool allowUnsigned = true, string? key = null, bool signedSeen = false)
        where T : UpdateException =>
        Assert.Throws<T>(() => ReleaseAcceptance.Require(
            Version(more: more), key is null ? Dato(allowUnsigned) : Dato(allowUnsigned, key), signedSeen)).Message;
}
