using System.Text;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

public sealed class FtpReplyReaderTests
{
    private static FtpReplyReader Over(string text) => new(new MemoryStream(Encoding.UTF8.GetBytes(text)), "h:21");

    [Fact]
    public async Task Replies_come_one_by_one()
    {
        var reader = Over("220 Hello\r\n331\r\n230-Welcome\r\n 230 not yet\r\n226 nor this\r\n230-nor this\r\n230 done\r\n221 bare newline\n");
        Assert.Equal((220, "Hello"), Shown(await reader.ReadAsync(default)));
        Assert.Equal((331, ""), Shown(await reader.ReadAsync(default)));
        var many = await reader.ReadAsync(default);
        Assert.Equal(230, many!.Code);
        Assert.Equal(["Welcome", " 230 not yet", "226 nor this", "230-nor this", "done"], many.Lines.ToArray());
        Assert.Equal((221, "bare newline"), Shown(await reader.ReadAsync(default)));
        Assert.Null(await reader.ReadAsync(default));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("2200 too long a code\r\n")]
    [InlineData("020 x\r\n")]
    [InlineData("\r\n")]
    public async Task What_is_no_reply_is_refused(string text)
    {
        var failure = await Assert.ThrowsAsync<UntrustedException>(() => Over(text).ReadAsync(default));
        Assert.Contains("h:21 does not speak FTP", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_8_KiB_is_the_longest()
    {
        var longest = "220 " + new string('x', FtpReplyReader.MaxLineBytes - 4);
        Assert.Equal(220, (await Over(longest + "\r\n").ReadAsync(default))!.Code);
        await Assert.ThrowsAsync<UntrustedException>(() => Over(longest + "xx\r\n").ReadAsync(default));
    }

    [Fact]
    public async Task A_reply_without_end_is_cut_off_by_lines_and_by_bytes()
    {
        var many = string.Concat(Enumerable.Repeat("220-x\r\n", FtpReplyReader.MaxReplyLines + 1));
        await Assert.ThrowsAsync<UntrustedException>(() => Over(many).ReadAsync(default));
        var large = string.Concat(Enumerable.Repeat("220-" + new string('x', 8000) + "\r\n", 200));
        await Assert.ThrowsAsync<UntrustedException>(() => Over(large).ReadAsync(default));
    }

    [Fact]
    public async Task An_end_inside_a_reply_is_an_end()
    {
        Assert.Null(await Over("220-Hello\r\n").ReadAsync(default));
        Assert.Null(await Over("220 Hel").ReadAsync(default));
    }

    [Theory]
    [InlineData("Entering Extended Passive Mode (|||6446|)", 6446)]
    [InlineData("Entering Extended Passive Mode (!!!6446!)", 6446)]
    [InlineData("Entering Passive Mode (127,0,0,1,19,136).", 5000)]
    [InlineData("Entering Passive Mode 127,0,0,1,19,136", 5000)]
    [InlineData("=127.0.0.1.19.136", 5000)]
    [InlineData("(|||0|)", null)]
    [InlineData("(|||65536|)", null)]
    [InlineData("Entering Passive Mode (127,0,0,1,256,0)", null)]
    [InlineData("Entering Passive Mode (1,2,3)", null)]
    [InlineData("ok", null)]
    [InlineData("", null)]
    public void Only_the_port_is_taken_from_EPSV_and_PASV(string text, int? port) =>
        Assert.Equal(port, FtpPassive.PortOf(new FtpReply(229, [text])));

    [Theory]
    [InlineData("211-Features:\n MLST type*;size*;modify*;perm\n UTF8\n211 End", true, false)]
    [InlineData("211-Features:\n211-MLST type*;size;modify*;\n211 End", true, true)]
    [InlineData("211-Features:\n EPSV\n REST STREAM\n SIZE\n211 End", false, false)]
    [InlineData("211-Features:\n MLSD\n211 End", true, false)]
    [InlineData("211 no features", false, false)]
    [InlineData("502 what", false, false)]
    public async Task MLSD_is_used_where_FEAT_has_it(string text, bool mlst, bool needsOptions)
    {
        var reply = await Over(text.Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n").ReadAsync(default);
        Assert.Equal(new FtpFeatures(mlst, needsOptions), FtpFeatures.Parse(reply!));
    }

    private static (int Code, string Text) Shown(FtpReply? reply) => (reply!.Code, reply.Text);
}
