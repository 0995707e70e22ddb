using System.IO.Abstractions;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using AppUpdater.Planning;
using AppUpdater.Releases;
using AppUpdater.Settings;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Bootstrapper;

/// <summary>
/// Verifies again what was staged, where this install takes signed releases only: between staging and swap lie hours, and whoever can
/// change a staged file can change the journal's hash of it. Reads only.
/// </summary>
internal sealed class SecondLook(Workbench bench)
{
    private static readonly FileSystem Disk = new();

    /// <exception cref="UntrustedException">It is not what the publisher signed, or that can't be shown; the message names the file.</exception>
    /// <exception cref="InstallException">A file can't be read.</exception>
    /// <exception cref="IOException">The disk fails.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not read it.</exception>
    internal void Require(FoundSwap swap)
    {
        // What a person goes back to comes from a backup made here, which nobody signed.
        if (swap.Header.IsRollback)
            return;
        var trust = new TrustStore(bench.Layout, bench.Files).Read();
        var settings = Settings();
        var configured = settings is null ? null : Configured(settings);
        if (configured is null && !trust.SignedSeen)
            return;
        var keys = configured is null ? trust.Keys?.Set : trust.InForce(configured) ?? configured;
        if (keys is null)
        {
            throw new UntrustedException(
                $"A signed release was seen in \"{bench.Layout.Root}\" before, and now no keys are known, so the staged update can't be checked. "
                + "Name the publisher's .pub file again: keys = publisher.pub under [trust] in dato.ini.");
        }

        var folder = new SwapFolder(bench.Files, swap.Directory);
        StagedRelease.Require(
            folder.Read(SwapState.Prepared), Read(folder, StagedRelease.Pointer, SignedPointer.MaxBytes), Read(folder, StagedRelease.Manifest, ManifestCodec.MaxBytes),
            new StagedReleaseRules(keys, settings?.Install.App ?? swap.Header.App, InstalledManifest(swap.Header)), operation => IsStaged(folder, operation));
    }

    /// <summary>dato.ini beside the app; null where there is none, or it is another install's, or can't be used: then trust.json knows the keys.</summary>
    private UpdateSettings? Settings()
    {
        var path = Path.Join(bench.Layout.Root, "dato.ini");
        if (!File.Exists(path))
            return null;
        try
        {
            var settings = UpdateSettingsReader.Read(Disk, path);
            return Path.TrimEndingDirectorySeparator(settings.Install.Directory) == Path.TrimEndingDirectorySeparator(bench.Layout.Root) ? settings : null;
        }
        catch (SettingsException e)
        {
            bench.Log.LogWarning("The keys are those of {File}: {Reason}", bench.Layout.Trust, e.Message);
            return null;
        }
    }

    private KeySet? Configured(UpdateSettings settings)
    {
        try
        {
            return ConfiguredKeys.Read(new InstallEnvironment(settings, bench.Layout, Disk, bench.Files, bench.Clock, bench.Log));
        }
        catch (SettingsException e)
        {
            // Keys are named, and so only a signed release may go in.
            throw new UntrustedException($"The staged update can't be checked: {e.Message}", e);
        }
    }

    private ManifestReference? InstalledManifest(SwapHeader header) =>
        header.From == header.To && InstalledRecordFile.Load(Disk, bench.Layout.InstalledRecord) is { } record && record.Release == header.Release
            ? record.Manifest
            : null;

    private byte[] Read(SwapFolder folder, string name, int most)
    {
        var path = folder.Companion(name);
        if (bench.Files.Stat(path) is not { Kind: FileKind.File } facts)
        {
            throw new UntrustedException(
                $"{path} is missing, so nobody can tell whether the staged update is what its publisher signed. Nothing was changed; check again, which fetches it anew.");
        }

        if (facts.Length > most)
            throw new UntrustedException($"{path} is longer than {most} bytes, the most it may be. Nothing was changed; check again.");
        var bytes = new byte[facts.Length];
        using var stream = bench.Files.OpenRead(path);
        return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length
            ? bytes
            : throw new UntrustedException($"{path} changed while it was read. Nothing was changed; check again.");
    }

    private bool IsStaged(SwapFolder folder, SwapOperation operation)
    {
        var path = folder.New(operation);
        if (bench.Files.Stat(path)?.Kind != FileKind.File)
            return false;
        using var stream = bench.Files.OpenRead(path);
        return ContentHash.Of(stream) == operation.NewHash;
    }
}
