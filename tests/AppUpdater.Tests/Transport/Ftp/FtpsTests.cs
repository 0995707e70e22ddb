using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AppUpdater.Settings;
using AppUpdater.Testing;
using AppUpdater.Tests.Transport.Network;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

public sealed class FtpsTests : IDisposable
{
    private const int Limit = 60_000;

    private static readonly RelativePath SomeFile = RelativePath.Parse("file.bin");

    private readonly TempFolder _temp = new();
    private readonly TestAuthority _authority = new();
    private readonly X509Certificate2 _certificate;
    private readonly CollectedLog _log = new();

    public FtpsTests()
    {
        _temp.Write("ca.pem", _authority.Pem);
        _certificate = _authority.Issue("127.0.0.1");
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _temp.Dispose();
        _authority.Dispose();
    }

    private ServerSettings Settings => new() { Url = "ftps://h", User = "bob", Password = new Secret("s3cret"), CaFile = _temp["ca.pem"] };

    private IRemoteSource Open(ScriptedServer server, ServerSettings? settings = null, string scheme = "ftps", int patience = 15, int retries = 0) =>
        RemoteSources.Open(
            RemoteLocation.Parse($"{scheme}://127.0.0.1:{server.Port}"),
            TransportTestOptions.Create(_log, server: settings ?? Settings, patience: patience, retries: retries));

    private async Task<T> FailAsync<T>(ScriptedServer server, ServerSettings? settings = null, string scheme = "ftps", int patience = 15, int retries = 0)
        where T : UpdateException
    {
        await using var source = Open(server, settings, scheme, patience, retries);
        var failure = await Assert.ThrowsAsync<T>(() => source.StatAsync(SomeFile, default));
        Assert.Contains($"127.0.0.1:{server.Port}", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure + _log.Text, StringComparison.Ordinal);
        return failure;
    }

    private static Task<string?> LogIn(string line) => Task.FromResult<string?>(
        line.StartsWith("USER", StringComparison.Ordinal) ? "331 password"
        : line.StartsWith("PASS", StringComparison.Ordinal) ? "230 in"
        : line.StartsWith("SIZE", StringComparison.Ordinal) ? "213 3"
        : line.StartsWith("MDTM", StringComparison.Ordinal) ? "213 20260101000000" : null);

    [Fact(Timeout = Limit)]
    public async Task Explicit_and_implicit_TLS_come_before_the_login_and_data_is_asked_for_protected()
    {
        await using var later = ScriptedServer.Start(connection => connection.ServeTlsAsync(_certificate, LogIn));
        await using var first = ScriptedServer.Start(async connection =>
        {
            await connection.StartTlsAsync(_certificate);
            await connection.SayAsync("220 ready");
            await connection.AnswerProtectedAsync(LogIn);
        });
        foreach (var (server, scheme) in new[] { (later, "ftps"), (first, "ftps+implicit") })
        {
            await using var source = Open(server, scheme: scheme);
            Assert.Equal(3, (await source.StatAsync(SomeFile, default))!.Size);
            var said = server.Heard.ToList();
            Assert.Contains("PASS s3cret", said);
            Assert.True(said.IndexOf("PBSZ 0") < said.IndexOf("PROT P") && said.IndexOf("PROT P") < said.IndexOf("EPSV"));
        }

        Assert.Contains("AUTH TLS", later.Heard);
        Assert.Contains("Tls12, TLS_", _log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp", true)]
    [InlineData("ftps", false)]
    public async Task A_certificate_in_dato_ini_beside_a_URL_without_TLS_is_warned_about(string scheme, bool isWarned)
    {
        await using var source = RemoteSources.Open(RemoteLocation.Parse($"{scheme}://h"), TransportTestOptions.Create(_log, server: Settings));
        Assert.Equal(isWarned, _log.Text.Contains("have no effect with ftp://", StringComparison.Ordinal));
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
            _certificate, async line => line == refused ? "536 not here" : await LogIn(line)));
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
            "expired" => _authority.Issue("127.0.0.1", isExpired: true),
            "another host" => _authority.Issue("ftp.example.org"),
            _ => _certificate,
        };
        var settings = what switch
        {
            "unknown authority" => Settings with { CaFile = null },
            "wrong fingerprint" => Settings with { CaFile = null, Fingerprint = new string('0', 64) },
            _ => Settings,
        };
        await using var server = ScriptedServer.Start(async connection => await connection.ServeTlsAsync(certificate, LogIn));
        Assert.Contains(told, (await FailAsync<UntrustedException>(server, settings, retries: 3)).Message, StringComparison.Ordinal);
        Assert.Equal(["AUTH TLS"], server.Heard);
    }

    [Fact(Timeout = Limit)]
    public async Task A_pinned_certificate_will_do_though_it_is_self_signed_and_for_another_name()
    {
        var pinned = _authority.Issue("some.other.name", isSelfSigned: true);
        await using var server = ScriptedServer.Start(async connection => await connection.ServeTlsAsync(pinned, LogIn));
        await using var source = Open(server, Settings with { CaFile = null, Fingerprint = pinned.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant() });
        Assert.NotNull(await source.StatAsync(SomeFile, default));
    }

    private static async Task<T> FailToReadAsync<T>(IRemoteSource source)
        where T : UpdateException =>
        await Assert.ThrowsAsync<T>(() => source.ReadAllAsync("file.bin"));

    private static async Task<UnreachableException> FailToListAsync(IRemoteSource source) =>
        await Assert.ThrowsAsync<UnreachableException>(() => source.ListAllAsync());

    private ScriptedServer DataServer(string first, string last, Func<ScriptedConnection, Task> send) => ScriptedServer.Start(connection =>
        connection.ServeTlsAsync(_certificate, async line =>
        {
            if (!line.StartsWith("RETR", StringComparison.Ordinal) && !line.StartsWith("LIST", StringComparison.Ordinal))
                return await LogIn(line);
            await connection.SayAsync(first);
            await send(connection);
            return last;
        }));

    [Theory(Timeout = Limit)]
    [InlineData("150 go (3 bytes)", "CloseNotify", null)]
    [InlineData("150 go", "CloseNotify", null)]
    [InlineData("150 go (3 bytes)", "Cut", null)]
    [InlineData("150 go (4 bytes)", "Cut", "having announced 4 bytes")]
    [InlineData("150 go (4 bytes)", "CloseNotify", "having announced 4 bytes")]
    [InlineData("150 go", "Cut", "close_notify")]
    public async Task A_download_without_a_goodbye_counts_only_where_its_size_is_right(string first, string end, string? told)
    {
        await using var server = DataServer(first, "226 done", async connection =>
            await connection.SendDataAsync([1, 2, 3], _certificate, Enum.Parse<DataEnd>(end)));
        await using var source = Open(server);
        if (told is null)
            Assert.Equal([1, 2, 3], await source.ReadAllAsync("file.bin"));
        else
            Assert.Contains(told, (await FailToReadAsync<UnreachableException>(source)).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_listing_without_a_goodbye_may_be_cut_and_does_not_count()
    {
        var listing = Encoding.ASCII.GetBytes("-rw-r--r-- 1 u g 5 Jan 05  2024 a\r\n");
        await using var server = DataServer("150 here", "226 done", async connection => await connection.SendDataAsync(listing, _certificate, DataEnd.Cut));
        await using var source = Open(server);
        Assert.Contains("cut short", (await FailToListAsync(source)).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_data_connection_with_another_certificate_is_not_trusted()
    {
        using var other = new TestAuthority();
        var certificate = other.Issue("127.0.0.1");
        await using var server = DataServer("150 go (3 bytes)", "226 done", async connection =>
            await connection.SendDataAsync([1, 2, 3], certificate, DataEnd.CloseNotify));
        await using var source = Open(server);
        await FailToReadAsync<UntrustedException>(source);
    }

    [Theory(Timeout = Limit)]
    [InlineData("522 session reuse required", TlsVersion.Tls12)]
    [InlineData("425 Unable to build data connection: Operation not permitted", TlsVersion.Tls13)]
    public async Task A_data_connection_that_the_server_refuses_is_told_and_its_control_connection_dropped(string reply, object tls)
    {
        await using var server = DataServer("150 go", reply, connection => connection.RefuseDataAsync());
        await using var source = Open(server, Settings with { Tls = (TlsVersion)tls });
        var failure = await FailToReadAsync<UnreachableException>(source);
        Assert.True(failure.IsTransient);
        Assert.Contains(reply[..3], failure.Message, StringComparison.Ordinal);
        Assert.Contains((TlsVersion)tls == TlsVersion.Tls13 ? "tls = 1.2" : "resume", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(await source.StatAsync(SomeFile, default));
        Assert.Equal(2, server.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task An_upload_ends_with_a_goodbye_also_where_it_is_empty()
    {
        var taken = new List<byte[]>();
        await using var server = ScriptedServer.Start(connection => connection.ServeTlsAsync(_certificate, async line =>
        {
            if (!line.StartsWith("STOR", StringComparison.Ordinal))
                return await LogIn(line);
            await connection.SayAsync("150 go");
            taken.Add(await connection.TakeDataAsync(_certificate));
            return "226 done";
        }));
        using var there = new FtpServer(RemoteLocation.Parse($"ftps://127.0.0.1:{server.Port}"), TransportTestOptions.Create(server: Settings));
        using var control = await FtpControl.ConnectAsync(there, default);
        foreach (var content in new byte[][] { [], [1, 2, 3], new byte[100_000] })
        {
            await using var data = await FtpPassive.OpenAsync(control, there, null, default);
            var exchange = await control.SendTransferAsync(new FtpCommand("STOR", "/x"), default);
            await data.SecureAsync(default);
            await data.Stream.WriteAsync(content);
            await data.EndWritingAsync(default);
            Assert.Equal(226, (await exchange.Final).Code);
            Assert.Equal(content, taken[^1]);
        }
    }
}
