using System.Security.Cryptography;
using AppUpdater.Settings;
using AppUpdater.Testing;
using AppUpdater.Transport;

namespace AppUpdater.Tests.Transport.Ftp;

public sealed class FtpsTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly FtpsScene _scene = new();

    public void Dispose() => _scene.Dispose();

    private async Task<T> FailAsync<T>(ScriptedServer server, ServerSettings? settings = null, string scheme = "ftps", int patience = 15, int retries = 0)
        where T : UpdateException
    {
        await using var source = _scene.Open(server, settings, scheme, patience, retries);
        var failure = await Assert.ThrowsAsync<T>(() => source.StatAsync(FtpsScene.SomeFile, default));
        Assert.Contains($"127.0.0.1:{server.Port}", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure + _scene.Log.Text, StringComparison.Ordinal);
        return failure;
    }

    [Fact(Timeout = Limit)]
    public async Task Explicit_and_implicit_TLS_come_before_the_login_and_data_is_asked_for_protected()
    {
        await using var later = ScriptedServer.Start(connection => connection.ServeTlsAsync(_scene.Certificate, FtpsScene.LogIn));
        await using var first = ScriptedServer.Start(async connection =>
        {
            await connection.StartTlsAsync(_scene.Certificate);
            await connection.SayAsync("220 ready");
            await connection.AnswerProtectedAsync(FtpsScene.LogIn);
        });
        foreach (var (server, scheme) in new[] { (later, "ftps"), (first, "ftps+implicit") })
        {
            await using var source = _scene.Open(server, scheme: scheme);
            Assert.Equal(3, (await source.StatAsync(FtpsScene.SomeFile, default))!.Size);
            var said = server.Heard.ToList();
            Assert.Contains("PASS s3cret", said);
            Assert.True(said.IndexOf("PBSZ 0") < said.IndexOf("PROT P") && said.IndexOf("PROT P") < said.IndexOf("EPSV"));
        }

        Assert.Contains("AUTH TLS", later.Heard);
        Assert.Contains("Tls12, TLS_", _scene.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp", true)]
    [InlineData("ftps", false)]
    public async Task A_certificate_in_dato_ini_beside_a_URL_without_TLS_is_warned_about(string scheme, bool isWarned)
    {
        await using var source = RemoteSources.Open(RemoteLocation.Parse($"{scheme}://h"), TransportTestOptions.Create(_scene.Log, server: _scene.Settings));
        Assert.Equal(isWarned, _scene.Log.Text.Contains("have no effect with ftp://", StringComparison.Ordinal));
    }

    [Theory(Timeout = Limit)]
    [InlineData("502 not implemented")]
    [InlineData("431 no certificate")]
    [InlineData("534 policy")]
    public async Task AUTH_refused_is_final_and_nothing_is_sent_in_the_clear(string reply)
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.SayAsync("220 ready");
            while (await connection.HearAsync() is not null)
                await connection.SayAsync(reply);
        });
        var failure = await FailAsync<UnreachableException>(server, retries: 3);
        Assert.False(failure.IsTransient);
        Assert.Contains("refused TLS", failure.Message, StringComparison.Ordinal);
        Assert.Contains("turned on at the server", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["AUTH TLS"], server.Heard);
    }

    [Theory(Timeout = Limit)]
    [InlineData("234 go on\r\n230 in")]
    [InlineData("234 go on\r\nx")]
    public async Task Replies_put_in_before_TLS_is_up_are_fatal(string replies)
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.SayAsync("220 ready");
            await connection.HearAsync();
            await connection.SayAsync(replies);
            await connection.HearAsync();
        });
        Assert.Contains("tampering", (await FailAsync<UntrustedException>(server)).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_is_full_says_so_before_TLS_and_gets_no_login()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.SayAsync("421 too many users");
            await connection.HearAsync();
        });
        Assert.True((await FailAsync<UnreachableException>(server)).IsTransient);
        Assert.Empty(server.Heard);
    }

    [Theory(Timeout = Limit)]
    [InlineData("PBSZ 0")]
    [InlineData("PROT P")]
    public async Task Data_in_the_clear_is_never_asked_for(string refused)
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeTlsAsync(
            _scene.Certificate, async line => line == refused ? "536 not here" : await FtpsScene.LogIn(line)));
        var failure = await FailAsync<UnreachableException>(server, retries: 3);
        Assert.False(failure.IsTransient);
        Assert.Contains(refused, failure.Message, StringComparison.Ordinal);
        Assert.Contains("in the clear", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Heard, line => line.StartsWith("SIZE", StringComparison.Ordinal));
    }

    [Theory(Timeout = Limit)]
    [InlineData("ftps+implicit", "220 plain all the way")]
    [InlineData("ftps", "nonsense")]
    public async Task What_is_no_TLS_is_not_tried_again_and_the_schemes_are_told(string scheme, string said)
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            if (scheme == "ftps")
            {
                await connection.SayAsync("220 ready");
                await connection.HearAsync();
                await connection.SayAsync("234 go on");
                await connection.SleepAMomentAsync();
            }

            await connection.SayAsync(said);
            await connection.SleepAsync();
        });
        var failure = await FailAsync<UnreachableException>(server, scheme: scheme);
        Assert.False(failure.IsTransient);
        Assert.Contains("ftps+implicit://", failure.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("silent", "ftps+implicit")]
    [InlineData("greeting", "ftps")]
    [InlineData("AUTH", "TLS within 1 s")]
    [InlineData("handshake", "TLS handshake within 1 s")]
    public async Task Silence_before_TLS_is_up_runs_into_a_time_out(string stage, string told)
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            if (stage == "greeting")
                await connection.SayAsync("120 soon");
            if (stage is "AUTH" or "handshake")
                await connection.SayAsync("220 ready");
            if (stage == "handshake")
            {
                await connection.HearAsync();
                await connection.SayAsync("234 go on");
            }

            await connection.SleepAsync();
        });
        Assert.Contains(told, (await FailAsync<UnreachableException>(server, patience: 1)).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_cut_during_the_handshake_may_be_tried_again()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.SayAsync("220 ready");
            await connection.HearAsync();
            await connection.SayAsync("234 go on");
        });
        Assert.True((await FailAsync<UnreachableException>(server)).IsTransient);
    }

    [Theory(Timeout = Limit)]
    [InlineData("unknown authority", "ca_file")]
    [InlineData("expired", "expired")]
    [InlineData("another host", "not for 127.0.0.1")]
    [InlineData("wrong fingerprint", "ship a dato.ini")]
    public async Task A_certificate_that_will_not_do_ends_it_before_the_login(string what, string told)
    {
        var certificate = what switch
        {
            "expired" => _scene.Authority.Issue("127.0.0.1", isExpired: true),
            "another host" => _scene.Authority.Issue("ftp.example.org"),
            _ => _scene.Certificate,
        };
        var settings = what switch
        {
            "unknown authority" => _scene.Settings with { CaFile = null },
            "wrong fingerprint" => _scene.Settings with { CaFile = null, Fingerprint = new string('0', 64) },
            _ => _scene.Settings,
        };
        await using var server = ScriptedServer.Start(async connection => await connection.ServeTlsAsync(certificate, FtpsScene.LogIn));
        Assert.Contains(told, (await FailAsync<UntrustedException>(server, settings, retries: 3)).Message, StringComparison.Ordinal);
        Assert.Equal(["AUTH TLS"], server.Heard);
    }

    [Fact(Timeout = Limit)]
    public async Task A_pinned_certificate_will_do_though_it_is_self_signed_and_for_another_name()
    {
        var pinned = _scene.Authority.Issue("some.other.name", isSelfSigned: true);
        await using var server = ScriptedServer.Start(async connection => await connection.ServeTlsAsync(pinned, FtpsScene.LogIn));
        await using var source = _scene.Open(server, _scene.Settings with { CaFile = null, Fingerprint = pinned.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant() });
        Assert.NotNull(await source.StatAsync(FtpsScene.SomeFile, default));
    }
}
