using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>Whether a server is only full. Names and zone have tests of their own.</summary>
public sealed class FtpLearningTests
{
    [Theory]
    [InlineData(true, "There are too many connected users, please try later.")]
    [InlineData(true, "I can't accept more than 3 connections as the same user")]
    [InlineData(true, "Sorry, the maximum number of clients (3) from your host are already connected.")]
    [InlineData(true, "Too many connections (10) from this IP")]
    [InlineData(false, "Login incorrect.")]
    [InlineData(false, "Too many failed login attempts")]
    [InlineData(false, "Maximum login attempts exceeded")]
    public void A_full_server_is_told_from_a_refused_login(bool full, string text) =>
        Assert.Equal(full, FtpServer.SaysTooMany(new FtpReply(530, [text])));
}
