using System.Net.Sockets;
using AppUpdater.Cli.Mirroring;
using AppUpdater.Mirroring;
using AppUpdater.Tests.Cli.Mirroring.Display;

namespace AppUpdater.Tests.Cli.Mirroring;

/// <summary>What went wrong is told in the reader's language, wherever the reason comes from; scripts and logs read English.</summary>
public sealed class FailureLanguageTests
{
    private const int Limit = 60_000;

    public static TheoryData<string> Scenes => new(FailureScene.All.Keys);

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Scenes))]
    public async Task Every_failure_is_told_in_both_languages_with_one_code(string name)
    {
        var scene = FailureScene.All[name];
        foreach (var (language, expected, other) in new[] { ("en", scene.English, scene.Spanish), ("es", scene.Spanish, scene.English) })
        {
            await using var stage = new FailureStage();
            var line = await scene.Arrange(stage);
            string[] more = line.StartsWith("status", StringComparison.Ordinal) ? [] : ["--lang", language];
            using var system = new Language(language);
            var code = await stage.RunAsync(line, more);
            Assert.Equal(scene.Code, code);
            Assert.Contains(expected, stage.Scene.All, StringComparison.Ordinal);
            Assert.DoesNotContain(other, stage.Scene.All, StringComparison.Ordinal);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("login refused")]
    [InlineData("file denied")]
    [InlineData("suddenly empty listing")]
    [InlineData("no source")]
    [InlineData("no mirror.ini")]
    [InlineData("option's value")]
    public async Task Json_is_in_english_whatever_the_language(string name)
    {
        var scene = FailureScene.All[name];
        await using var stage = new FailureStage();
        var line = await scene.Arrange(stage);
        Assert.Equal(scene.Code, await stage.RunAsync(line, "--lang", "es", "--json"));
        Assert.Contains(scene.English, System.Text.RegularExpressions.Regex.Unescape(stage.Scene.Out), StringComparison.Ordinal);
        Assert.DoesNotContain(scene.Spanish, System.Text.RegularExpressions.Regex.Unescape(stage.Scene.Out), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task The_log_is_in_english_whatever_the_language()
    {
        await using var stage = new FailureStage();
        var line = await FailureScene.All["file denied"].Arrange(stage);
        Assert.Equal(8, await stage.RunAsync(line, "--lang", "es", "--log-dir", stage.Scene.Here["logs"], "--log-user", "ana"));
        var log = await File.ReadAllTextAsync(stage.Scene.Here["logs/download_log_ana.txt"]);
        Assert.Contains("The next run fetches it anew.", log, StringComparison.Ordinal);
        Assert.DoesNotContain("La próxima", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, "no se conoce ningún servidor con ese nombre")]
    [InlineData(SocketError.TimedOut, "no hubo respuesta a tiempo")]
    [InlineData(SocketError.ConnectionReset, "la conexión se cortó")]
    [InlineData(SocketError.NetworkUnreachable, "no hay red")]
    public void What_the_system_says_of_the_network_is_in_spanish(SocketError error, string said)
    {
        var server = "h:21";
        var failure = new UnreachableException($"{server} can't be reached: {Wording.Of(new SocketException((int)error))}. Check address and network.", isTransient: true);
        Assert.Equal($"No se llega a h:21: {said}. Revise la dirección y la red.", Reasons.InSpanish(failure.Wording));
    }

    [Fact]
    public void What_the_system_says_of_the_disk_is_in_spanish_and_the_unknown_is_quoted()
    {
        Assert.Equal("No se puede escribir aquí: Acceso denegado.", Said(new UnauthorizedAccessException("Access to the path is denied.")));
        Assert.Equal("No se puede escribir aquí: No queda espacio en el disco.", Said(new IOException("No space left on device", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28)));
        Assert.Equal("No se puede escribir aquí: No existe.", Said(new FileNotFoundException()));
        Assert.Equal("No se puede escribir aquí: Stale file handle", Said(new IOException("Stale file handle")));

        static string Said(Exception cause) => Reasons.InSpanish(new MirrorFailure(null, $"It can't be written here: {Wording.Of(cause)}").Wording);
    }

    [Fact]
    public void A_name_is_quoted_though_it_reads_like_a_message()
    {
        var name = "A path is empty.";
        var failure = new MissingException($"{name} is not there.");
        Assert.Equal("A path is empty. no existe.", Reasons.InSpanish(failure.Wording));
    }
}
