using System.IO.Abstractions;
using AppUpdater.Releases;
using AppUpdater.Settings;

namespace AppUpdater.Tests.Settings;

public class SampleTests
{
    [Fact]
    public void The_sample_of_dato_ini_parses_and_shows_every_key()
    {
        using var folder = new TempFolder();
        File.Copy(Sample("dato.ini.sample"), folder["dato.ini"]);
        var settings = UpdateSettingsReader.Read(new FileSystem(), folder["dato.ini"]);
        Assert.Empty(settings.Warnings);
        Assert.Equal(new PolicySettings(), settings.Update);
        Assert.Empty(KnownKeys.Dato.All.Except(KeysOf("dato.ini.sample")));
    }

    [Fact]
    public void The_sample_of_version_ini_parses_and_shows_every_key()
    {
        var version = VersionFileParser.Parse(File.ReadAllBytes(Sample("version.ini.sample")), "version.ini.sample");
        Assert.Empty(version.Warnings);
        Assert.Equal("2.1.0", version.Version.ToString());
        Assert.Empty(KnownKeys.Version.All.Except(KeysOf("version.ini.sample")));
    }

    [Theory]
    [InlineData("dato.ini.sample")]
    [InlineData("version.ini.sample")]
    public void Every_key_of_a_sample_has_a_comment_above(string name)
    {
        var text = File.ReadAllText(Sample(name));
        var lines = IniLine.Scan(text).ToList();
        for (var i = 1; i < lines.Count; i++)
        {
            if (lines[i].Kind == IniLineKind.Key)
                Assert.True(lines[i - 1].Kind == IniLineKind.Comment, $"{lines[i].Name} has no comment above it.");
        }
    }

    private static IEnumerable<(string Section, string Key)> KeysOf(string name)
    {
        var section = "";
        foreach (var line in IniLine.Scan(File.ReadAllText(Sample(name))))
        {
            if (line.Kind == IniLineKind.Section)
                section = line.Name;
            if (line.Kind == IniLineKind.Key)
                yield return (section, line.Name);
        }
    }

    // PathMap hides the sources' path from the compiler; the build's output lies below it.
    private static string Sample(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Join(folder.FullName, "AppUpdater.sln")))
                return Path.Join(folder.FullName, name);
        }

        throw new InvalidOperationException("The root of the sources was not found above the test's own folder.");
    }
}
