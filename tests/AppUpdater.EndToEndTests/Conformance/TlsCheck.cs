using AppUpdater.Tests.Transport;

namespace AppUpdater.EndToEndTests.Conformance;

/// <summary>What every server with a certificate is asked.</summary>
internal static class TlsCheck
{
    internal static async Task RefusesAnUnknownAuthorityAsync(ConformanceServer server, ServedPlace place)
    {
        place.Put("app.dll", "x");
        await using var source = server.OpenWithoutAuthority(place.Name);
        var problem = await Assert.ThrowsAsync<UntrustedException>(() => source.ReadAllAsync("app.dll"));
        Assert.Contains("ca_file", problem.Message, StringComparison.Ordinal);
    }
}
