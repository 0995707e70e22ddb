namespace AppUpdater.Tests;

public sealed class ExitCodesTests
{
    [Fact]
    public void Each_failure_has_its_code()
    {
        Assert.Equal(3, ExitCodes.For(new SettingsException("x")));
        Assert.Equal(4, ExitCodes.For(new UnreachableException("x")));
        Assert.Equal(4, ExitCodes.For(new MissingException("x")));
        Assert.Equal(5, ExitCodes.For(new UntrustedException("x")));
        Assert.Equal(6, ExitCodes.For(new InstallException("x")));
        Assert.Equal(6, ExitCodes.For(new FileNotFoundException("x")));
        Assert.Equal(6, ExitCodes.For(new UnauthorizedAccessException("x")));
        Assert.Equal(130, ExitCodes.For(new TaskCanceledException("x")));
        Assert.Equal(1, ExitCodes.For(new InvalidOperationException("x")));
    }
}
