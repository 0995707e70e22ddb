using System.Security.Cryptography;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Locks;
using AppUpdater.Releases;
using static AppUpdater.Tests.Releases.ReleaseSamples;

namespace AppUpdater.Tests.Releases;

public sealed class TrustStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private InstallLayout Layout => new(_folder.Root);

    private KeySet Set => new(3, 1, [PublicKey.Of(_key)], [PublicKey.Of(_key)]);

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    private TrustStore Store(Action<TimeSpan>? wait = null) => new(Layout, DurableFiles.ForThisSystem(), wait ?? Thread.Sleep);

    [Fact]
    public void Everything_is_remembered_as_it_was()
    {
        var seen = new SeenSequence("beta", 17, ContentHash.Of("x"u8));
        Store().Change(trust => trust.With(Set, seen, Noon) with
        {
            LocalId = "id", Keys = new KeysInForce("scope", Set), Moved = new MovedPlace("ftp://new", "ftp://old"),
        });

        var read = Store().Read();

        Assert.Equal((true, "id", new MovedPlace("ftp://new", "ftp://old")), (read.SignedSeen, read.LocalId, read.Moved));
        Assert.Equal(("scope", Set.Scope), (read.Keys!.Configured, read.Keys.Set.Scope));
        Assert.Equal((Noon, seen), (read.Under(Set).NewestSigned, Assert.Single(read.Under(Set).Channels)));
    }

    [Fact]
    public void A_file_of_an_earlier_version_is_read()
    {
        _folder.Write(".appupdater/trust.json", """{"format":1,"refused":[{"release":"r","version":"1.0","reason":"rolledBack","at":"2026-11-21T12:00:00+00:00"}]}""");

        Assert.Equal("r", Assert.Single(Store().Read().Refused).Release);
        Assert.False(Store().Read().SignedSeen);
    }

    [Theory]
    [InlineData("""{"format":1,"refused":[],"keys":{"configured":"x","number":0,"threshold":1,"keys":[]}}""")]
    [InlineData("""{"format":1,"refused":[],"keys":{"configured":"x","number":0,"threshold":1,"keys":["AAAA"]}}""")]
    [InlineData("""{"format":1,"refused":[],"seen":[null]}""")]
    [InlineData("""{"format":1,"refused":[],"seen":[{"keys":"x","channels":[{"channel":"stable","sequence":-1,"sha256":"00"}]}]}""")]
    [InlineData("""{"format":1,"refused":[],"moved":{"url":"ftp://h"}}""")]
    public void What_is_not_whole_is_refused(string text)
    {
        _folder.Write(".appupdater/trust.json", text);
        Assert.Throws<UntrustedException>(() => Store().Read());
    }

    [Fact]
    public void What_another_remembered_meanwhile_is_never_lowered()
    {
        var higher = new SeenSequence("stable", 9, ContentHash.Of("9"u8));
        Store().Change(trust => trust.With(Set, higher, Noon));
        Store().Change(trust => trust.With(Set, new SeenSequence("stable", 8, ContentHash.Of("8"u8)), Noon.AddDays(-1)));

        Assert.Equal((Noon, higher), (Store().Read().Under(Set).NewestSigned, Assert.Single(Store().Read().Under(Set).Channels)));
    }

    [Fact]
    public async Task Writers_at_the_same_time_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                var release = $"{writer}-{i}";
                Store().Change(trust => trust.With(new RefusedRelease(release, "1.0", RefusalReason.Undone, Noon)));
            }
        })));

        Assert.Equal(40, Store().Read().Refused.Length);
    }

    [Fact]
    public void A_lock_that_is_never_freed_is_given_up()
    {
        Directory.CreateDirectory(Layout.Own);
        using var taken = LockFile.TryOpen(Layout.TrustLock, FileAccess.ReadWrite, FileShare.None);
        var waited = TimeSpan.Zero;

        var failure = Assert.Throws<InstallException>(() => Store(span => waited += span).Change(trust => trust with { SignedSeen = true }));

        Assert.Contains("is in use by another process for more than 5 s", failure.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(5), waited);
    }
}
