using System.Diagnostics;

namespace AppUpdater.Tests;

/// <summary>
/// A temporary directory that goes with the test. Whoever still works in it is waited for first, such as a bootstrapper that clears up
/// after it has told its outcome; a process that stays is a failure which names it.
/// </summary>
public sealed class TempFolder(string prefix = "appupdater-") : IDisposable
{
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RemovedWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    public string Root { get; } = Directory.CreateTempSubdirectory(prefix).FullName;

    public string this[string relative] => Path.Join(Root, relative);

    public string Write(string relative, string text)
    {
        var path = this[relative];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Ends the apps that a test leaves running on purpose: whatever works in a folder of this one.</summary>
    public void EndThoseIn(string relative)
    {
        foreach (var user in FolderUsers.WorkingIn(this[relative]))
            user.End();
    }

    /// <summary>Returns once no process works in it, or in a part of it.</summary>
    /// <exception cref="InvalidOperationException">One stays.</exception>
    public void AwaitUsers(string part = "")
    {
        var since = Stopwatch.GetTimestamp();
        for (var users = FolderUsers.Of(this[part]); users.Count > 0; users = FolderUsers.Of(this[part]))
        {
            if (Stopwatch.GetElapsedTime(since) > EndsWithin)
                throw new InvalidOperationException($"After {EndsWithin.TotalSeconds} s {this[part]} is still used by {string.Join("; ", users)}.");
            Thread.Sleep(BetweenLooks);
        }
    }

    public void Dispose()
    {
        AwaitUsers();
        var since = Stopwatch.GetTimestamp();
        while (!TryRemove(isLast: Stopwatch.GetElapsedTime(since) > RemovedWithin))
            Thread.Sleep(BetweenLooks);
    }

    // Windows keeps a program's file for a moment after its end, and a server that was just ended may have been writing.
    private bool TryRemove(bool isLast)
    {
        try
        {
            Directory.Delete(Root, recursive: true);
            return true;
        }
        catch (Exception e) when (!isLast && e is (IOException or UnauthorizedAccessException))
        {
            return !Directory.Exists(Root);
        }
    }
}
