using System.Text.RegularExpressions;
using System.Xml.Linq;
using AppUpdater.Tests.Architecture;

namespace AppUpdater.Tests.Cli.Mirroring;

/// <summary>Every message that the code of mirrors can give a person is in the resource files, in both languages.</summary>
public sealed partial class ReasonsInSpanishTests
{
    private static readonly string[] Rooms =
    [
        "AppUpdater.Mirroring.", "AppUpdater.Transport.", "AppUpdater.Cli.Mirroring.", "AppUpdater.Cli.ServerAccount", "AppUpdater.Cli.CommandLine",
        "AppUpdater.Settings.Ini", "AppUpdater.Settings.GlobSet", "AppUpdater.Settings.EnvironmentVariables", "AppUpdater.PathRules", "AppUpdater.RelativePath",
        "AppUpdater.Core.Locks.LockFile", "AppUpdater.Staging.FileDownload", "AppUpdater.Staging.PartFile",
    ];

    /// <summary>They hand on a text that was made elsewhere, or one that is quoted.</summary>
    private static readonly string[] Handed =
    [
        "AppUpdater.Cli.Mirroring.MirrorOptionsReader.Place", "AppUpdater.Mirroring.MirrorEvent..ctor", "AppUpdater.Mirroring.MirrorFailure..ctor",
        "AppUpdater.Transport.Ftp.FtpCommand..ctor", "AppUpdater.Transport.Http.HttpConnections.Failure", "AppUpdater.Transport.Http.HttpListing.Refusal",
    ];

    private static readonly string[] Elsewhere =
    [
        "AppUpdater.Transport.Doctor.", "AppUpdater.Transport.PlaceFailure", "AppUpdater.Transport.RemoteChoice", "AppUpdater.Transport.RemotePlace",
        "AppUpdater.Transport.SmallFiles", "AppUpdater.Transport.Network.Socks5", "AppUpdater.Transport.Network.HttpConnect", "AppUpdater.Transport.Network.Proxy",
    ];

    [Fact]
    public void Every_reason_that_a_mirror_can_give_is_there()
    {
        var known = Texts();
        var said = Said().Where(one => one.Format is { } format && Letter().IsMatch(Place().Replace(format, ""))).ToList();
        Assert.True(said.Count > 150, $"{said.Count} were found.");
        None(said.Where(one => !known.Contains(one.Format!)).Select(one => $"{one.Type}.{one.Method}: {one.Format}"));
    }

    [Fact]
    public void No_reason_hides_its_text()
    {
        None(Said().Where(one => one.Format is null).Select(one => $"{one.Type}.{one.Method}").Except(Handed));
    }

    [Fact]
    public void Every_warning_of_a_mirror_is_there()
    {
        var known = Texts();
        var folders = new[] { "Mirroring", "Transport", "Transport/Ftp", "Transport/Folder", "Transport/Http", "Transport/Network", "Transport/Retry" };
        var files = folders.SelectMany(folder => Directory.GetFiles(Repository.At($"src/AppUpdater/{folder}"), "*.cs"))
            .Append(Repository.At("src/AppUpdater/Staging/FileDownload.cs")).Where(file => Path.GetFileName(file) != "RemoteChoice.cs");
        var warnings = files.SelectMany(file => Warning().Matches(File.ReadAllText(file))).Select(match => Numbered(match.Groups[1].Value)).ToList();
        Assert.True(warnings.Count > 10, $"{warnings.Count} were found.");
        None(warnings.Where(warning => !known.Contains(warning)));
    }

    private static IEnumerable<WordingInCode> Said() =>
        new[] { "AppUpdater.Core.dll", "AppUpdater.dll", "AppUpdater.Cli.dll" }
            .SelectMany(file => WordingsInCode.In(Path.Join(AppContext.BaseDirectory, file))).Where(IsOfMirrors);

    /// <summary>Not those that only an update, a publisher or the doctor can meet; a mirror takes no proxy.</summary>
    private static bool IsOfMirrors(WordingInCode one) =>
        Rooms.Any(room => one.Type.StartsWith(room, StringComparison.Ordinal)) && !Elsewhere.Any(type => one.Type.StartsWith(type, StringComparison.Ordinal));

    private static HashSet<string> Texts() => [.. new[] { "Failures", "Mirror", "MirrorSchedule" }
        .Where(name => File.Exists(Repository.At($"src/AppUpdater.Cli/Resources/{name}.resx")))
        .SelectMany(name => XDocument.Load(Repository.At($"src/AppUpdater.Cli/Resources/{name}.resx")).Root!.Elements("data"))
        .Select(data => data.Element("value")!.Value)];

    private static void None(IEnumerable<string> found)
    {
        var lines = string.Join('\n', found.Distinct().Order(StringComparer.Ordinal));
        Assert.True(lines.Length == 0, lines);
    }

    private static string Numbered(string template)
    {
        var number = 0;
        return Named().Replace(template, place => $"{{{number++}{place.Groups[1].Value}}}");
    }

    [GeneratedRegex(@"LogWarning\(\s*""([^""]+)""")]
    private static partial Regex Warning();

    [GeneratedRegex(@"\{\w+(:[^}]*)?\}")]
    private static partial Regex Named();

    [GeneratedRegex(@"\{\d+\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"\p{L}")]
    private static partial Regex Letter();
}
