using AppUpdater.Settings;

namespace AppUpdater.Tests.Settings;

public sealed class EnvironmentVariablesTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("100%%", "100%")]
    [InlineData("%%PW%%", "%PW%")]
    [InlineData("%PW%%PW%", "secretsecret")]
    [InlineData("a%PW%b%%c", "asecretb%c")]
    [InlineData("%", null)]
    [InlineData("my%20app", null)]
    [InlineData("50% or 60%", null)]
    [InlineData("%pw", null)]
    [InlineData("%EMPTY%", null)]
    public void Variables_expand_and_two_percent_signs_are_one(string value, string? expanded)
    {
        var environment = new EnvironmentVariables(name => name switch { "PW" => "secret", "EMPTY" => "", _ => null });
        if (expanded is not null)
            Assert.Equal(expanded, environment.Expand(value, "dato.ini: [a] b"));
        else
            Assert.StartsWith("dato.ini: [a] b: ", Assert.Throws<SettingsException>(() => environment.Expand(value, "dato.ini: [a] b")).Message, StringComparison.Ordinal);
    }
}
