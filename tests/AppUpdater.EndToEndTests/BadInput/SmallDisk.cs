using System.Diagnostics;
using AppUpdater.Tests;

namespace AppUpdater.EndToEndTests.BadInput;

/// <summary>A volume of its own (tmpfs) that can be filled to the last byte.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TempFolder _at = new("appupdater-disk-");

    internal SmallDisk(string size) =>
        Assert.True(Mount(_at.Root, size), "A small volume could not be mounted.");

    internal string Root => _at.Root;

    internal string this[string relative] => Path.Join(Root, relative);

    private string Filler => this["filler"];

    internal static bool MayMount()
    {
        using var at = new TempFolder("appupdater-disk-");
        return Mount(at.Root, "64k") && Run("umount", at.Root);
    }

    /// <summary>Takes all that is free; what others have reserved stays theirs.</summary>
    internal void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // Full: that is what was wanted.
        }
    }

    /// <summary>With other options, such as <c>ro</c>.</summary>
    internal void Remount(string options) =>
        Assert.True(Run("mount", "-o", $"remount,{options}", Root), $"The volume could not be mounted {options}.");

    internal void Empty() => File.Delete(Filler);

    public void Dispose()
    {
        _at.AwaitUsers();
        Run("umount", "--lazy", Root);
        _at.Dispose();
    }

    private static bool Mount(string at, string size) => Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", at);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
