namespace AppUpdater.EndToEndTests.RealServers;

/// <summary>
/// Where the servers' programs lie: installed, or unpacked into a folder of their own, since their packages exclude each other. The folder
/// is that of the variable APPUPDATER_SERVERS, else <c>artifacts/servers</c> of this repository; <c>.ci/run</c> fills it.
/// </summary>
public static class ServerPrograms
{
    public const string Vsftpd = "vsftpd";
    public const string Proftpd = "proftpd";
    public const string PureFtpd = "pure-ftpd";
    public const string Nginx = "nginx";

    private static readonly string[] Folders =
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
        "/usr/sbin", "/usr/local/sbin",
    ];

    public static bool IsCi => string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>The root, "" if installed, below which <c>usr/sbin/<paramref name="program"/></c> and its parts lie; null where there is none.</summary>
    public static string? RootOf(string program)
    {
        var unpacked = Path.Join(Unpacked, program);
        if (File.Exists(Path.Join(unpacked, "usr/sbin", program)))
            return unpacked;
        return Folders.Any(folder => File.Exists(Path.Join(folder, program))) ? "" : null;
    }

    /// <summary>The executable, which lies in <c>sbin</c> or <c>bin</c>; null where there is none.</summary>
    public static string? Find(string program, string package)
    {
        var unpacked = Path.Join(Unpacked, package, "usr");
        return Folders.Prepend(Path.Join(unpacked, "bin")).Prepend(Path.Join(unpacked, "sbin")).Select(folder => Path.Join(folder, program)).FirstOrDefault(File.Exists);
    }

    /// <summary>Why tests of this server can't run here; null where they can.</summary>
    public static string? Problem(string program)
    {
        if (RootOf(program) is null)
            return $"{program} is not installed (.ci/run fetches it)";
        return program == PureFtpd && !Environment.IsPrivilegedProcess ? $"{program} is not installed for this user: it runs as root only" : null;
    }

    private static string Unpacked => Environment.GetEnvironmentVariable("APPUPDATER_SERVERS") is { Length: > 0 } told ? told : Cached();

    private static string Cached()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Join(folder.FullName, "AppUpdater.sln")))
                return Path.Join(folder.FullName, "artifacts", "servers");
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} has AppUpdater.sln.");
    }
}
