using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Locks;
using AppUpdater.Core.Swap;
using AppUpdater.Releases;
using AppUpdater.Tests;
using AppUpdater.Tests.Releases;

namespace AppUpdater.EndToEndTests.Attacks;

/// <summary>
/// A server of two releases and a change of keys, in a folder, and an install with nothing in it yet: everything that lies there is read.
/// In this process, because thousands of tries are made.
/// </summary>
internal sealed class TamperedServer : IDisposable
{
    private static readonly (string Path, byte[] Content)[] Files = [("app", Noise(1, 900)), ("lib/core.txt", Repeated()), ("lib/other", Noise(2, 300)), ("empty", [])];

    private readonly TempFolder _folder = new();
    private readonly string _bootstrapper;

    internal TamperedServer()
    {
        using var first = new TestPublisher(Served);
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        first.Publish("1.0.0", Files[0]);
        Directory.CreateDirectory(Path.Join(Served, "keys"));
        var keys = $"[keys]\nformat = 1\napp = {TestPublisher.App}\nnumber = 1\nthreshold = 1\nkey1 = {Convert.ToBase64String(next.ExportSubjectPublicKeyInfo())}\n";
        File.WriteAllText(Path.Join(Served, "keys/1.ini"), first.Signed(SignedAs.Keys, keys, first.Key, next));
        first.WritePublicKey(_folder.Write("install/publisher.pub", ""));
        _folder.Write("install/dato.ini", $"[server]\nurl = {Served}\n[install]\napp = {TestPublisher.App}\n[trust]\nkeys = publisher.pub\n[update]\nbackup = none\n");
        _bootstrapper = _folder.Write("tools/bootstrapper", "#!/bin/sh\nexit 0\n");
        var old = first.Key;
        first.Key = next;
        first.More = "published = 2026-11-20T12:00:00Z";
        first.Publish("1.1.0", Files);
        first.Key = old;
    }

    internal string Served => _folder["server"];

    /// <summary>The published files, pointer, keys and manifests first.</summary>
    internal string[] Published => [.. Directory.GetFiles(Served, "*", SearchOption.AllDirectories).OrderBy(file => file.EndsWith(".pack", StringComparison.Ordinal)).ThenBy(file => file, StringComparer.Ordinal)];

    private string Install => _folder["install"];

    private InstallLayout Layout => new(Install);

    /// <summary>
    /// Updates with one file changed, then puts it back. Null: nothing of the server's was installed. Else the failure that may not be: other
    /// bytes, or an exception of another kind.
    /// </summary>
    internal async Task<string?> TryAsync(string file, Func<byte[], byte[]> change)
    {
        var right = await File.ReadAllBytesAsync(file);
        await File.WriteAllBytesAsync(file, change(right));
        try
        {
            return await UpdateAsync() ? Judge(installed: true) : "there was nothing to do";
        }
        catch (UpdateException failure) when (failure is UntrustedException or UnreachableException or SettingsException or MissingException)
        {
            return Judge(installed: false);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return failure.ToString();
        }
        finally
        {
            await File.WriteAllBytesAsync(file, right);
            Empty();
        }
    }

    /// <summary>How often the right bytes went in all the same.</summary>
    internal int Installed { get; private set; }

    public void Dispose() => _folder.Dispose();

    private async Task<bool> UpdateAsync()
    {
        await using var updater = UpdateManager.FromSettings(Path.Join(Install, "dato.ini"), new UpdateOptions { Bootstrapper = _bootstrapper });
        if (await updater.CheckAsync() is not { } plan)
            return false;
        await updater.StageAsync(plan);
        var files = DurableFiles.ForThisSystem();
        using var alone = RunningMark.TryHoldAlone(Layout);
        var report = new SwapRunner(files, Layout, TimeProvider.System).Apply(new SwapStore(files, Layout).Find()!);
        return report is { State: SwapState.Committed, Reason: null };
    }

    private string? Judge(bool installed)
    {
        var tree = Directory.GetFiles(Install, "*", SearchOption.AllDirectories)
            .Select(file => (Path: file, Name: Path.GetRelativePath(Install, file).Replace('\\', '/')))
            .Where(file => !file.Name.StartsWith(".appupdater/", StringComparison.Ordinal) && file.Name is not ("dato.ini" or "publisher.pub" or "version.ini"))
            .ToDictionary(file => file.Name, file => File.ReadAllBytes(file.Path));
        if (!installed)
            return tree.Count == 0 ? null : $"refused, and {string.Join(", ", tree.Keys)} lie there";
        Installed++;
        return tree.Count == Files.Length && Array.TrueForAll(Files, file => tree.TryGetValue(file.Path, out var bytes) && bytes.AsSpan().SequenceEqual(file.Content))
            ? null
            : $"other bytes were installed: {string.Join(", ", tree.Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.Key} ({file.Value.Length})")))}";
    }

    private void Empty()
    {
        foreach (var entry in Directory.GetFileSystemEntries(Install).Where(path => Path.GetFileName(path) is not ("dato.ini" or "publisher.pub")))
        {
            if (Directory.Exists(entry))
                Directory.Delete(entry, recursive: true);
            else
                File.Delete(entry);
        }
    }

    private static byte[] Noise(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Repeated() => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 200).Select(i => $"row {i * 31 % 97}\n")));
}
