using System.Reflection;

namespace AppUpdater.Tests.Architecture;

/// <summary>The public surface is a promise: it changes in a reviewed text file, or not at all.</summary>
public sealed class PublicApiTests
{
    private const string Accept = "APPUPDATER_ACCEPT_API";

    [Fact]
    public void Of_the_library_is_as_reviewed() =>
        Compare("AppUpdater", typeof(RelativePath).Assembly, typeof(UpdateManager).Assembly);

    [Fact]
    public void Of_the_test_kit_is_as_reviewed() => Compare("AppUpdater.Testing", Assembly.Load("AppUpdater.Testing"));

    private static void Compare(string name, params Assembly[] assemblies)
    {
        var file = Repository.At($"tests/AppUpdater.Tests/Architecture/PublicApi.{name}.txt");
        var now = string.Concat(assemblies.Select(PublicApiText.Of));
        if (Environment.GetEnvironmentVariable(Accept) == "1")
            File.WriteAllText(file, now);

        var reviewed = File.Exists(file) ? File.ReadAllText(file) : "";
        Assert.True(now == reviewed, $"The public API of {name} changed:\n{Difference(reviewed, now)}\nIf that is meant, run this test with {Accept}=1 and commit {Repository.Show(file)}.");
    }

    private static string Difference(string reviewed, string now)
    {
        var (before, after) = (Members(reviewed), Members(now));
        return string.Join('\n', before.Except(after).Select(line => "- " + line).Concat(after.Except(before).Select(line => "+ " + line)));
    }

    private static List<string> Members(string text)
    {
        var (type, members) = ("", new List<string>());
        foreach (var line in text.Split('\n').Where(line => line.Length > 0))
        {
            type = line.StartsWith(' ') ? type : line;
            members.Add(line.StartsWith(' ') ? $"{type.Split(" : ")[0]}: {line.Trim()}" : line);
        }

        return members;
    }
}
