using System.IO.Compression;

namespace AppUpdater.EndToEndTests.Packaging;

[Collection(DemoTests.Builds)]
public sealed class PackagingTests(PackedFeed packages) : IClassFixture<PackedFeed>
{
    private const int Minutes = 60_000;

    private static readonly string Bootstrapper = OperatingSystem.IsWindows() ? "AppUpdater.Bootstrapper.exe" : "AppUpdater.Bootstrapper";

    [Fact]
    public void The_solution_packs_the_library_the_test_kit_and_the_tool()
    {
        string[] expected = ["AppUpdater", "AppUpdater.Cli", "AppUpdater.Testing"];

        Assert.Equal(
            expected.Select(name => $"{name}.{PackedFeed.Version}.nupkg").Order(StringComparer.Ordinal),
            Directory.GetFiles(packages.Feed).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_library_package_holds_core_documentation_targets_and_bootstrappers()
    {
        using var package = ZipFile.OpenRead(Path.Join(packages.Feed, $"AppUpdater.{PackedFeed.Version}.nupkg"));

        string[] expected =
        [
            "README.md", "build/AppUpdater.targets", "buildTransitive/AppUpdater.targets",
            "lib/net10.0/AppUpdater.Core.dll", "lib/net10.0/AppUpdater.Core.xml", "lib/net10.0/AppUpdater.dll", "lib/net10.0/AppUpdater.xml",
            "tools/bootstrapper/linux-x64/AppUpdater.Bootstrapper", "tools/bootstrapper/win-x64/AppUpdater.Bootstrapper.exe",
        ];
        Assert.Equal([], expected.Except(package.Entries.Select(entry => entry.FullName)));
        using var nuspec = new StreamReader(package.GetEntry("AppUpdater.nuspec")!.Open());
        Assert.DoesNotContain("AppUpdater.Core", nuspec.ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 3 * Minutes)]
    public async Task An_app_that_references_the_package_gets_the_bootstrapper_built_and_published()
    {
        using var limit = new CancellationTokenSource(3 * Minutes);
        await Command.SucceedAsync("dotnet", packages.App, limit.Token, "build", "-o", packages["built"]);
        await Command.SucceedAsync("dotnet", packages.App, limit.Token, "publish", "-o", packages["published"]);

        AssertRunnable(Path.Join(packages["built"], Bootstrapper));
        AssertRunnable(Path.Join(packages["published"], Bootstrapper));
        var output = await Command.SucceedAsync("dotnet", packages.App, limit.Token, Path.Join(packages["published"], "Scratch.dll"));
        Assert.Equal("bUpdateManager", output.Trim());
    }

    [Fact(Timeout = 3 * Minutes)]
    public async Task A_system_without_a_bootstrapper_is_a_build_error_that_says_what_to_do()
    {
        using var limit = new CancellationTokenSource(3 * Minutes);
        var build = await Command.RunAsync(
            "dotnet", packages.App, limit.Token, "build", "-o", packages["other"], "-p:AppUpdaterBootstrapperRuntime=beos-ppc");

        Assert.NotEqual(0, build.ExitCode);
        Assert.Contains("error AU0001: There is no AppUpdater bootstrapper for 'beos-ppc'", build.Output, StringComparison.Ordinal);
        Assert.Contains("AppUpdaterBootstrapperFolder", build.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 3 * Minutes)]
    public async Task An_app_may_bring_another_bootstrapper()
    {
        using var limit = new CancellationTokenSource(3 * Minutes);
        await File.WriteAllTextAsync(Path.Join(packages.App, "another"), "self-contained", limit.Token);
        await Command.SucceedAsync("dotnet", packages.App, limit.Token, "publish", "-o", packages["another"], "-p:AppUpdaterBootstrapper=another");
        var missing = await Command.RunAsync("dotnet", packages.App, limit.Token, "build", "-o", packages["missing"], "-p:AppUpdaterBootstrapper=nowhere");

        Assert.Equal("self-contained", await File.ReadAllTextAsync(Path.Join(packages["another"], Bootstrapper), limit.Token));
        Assert.NotEqual(0, missing.ExitCode);
        Assert.Contains("where the property AppUpdaterBootstrapper says it is", missing.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 3 * Minutes)]
    public async Task The_tool_installs_and_has_bootstrappers_beside_it()
    {
        using var limit = new CancellationTokenSource(3 * Minutes);
        await Command.SucceedAsync(
            "dotnet", packages.App, limit.Token, "tool", "install", "AppUpdater.Cli", "--version", PackedFeed.Version, "--tool-path", packages["tool"]);

        var help = await Command.SucceedAsync(Path.Join(packages["tool"], "appupdater"), packages.App, limit.Token, "--help");

        Assert.Contains("rollback", help, StringComparison.Ordinal);
        var files = Directory.GetFiles(packages["tool"], "AppUpdater.Bootstrapper*", SearchOption.AllDirectories).Select(file => Path.GetFileName(file));
        Assert.Equal(["AppUpdater.Bootstrapper", "AppUpdater.Bootstrapper.exe"], files.Order(StringComparer.Ordinal));
    }

    private static void AssertRunnable(string file)
    {
        Assert.True(File.Exists(file), $"{file} is missing.");
        if (!OperatingSystem.IsWindows())
            Assert.True(File.GetUnixFileMode(file).HasFlag(UnixFileMode.OtherRead | UnixFileMode.OtherExecute), $"{file} is not executable for everyone.");
    }
}
