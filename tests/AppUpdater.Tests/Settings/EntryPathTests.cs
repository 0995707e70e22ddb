using AppUpdater.Settings;

namespace AppUpdater.Tests.Settings;

public sealed class EntryPathTests
{
    [Theory]
    [InlineData("MyApp", true, "MyApp.exe")]
    [InlineData("Company.App", true, "Company.App.exe")]
    [InlineData("bin\\MyApp.EXE", true, "bin/MyApp.EXE")]
    [InlineData("start.cmd", true, "start.cmd")]
    [InlineData("MyApp", false, "MyApp")]
    public void Run_is_a_program_of_this_system(string text, bool onWindows, string path) => Assert.Equal(path, EntryPath.Of(text, onWindows));
}
