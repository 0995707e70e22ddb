using AppUpdater.Tests;

namespace AppUpdater.EndToEndTests.Packaging;

/// <summary>The solution's packages in a folder of their own, and a scratch app that restores from there.</summary>
public sealed class PackedFeed : IAsyncLifetime, IDisposable
{
    internal const string Version = "0.1.0-scratch";

    private readonly TempFolder _root = new("appupdater-packages-");

    internal string Feed => _root["feed"];

    internal string App => _root["app"];

    internal string this[string relative] => _root[relative];

    internal static string Repository { get; } = FindRepository();

    public async Task InitializeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await Command.SucceedAsync(
            "dotnet", Repository, limit.Token, "pack", "AppUpdater.sln", "-c", "Release", "-o", Feed, $"-p:PackageVersion={Version}", "-v", "q", "--nologo");
        Directory.CreateDirectory(App);
        await File.WriteAllTextAsync(Path.Join(App, "Scratch.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="AppUpdater" Version="{Version}" />
              </ItemGroup>
            </Project>
            """, limit.Token);
        await File.WriteAllTextAsync(Path.Join(App, "Program.cs"), """
            System.Console.WriteLine(AppUpdater.RelativePath.Parse("a/b").Name + typeof(AppUpdater.UpdateManager).Name);
            """, limit.Token);
        await File.WriteAllTextAsync(_root["nuget.config"], NuGetConfig(), limit.Token);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _root.Dispose();

    // Our packages go to a folder that is deleted afterwards; everybody else's are taken from where the solution's restore put them.
    private string NuGetConfig() => $"""
        <configuration>
          <config><add key="globalPackagesFolder" value="{this["packages"]}" /></config>
          <fallbackPackageFolders><add key="shared" value="{SharedPackages()}" /></fallbackPackageFolders>
          <packageSources><add key="scratch" value="{Feed}" /></packageSources>
        </configuration>
        """;

    private static string SharedPackages() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static string FindRepository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Join(folder, "AppUpdater.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"No AppUpdater.sln above {AppContext.BaseDirectory}.");
        return folder;
    }
}
