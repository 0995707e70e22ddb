using System.Globalization;
using System.Text;
using AppUpdater.Handover;

namespace AppUpdater.WindowsTestApp;

/// <summary>
/// The app: writes what it is and what it was given into <c>ran.txt</c> beside its folder, then does what <c>behaviour.txt</c> says:
/// <c>exit CODE</c>, <c>confirm CODE</c>, <c>stay MILLISECONDS</c> or <c>fail MILLISECONDS</c>.
/// </summary>
internal static class RunningApp
{
    private const int MarkLength = 5; // [1.0]
    private const int Failed = 9;

    internal static async Task<int> RunAsync(string[] args)
    {
        var startup = UpdateManager.Startup(args);
        var root = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var version = Version(root);
        Tell(root, version, args);
        if (args.Contains("--update") && version == "[1.0]")
            return await UpdateAsync(root);
        if (args.Contains("--rollback") && version == "[2.0]")
            return await RollbackAsync(root);
        return await BehaveAsync((await File.ReadAllTextAsync(Path.Join(root, "behaviour.txt"))).Split(' '), startup);
    }

    private static async Task<int> BehaveAsync(string[] behaviour, StartupReport startup)
    {
        var number = int.Parse(behaviour[1], CultureInfo.InvariantCulture);
        if (behaviour[0] == "confirm")
            startup.Confirm();
        if (behaviour[0] is "stay" or "fail")
            await Task.Delay(number);
        return behaviour[0] switch { "stay" => 0, "fail" => Failed, _ => number };
    }

    private static async Task<int> UpdateAsync(string root)
    {
        await using var updater = UpdateManager.FromSettings(Path.Join(root, "dato.ini"), Options(root));
        if (await updater.CheckAsync() is not { } plan)
            return 20;
        updater.ApplyAndRelaunch(await updater.StageAsync(plan));
        return 21;
    }

    private static async Task<int> RollbackAsync(string root)
    {
        await using var updater = UpdateManager.FromSettings(Path.Join(root, "dato.ini"), Options(root));
        if (await updater.StageRollbackAsync() is not { } staged)
            return 22;
        updater.ApplyAndRelaunch(staged);
        return 23;
    }

    private static UpdateOptions Options(string root) =>
        new() { Bootstrapper = Path.Join(Path.GetDirectoryName(root), "AppUpdater.Bootstrapper.exe") };

    /// <summary>What all that belongs to the release says it is, this program's own file first; more than one where it is mixed.</summary>
    private static string Version(string root)
    {
        string[] files = [Environment.ProcessPath!, .. new[] { "library.dll", "data.txt", Path.Join("sub", "data.txt") }.Select(name => Path.Join(root, name))];
        return string.Join(" and ", files.Where(File.Exists).Select(Mark).Distinct());
    }

    private static string Mark(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(-MarkLength, SeekOrigin.End);
        var mark = new byte[MarkLength];
        stream.ReadExactly(mark);
        return Encoding.ASCII.GetString(mark);
    }

    /// <summary>One line: version, the folder it runs in, and each argument; all but the version in Base64.</summary>
    private static void Tell(string root, string version, string[] args)
    {
        string[] words = [version, .. new[] { Environment.CurrentDirectory }.Concat(args).Select(text => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)))];
        File.AppendAllText(Path.Join(Path.GetDirectoryName(root), "ran.txt"), string.Join(' ', words) + "\n");
    }
}
