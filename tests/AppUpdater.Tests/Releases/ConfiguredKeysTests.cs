using System.IO.Abstractions;
using System.Security.Cryptography;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Releases;
using AppUpdater.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Tests.Releases;

public sealed class ConfiguredKeysTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    private UpdateSettings Settings(string trust)
    {
        _folder.Write("dato.ini", $"[server]\nurl = ftp://h\n[install]\napp = app\n[trust]\n{trust}\n");
        return UpdateSettingsReader.Read(new FileSystem(), _folder["dato.ini"]);
    }

    private KeySet? Read(string trust, TrustedKeys? host = null) => ConfiguredKeys.Read(
        new InstallEnvironment(Settings(trust), new InstallLayout(_folder.Root), new FileSystem(), DurableFiles.ForThisSystem(), TimeProvider.System, NullLogger.Instance)
        {
            HostKeys = host,
        });

    private string Refused(string trust) => Assert.Throws<SettingsException>(() => Read(trust)).Message;

    private void WriteKey(string path) => _folder.Write(path, _key.ExportSubjectPublicKeyInfoPem());

    [Fact]
    public void Files_of_dato_ini_are_read_and_reserved()
    {
        WriteKey("keys/publisher.pub");
        WriteKey("keys/recovery.pub");
        const string trust = "keys = keys/publisher.pub\nrecovery = keys/recovery.pub";

        var keys = Read(trust)!;

        Assert.Equal((0, 1, PublicKey.Of(_key), PublicKey.Of(_key)), (keys.Number, keys.Threshold, keys.Keys.Single(), keys.Recovery.Single()));
        Assert.Equal(["dato.ini", "keys/publisher.pub", "keys/recovery.pub"], Settings(trust).Reserved.Select(path => path.Value));
        Assert.Empty(Settings(trust + "\nthreshold = 1\n[update]\nenforce_minimum = true").Warnings);
    }

    [Fact]
    public void Without_keys_there_are_none() => Assert.Null(Read(""));

    [Fact]
    public void The_hosts_keys_win()
    {
        using var hosts = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(PublicKey.Of(hosts), Read("keys = missing.pub", new TrustedKeys { Keys = [hosts.ExportSubjectPublicKeyInfoPem()] })!.Keys.Single());
    }

    [Fact]
    public void A_missing_file_is_named() => Assert.Contains(_folder["a.pub"], Refused("keys = a.pub"), StringComparison.Ordinal);

    [Theory]
    [InlineData("no key at all")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")]
    public void A_file_that_holds_no_key_is_named(string text)
    {
        _folder.Write("a.pub", text);
        Assert.Contains("a.pub\", which holds no PEM block", Refused("keys = a.pub"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_private_key_or_one_on_another_curve_is_no_key()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        foreach (var text in new[] { _key.ExportPkcs8PrivateKeyPem(), other.ExportSubjectPublicKeyInfoPem() })
        {
            _folder.Write("a.pub", text);
            Assert.Contains("holds no PEM block", Refused("keys = a.pub"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_too_long_is_not_read()
    {
        _folder.Write("a.pub", new string('x', (64 * 1024) + 1));
        Assert.Contains("longer than 64 KiB", Refused("keys = a.pub"), StringComparison.Ordinal);
    }

    [Fact]
    public void One_key_named_twice_does_not_make_two()
    {
        WriteKey("a.pub");
        WriteKey("b.pub");
        Assert.Contains("needs as many different keys", Refused("keys = a.pub, b.pub\nthreshold = 2"), StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_keys_in_the_hosts_code_are_told_at_once()
    {
        Assert.Throws<ArgumentException>(() => ConfiguredKeys.RequireValid(new TrustedKeys { Keys = ["x"] }));
        Assert.Throws<ArgumentException>(() => ConfiguredKeys.RequireValid(new TrustedKeys { Keys = [] }));
        Assert.Throws<ArgumentException>(() => ConfiguredKeys.RequireValid(new TrustedKeys { Keys = [_key.ExportSubjectPublicKeyInfoPem()], Threshold = 2 }));
    }
}
