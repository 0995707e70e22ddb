using System.IO.Compression;
using System.Text;
using System.Text.Json;
using AppUpdater.Core.Hashing;
using AppUpdater.Handover;
using AppUpdater.Planning;
using AppUpdater.Releases;
using NuGet.Versioning;
using static AppUpdater.Tests.Releases.ReleaseSamples;

namespace AppUpdater.Tests.Releases;

/// <summary>What lies in an install, byte for byte: earlier versions read it, too.</summary>
public class WrittenJsonTests
{
    private const string Zeros = "0000000000000000000000000000000000000000000000000000000000000000";

    private static readonly DateTimeOffset Time = new(2026, 11, 21, 13, 0, 0, 120, TimeSpan.FromHours(1));

    [Fact]
    public void What_is_trusted()
    {
        var trust = new StoredTrust
        {
            Format = 1,
            Refused = [new("1.1.0-é+", "1.1.0", RefusalReason.RolledBack, Time), new("r", "v", (RefusalReason)7, default)],
            LocalId = "\"<\u0001>\" \ud800",
            Keys = new StoredKeys { Configured = "c", Threshold = 1, Keys = [[0xFF, 0xEF, 0xFE]], Recovery = [[]] },
            Seen = [new StoredSeen { Keys = "k", Channels = [] }, new StoredSeen { Keys = "k", NewestSigned = Time, Channels = [new("stable", long.MaxValue, Zeros)] }],
            Moved = new MovedPlace("ftp://a/b", "f"),
        };
        Require(
            $$"""
            {
              "format": 1,
              "refused": [
                {
                  "release": "1.1.0-\u00E9\u002B",
                  "version": "1.1.0",
                  "reason": "RolledBack",
                  "at": "2026-11-21T13:00:00.12+01:00"
                },
                {
                  "release": "r",
                  "version": "v",
                  "reason": 7,
                  "at": "0001-01-01T00:00:00+00:00"
                }
              ],
              "signedSeen": false,
              "localId": "\u0022\u003C\u0001\u003E\u0022 \uFFFD",
              "keys": {
                "configured": "c",
                "number": 0,
                "threshold": 1,
                "keys": [
                  "/+/+"
                ],
                "recovery": [
                  ""
                ]
              },
              "seen": [
                {
                  "keys": "k",
                  "channels": []
                },
                {
                  "keys": "k",
                  "newestSigned": "2026-11-21T13:00:00.12+01:00",
                  "channels": [
                    {
                      "channel": "stable",
                      "sequence": 9223372036854775807,
                      "sha256": "{{Zeros}}"
                    }
                  ]
                }
              ],
              "moved": {
                "url": "ftp://a/b",
                "from": "f"
              }
            }
            """,
            StoredTrustJson.Write(trust),
            JsonSerializer.SerializeToUtf8Bytes(trust, RecordContext.Default.StoredTrust));
        Require(
            "{\n  \"format\": 1,\n  \"refused\": [],\n  \"signedSeen\": false\n}",
            TrustFile.Write(TrustFile.Empty),
            JsonSerializer.SerializeToUtf8Bytes(StoredTrust.Of(TrustFile.Empty), RecordContext.Default.StoredTrust));
    }

    [Fact]
    public void What_is_installed()
    {
        var install = new StoredInstall
        {
            Format = 1,
            App = "a",
            Version = "1.0.0+b",
            Sequence = 0,
            Release = "r",
            Manifest = new StoredReference { Path = "m/é", Size = 5, Sha256 = Zeros },
            Files =
            [
                new StoredFile { Path = "a b", Size = 3, Modified = Time, Precision = TimeSpan.FromTicks(864_000_000_001), LocalModified = Time, Sha256 = Zeros },
                new StoredFile { Path = "c", LocalModified = Time.ToUniversalTime(), Sha256 = Zeros },
            ],
            Folders = ["e/'f'"],
        };
        Require(
            $$"""
            {
              "format": 1,
              "app": "a",
              "version": "1.0.0\u002Bb",
              "sequence": 0,
              "release": "r",
              "manifest": {
                "path": "m/\u00E9",
                "size": 5,
                "sha256": "{{Zeros}}"
              },
              "files": [
                {
                  "path": "a b",
                  "size": 3,
                  "modified": "2026-11-21T13:00:00.12+01:00",
                  "precision": "1.00:00:00.0000001",
                  "localModified": "2026-11-21T13:00:00.12+01:00",
                  "sha256": "{{Zeros}}"
                },
                {
                  "path": "c",
                  "size": 0,
                  "localModified": "2026-11-21T12:00:00.12+00:00",
                  "sha256": "{{Zeros}}"
                }
              ],
              "folders": [
                "e/\u0027f\u0027"
              ]
            }
            """,
            StoredInstallJson.Write(install),
            JsonSerializer.SerializeToUtf8Bytes(install, RecordContext.Default.StoredInstall));
    }

    [Fact]
    public void Ten_thousand_files_installed()
    {
        var install = new StoredInstall
        {
            Files = [.. Enumerable.Range(0, 10_000).Select(at => new StoredFile { Path = $"folder/{at}", Size = at, LocalModified = Time.AddTicks(at), Sha256 = Zeros })],
            Folders = [],
        };
        Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(install, RecordContext.Default.StoredInstall), StoredInstallJson.Write(install));
    }

    [Fact]
    public void What_a_swap_came_to()
    {
        var outcome = new StoredOutcome
        {
            Result = SwapResult.Undone,
            From = "",
            To = "2.0",
            At = Time,
            Applied = Time,
            Starts = 3,
            Kept = ["/a.user-1", null],
            Earlier = [new StoredOutcome { Result = (SwapResult)9, From = "1", To = "2", Reason = "why", Swap = "s" }],
        };
        Require(
            """
            {
              "result": "Undone",
              "from": "",
              "to": "2.0",
              "reason": null,
              "at": "2026-11-21T13:00:00.12+01:00",
              "swap": null,
              "applied": "2026-11-21T13:00:00.12+01:00",
              "starts": 3,
              "kept": [
                "/a.user-1",
                null
              ],
              "earlier": [
                {
                  "result": 9,
                  "from": "1",
                  "to": "2",
                  "reason": "why",
                  "at": "0001-01-01T00:00:00+00:00",
                  "swap": "s",
                  "applied": null,
                  "starts": 0,
                  "kept": null,
                  "earlier": null
                }
              ]
            }
            """,
            StoredOutcomeJson.Write(outcome),
            JsonSerializer.SerializeToUtf8Bytes(outcome, OutcomeContext.Default.StoredOutcome));
    }

    [Fact]
    public void A_manifest()
    {
        var hash = ContentHash.Of("x"u8);
        var manifest = new ReleaseManifest
        {
            App = "a",
            Version = NuGetVersion.Parse("1.0.0"),
            Platform = "any",
            Packs = [new ManifestPack(RelativePath.Parse("r/content.pack"), 1), new ManifestPack(RelativePath.Parse("other"), 7)],
            Blobs = [new ManifestBlob(hash, 1, 0, 0, 1, BlobEncoding.Stored)],
            Files =
            [
                new ManifestFile(RelativePath.Parse("empty"), 0, ContentHash.Of([]), Noon, null, []),
                new ManifestFile(RelativePath.Parse("f"), 1, hash, Noon, (UnixFileMode)493, [0]),
            ],
            EmptyFolders = [],
        };
        var compressed = ManifestCodec.Write(manifest, RelativePath.Parse("r/content.pack"));
        using var brotli = new BrotliStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var json = new MemoryStream();
        brotli.CopyTo(json);
        Require(
            $$"""
            {"format":1,"app":"a","version":"1.0.0","platform":"any","packs":[{"size":1},{"path":"other","size":7}],
            "blobs":[{"sha256":"{{hash.Hex}}","size":1,"stored":1}],
            "files":[{"path":"empty","sha256":"{{ContentHash.Of([]).Hex}}","modified":"2026-11-21T12:00:00Z","blobs":[]},
            {"path":"f","size":1,"sha256":"{{hash.Hex}}","modified":"2026-11-21T12:00:00Z","mode":493,"blobs":[0]}],"folders":[]}
            """.ReplaceLineEndings(""),
            json.ToArray(),
            JsonSerializer.SerializeToUtf8Bytes(StoredManifestReader.Read(json.ToArray())!, ManifestContext.Default.StoredManifest));
    }

    private static void Require(string expected, byte[] written, byte[] bySerializer)
    {
        Assert.Equal(expected.ReplaceLineEndings(), Encoding.UTF8.GetString(written));
        Assert.Equal(bySerializer, written);
    }
}
