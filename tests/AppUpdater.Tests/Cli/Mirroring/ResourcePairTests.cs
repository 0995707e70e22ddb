using System.Text.RegularExpressions;
using System.Xml.Linq;
using AppUpdater.Cli.Mirroring;
using AppUpdater.Tests.Architecture;

namespace AppUpdater.Tests.Cli.Mirroring;

/// <summary>Every text that people read is there in both languages.</summary>
public sealed partial class ResourcePairTests
{
    private const string Folder = "src/AppUpdater.Cli/Resources";

    public static TheoryData<string> Areas => new(Names);

    private static IEnumerable<string> Names => Directory.GetFiles(Repository.At(Folder), "*.resx").Select(file => Path.GetFileName(file).Split('.')[0]).Distinct().Order();

    [Fact]
    public void No_area_is_missed() => Assert.Equal([], new[] { "Mirror", "MirrorSchedule", "MirrorScreen" }.Except(Names));

    [Theory]
    [MemberData(nameof(Areas))]
    public void Both_languages_have_the_same_texts_with_the_same_places(string area)
    {
        var (english, spanish) = (Read($"{area}.resx"), Read($"{area}.es.resx"));
        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), spanish.Keys.Order(StringComparer.Ordinal));
        Assert.All(english, text => Assert.Equal((text.Key, Places(text.Value)), (text.Key, Places(spanish[text.Key]))));
        Assert.All(english.Concat(spanish), text => Assert.False(string.IsNullOrWhiteSpace(text.Value), text.Key));
    }

    [Fact]
    public void Every_option_has_its_help()
    {
        var texts = Read("Mirror.resx");
        Assert.All(MirrorOptionTable.All, option => Assert.Contains($"Help.{option.Name}", texts.Keys));
    }

    private static string Places(string text) => string.Join(' ', Place().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal));

    private static Dictionary<string, string> Read(string name) => XDocument.Load(Repository.At($"{Folder}/{name}")).Root!.Elements("data")
        .ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    [GeneratedRegex(@"\{\d+[^}]*\}")]
    private static partial Regex Place();
}
