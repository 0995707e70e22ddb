using System.Diagnostics;
using System.Globalization;
using AppUpdater.Settings;
using AppUpdater.Testing;
using AppUpdater.Transport;

namespace AppUpdater.Tests.Transport.Hostile;

/// <summary>They run alone: what they allocate is measured for the whole process.</summary>
[CollectionDefinition("Hostile", DisableParallelization = true)]
public sealed class HostileServersAlone;

/// <summary>Whatever a server does: the right exception, which names it, in bounded time and memory, and no password in any text.</summary>
[Collection("Hostile")]
public sealed class HostileServersTests : IDisposable
{
    private const int Limit = 60_000;

    private static readonly RelativePath SomeFile = RelativePath.Parse("file.bin");

    private readonly HostileTlsCases _tls = new();

    public static TheoryData<string> Names
    {
        get
        {
            using var tls = new HostileTlsCases();
            return [.. Cases(tls).Select(known => known.Name)];
        }
    }

    public void Dispose() => _tls.Dispose();

    private static IEnumerable<HostileCase> Cases(HostileTlsCases tls) =>
        [.. HostileFtpCases.All(), .. tls.All(), .. HostileUploadCases.All(), .. HostileHttpCases.All()];

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Names))]
    public async Task A_client_stays_safe_where_the_server(string name)
    {
        var known = Cases(_tls).Single(known => known.Name == name);
        await using var server = ScriptedServer.Start(known.Script);
        var url = string.Create(CultureInfo.InvariantCulture, $"{known.Scheme}://{known.Host}:{server.Port}");
        var settings = known.Settings(new ServerSettings { Url = url, User = HostileScripts.User, Password = new Secret(HostileScripts.Password) });
        var log = new CollectedLog();
        var (allocated, watch) = (GC.GetTotalAllocatedBytes(), Stopwatch.StartNew());

        var failure = await Record.ExceptionAsync(() => AskAsync(known, url, TransportTestOptions.Create(log, server: settings, patience: 1) with
        {
            ConnectTimeout = TimeSpan.FromSeconds(1),
        }));

        Assert.True(watch.Elapsed.TotalSeconds <= known.MaxSeconds, $"It took {watch.Elapsed.TotalSeconds:0.0} s.");
        var megabytes = (GC.GetTotalAllocatedBytes() - allocated) >> 20;
        Assert.True(megabytes <= known.MaxMegabytes, $"It allocated {megabytes} MB.");
        Assert.DoesNotContain(HostileScripts.Password, log.Text + failure, StringComparison.Ordinal);
        if (known.Expected.Length == 0)
        {
            Assert.Null(failure);
            return;
        }

        Assert.NotNull(failure);
        Assert.True(known.Expected.Contains(failure.GetType()), failure.ToString());
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{known.Host}:{server.Port}"), failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(failure.Message, char.IsControl);
    }

    [Theory(Timeout = Limit)]
    [InlineData("ftp", "bob\r\nDELE x", "p", "")]
    [InlineData("ftp", "bob", "p\nDELE x", "")]
    [InlineData("ftp", "bob", "p", "/a%0D%0ADELE%20x")]
    [InlineData("http", "bob\r\nDELETE x", "p", "")]
    [InlineData("http", "bob", "p\nDELETE x", "")]
    [InlineData("http", "bob", "p", "/a%0D%0ADELETE%20x")]
    public async Task A_line_break_is_refused_before_anything_is_sent(string scheme, string user, string password, string path)
    {
        await using var server = ScriptedServer.Start(connection => connection.HearAsync());
        var failure = await Assert.ThrowsAsync<SettingsException>(async () =>
        {
            var url = string.Create(CultureInfo.InvariantCulture, $"{scheme}://127.0.0.1:{server.Port}{path}");
            var settings = new ServerSettings { Url = url, User = user, Password = new Secret(password) };
            await using var source = RemoteSources.Open(RemoteLocation.Parse(url), TransportTestOptions.Create(server: settings));
            await source.StatAsync(SomeFile, default);
        });

        Assert.DoesNotContain("DELE", failure.Message, StringComparison.Ordinal);
        Assert.Contains("control character", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public void There_are_more_than_forty() => Assert.True(Cases(_tls).Count() > 40);

    private static async Task AskAsync(HostileCase known, string url, TransportOptions options)
    {
        var location = RemoteLocation.Parse(url);
        if (known.Wish == Wish.Upload)
        {
            await using var target = RemoteSources.OpenTarget(location, options);
            await target.UploadAsync(Upload(known.UploadLength), default);
            return;
        }

        await using var source = RemoteSources.Open(location, options);
        switch (known.Wish)
        {
            case Wish.Stat:
                Assert.True((await source.StatAsync(SomeFile, default))!.Size is null or 6);
                break;
            case Wish.List:
                await source.ListAllAsync();
                break;
            case Wish.Read:
                Assert.Equal(HostileScripts.Content, await source.ReadAllAsync("file.bin"));
                break;
            case Wish.LookAndReadFromThree:
                await source.StatAsync(SomeFile, default);
                goto default;
            default:
                Assert.Equal(HostileScripts.Content[3..], await source.ReadAllAsync("file.bin", offset: 3));
                break;
        }
    }

    private static RemoteUpload Upload(int length) => new()
    {
        Path = SomeFile,
        Length = length,
        Key = "k1",
        OpenAsync = (offset, _) => Task.FromResult<Stream>(new MemoryStream(new byte[length - offset])),
    };
}
