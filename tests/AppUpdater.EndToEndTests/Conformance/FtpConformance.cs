using System.Diagnostics;
using System.Text;
using AppUpdater.Tests.Transport;
using AppUpdater.Transport;

namespace AppUpdater.EndToEndTests.Conformance;

/// <summary>What every FTP server of its own process is asked beyond <see cref="TargetConformance"/>: names that are not UTF-8.</summary>
public abstract class FtpConformance(ConformanceServer server) : TargetConformance(server)
{
    [ConformanceFact]
    public async Task Names_in_Latin_1_are_listed_and_read()
    {
        await PutRawAsync("A\\361o nuevo", "ca\\361\\363n.bmp", "latin");
        var source = Open();
        Assert.Equal(["Año nuevo/cañón.bmp"], Of(await source.ListAllAsync(), RemoteEntryKind.File));
        Assert.Equal("latin", Encoding.UTF8.GetString(await source.ReadAllAsync("Año nuevo/cañón.bmp")));
        Assert.Equal(5, (await source.StatAsync(RelativePath.Parse("Año nuevo/cañón.bmp"), CancellationToken.None))?.Size);
    }

    [ConformanceFact]
    public async Task Names_in_Latin_1_and_in_UTF_8_lie_side_by_side()
    {
        Place.Put("Año nuevo/cañón.bmp", "utf-8");
        await PutRawAsync("viejo", "ma\\361ana.bmp", "latin");
        var source = Open();
        Assert.Equal(["Año nuevo/cañón.bmp", "viejo/mañana.bmp"], Of(await source.ListAllAsync(), RemoteEntryKind.File));
        Assert.Equal("latin", Encoding.UTF8.GetString(await source.ReadAllAsync("viejo/mañana.bmp")));
        Assert.Equal("utf-8", Encoding.UTF8.GetString(await source.ReadAllAsync("Año nuevo/cañón.bmp")));
    }

    /// <summary>By a shell: .NET names files in UTF-8 alone. <c>\361</c> is ñ in Latin-1.</summary>
    private async Task PutRawAsync(string folder, string name, string content)
    {
        var script = $"""cd "$1" && d=$(printf '{folder}') && mkdir -p "$d" && printf '{content}' > "$d/$(printf '{name}')" """;
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", script, "sh", Place.Root]))!;
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
    }
}
