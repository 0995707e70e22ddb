using System.Globalization;
using AppUpdater.Testing;
using static AppUpdater.Tests.Mirroring.MirrorTesting;

namespace AppUpdater.Tests.Cli.Mirroring;

public sealed class MirrorLanguageTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly MirrorScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Summary_help_and_mistakes_are_in_spanish_where_it_is_asked_for()
    {
        _scene.Served.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(_scene.Served.Root);
        string[] pull = ["pull", $"{server.Url}", _scene.Here.Root];

        Assert.Equal(0, await _scene.RunAsync([.. pull, "--lang", "es", "--dry-run"]));
        Assert.StartsWith("nuevo      a.txt", _scene.Out, StringComparison.Ordinal);
        Assert.Equal(0, await _scene.RunAsync([.. pull, "--lang=es"]));
        Assert.Contains(": nuevos 1, actualizados 0, sin cambios 0, borrados 0, omitidos 0, duplicados 0, fallidos 0; 3 bytes en ", _scene.Out, StringComparison.Ordinal);
        Assert.Equal(2, await _scene.RunAsync([.. pull, "--lang", "es", "--max-delete", "x"]));
        Assert.Contains("--max-delete \"x\": debe ser un número entero desde 0.", _scene.Error, StringComparison.Ordinal);
        Assert.Equal(0, await _scene.RunAsync("pull", "--help", "--lang", "es"));
        Assert.Contains("La carpeta del servidor", _scene.Out, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Without_the_option_the_systems_language_holds_and_json_is_the_same_in_both()
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("es-AR");
        try
        {
            Assert.Equal(0, await _scene.RunAsync("pull", _scene.Served.Root, _scene.Here.Root));
            Assert.Contains(": nuevos 0,", _scene.Out, StringComparison.Ordinal);
            Assert.Equal(0, await _scene.RunAsync("pull", _scene.Served.Root, _scene.Here.Root, "--lang", "en"));
            Assert.Contains(": new 0,", _scene.Out, StringComparison.Ordinal);
            Assert.Equal("es-AR", CultureInfo.CurrentUICulture.Name);
            Assert.Equal(0, await _scene.RunAsync("pull", _scene.Served.Root, _scene.Here.Root, "--json"));
            Assert.Equal("pull", _scene.Json.GetProperty("direction").GetString());
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
