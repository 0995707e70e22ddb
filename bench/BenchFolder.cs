namespace AppUpdater.Bench;

/// <summary>A temporary folder that goes with the measurement.</summary>
internal sealed class BenchFolder : IDisposable
{
    internal string Root { get; } = Directory.CreateTempSubdirectory("appupdater-bench-").FullName;

    internal string this[string relative] => Path.Join(Root, relative);

    internal void WriteSettings(Uri url)
    {
        Directory.CreateDirectory(this["install"]);
        File.WriteAllText(this["install/dato.ini"], $"""
            [server]
            url = {url}

            [install]
            app = com.example.bench
            directory = .

            [trust]
            allow_unsigned = true

            """);
    }

    internal void WriteVersion(string version)
    {
        Directory.CreateDirectory(this["served"]);
        File.WriteAllText(this["served/version.ini"], $"""
            [version]
            format = 1
            app = com.example.bench
            version = {version}

            """);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
