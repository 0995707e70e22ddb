namespace Demo;

/// <summary>Publishes the way anyone does with any FTP program: files into the folder, version.ini last.</summary>
internal sealed class Publisher(string serverFolder)
{
    internal string Folder => serverFolder;

    internal void Publish(string version, string build)
    {
        foreach (var file in Tree.Files(build))
        {
            var target = Path.Join(serverFolder, file);
            if (File.Exists(target) && Tree.SameBytes(target, Path.Join(build, file)))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Join(build, file), target, overwrite: true);
        }

        File.WriteAllText(
            Path.Join(serverFolder, "version.ini"),
            $"""
            [version]
            format  = 1
            app     = com.example.sampleapp
            version = {version}

            """);
    }
}
