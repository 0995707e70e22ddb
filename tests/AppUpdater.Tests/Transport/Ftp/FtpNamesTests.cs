using System.Text;
using AppUpdater.Settings;
using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>Names in UTF-8, in Windows-1252, and in both on one server.</summary>
public sealed class FtpNamesTests
{
    private const string Server = "h:21";

    private static List<FtpEntry> Listed(params byte[][] names) =>
        [.. names.Select(name => new FtpEntry(Encoding.Latin1.GetString(name), RemoteEntryKind.File, 1, null))];

    private static List<string> Read(FtpNames names, string folder, params byte[][] listed)
    {
        var entries = Listed(listed);
        names.Read(folder, entries);
        return [.. entries.Select(entry => entry.Name)];
    }

    private static byte[] Sent(FtpNames names, string path) => names.Encode(new FtpCommand("RETR", path));

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] Utf(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public void A_name_that_is_not_UTF8_reads_as_Windows_1252_and_is_asked_for_by_its_bytes()
    {
        var names = new FtpNames(NameEncoding.Auto, Server);
        Assert.Equal(["plain", "cañón", "x €"], Read(names, "/app", Latin("plain"), Latin("cañón"), [.. "x "u8, 0x80]));
        Assert.Equal([.. "RETR /app/"u8, .. Latin("cañón"), .. "\r\n"u8], Sent(names, "/app/cañón"));
        Assert.Equal([.. "RETR /app/x "u8, 0x80, .. "\r\n"u8], Sent(names, "/app/x €"));
    }

    [Fact]
    public void Each_segment_of_a_path_is_sent_as_it_was_listed()
    {
        var names = new FtpNames(NameEncoding.Auto, Server);
        Read(names, "/", Latin("Año nuevo"), Utf("Ñandú"));
        Assert.Equal(["cañón.bmp"], Read(names, "/Año nuevo", Utf("cañón.bmp")));
        Assert.Equal(["cañón.bmp"], Read(names, "/Ñandú", Latin("cañón.bmp")));

        Assert.Equal([.. "RETR /"u8, .. Latin("Año nuevo"), .. "/"u8, .. Utf("cañón.bmp"), .. "\r\n"u8], Sent(names, "/Año nuevo/cañón.bmp"));
        Assert.Equal([.. "RETR /"u8, .. Utf("Ñandú"), .. "/"u8, .. Latin("cañón.bmp"), .. "\r\n"u8], Sent(names, "/Ñandú/cañón.bmp"));
        Assert.Equal(
            [.. "MFMT 20261121040506 /"u8, .. Latin("Año nuevo"), .. "\r\n"u8], names.Encode(new FtpCommand("MFMT", "20261121040506 /Año nuevo")));
    }

    [Fact]
    public void A_new_name_is_written_as_the_listed_ones_are()
    {
        var names = new FtpNames(NameEncoding.Auto, Server);
        Assert.Equal([.. "STOR /"u8, .. Utf("niño"), .. "\r\n"u8], names.Encode(new FtpCommand("STOR", "/niño")));
        Read(names, "/", Latin("cañón"));
        Assert.Equal([.. "STOR /"u8, .. Latin("niño"), .. "\r\n"u8], names.Encode(new FtpCommand("STOR", "/niño")));
        var failure = Assert.Throws<SettingsException>(() => Sent(names, "/日"));
        Assert.Contains("[server] encoding", failure.Message, StringComparison.Ordinal);

        // Whoever has one name in UTF-8 can have more.
        Read(names, "/sub", Utf("ñandú"));
        Assert.Equal([.. "STOR /"u8, .. Utf("niño"), .. "\r\n"u8], names.Encode(new FtpCommand("STOR", "/niño")));
        Assert.Equal([.. "RETR /"u8, .. Latin("cañón"), .. "\r\n"u8], Sent(names, "/cañón"));
    }

    [Fact]
    public void Two_names_that_read_the_same_are_refused()
    {
        var names = new FtpNames(NameEncoding.Auto, Server);
        var failure = Assert.Throws<UntrustedException>(() => Read(names, "/app", Latin("ñ"), Utf("ñ")));
        Assert.Contains("h:21 lists two names in \"/app\" that both read \"ñ\"", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_renamed_into_UTF8_loses_its_old_bytes()
    {
        var names = new FtpNames(NameEncoding.Auto, Server);
        Read(names, "/", Latin("ñ"));
        Read(names, "/", Utf("ñ"));
        Assert.Equal([.. "RETR /"u8, .. Utf("ñ"), .. "\r\n"u8], Sent(names, "/ñ"));
    }

    [Fact]
    public void An_encoding_that_is_set_stays()
    {
        Assert.Throws<UntrustedException>(() => Read(new FtpNames(NameEncoding.Utf8, Server), "/", Latin("ñ")));
        var names = new FtpNames(NameEncoding.Windows1252, Server);
        Assert.Equal(["Ã±"], Read(names, "/", Utf("ñ")));
        Assert.False(names.IsUtf8);
        Assert.Equal([.. "RETR /"u8, .. Utf("ñ"), .. "\r\n"u8], Sent(names, "/Ã±"));
    }

    [Fact]
    public void A_login_is_the_same_bytes_whatever_was_listed()
    {
        var names = new FtpNames(NameEncoding.Auto, Server);
        var before = names.Encode(new FtpCommand("PASS", "contraseñá/ñ"));
        Read(names, "/", Latin("ñ"));
        Assert.Equal(before, names.Encode(new FtpCommand("PASS", "contraseñá/ñ")));
    }

    [Fact]
    public void What_is_remembered_is_bounded()
    {
        var names = new FtpNames(NameEncoding.Auto, Server);
        var odd = Enumerable.Range(0, FtpNames.MaxRemembered + 1).Select(i => Latin($"ñ{i}")).ToArray();
        var failure = Assert.Throws<UntrustedException>(() => Read(names, "/", odd));
        Assert.Contains("[server] encoding", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_folder_with_names_of_both_kinds_is_listed_and_each_file_is_asked_for_as_it_is_called()
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            if (line.StartsWith("SIZE", StringComparison.Ordinal) || line.StartsWith("MDTM", StringComparison.Ordinal))
                return "213 5";
            var content = line switch
            {
                "LIST /" => [.. "drwxr-xr-x 1 u g 5 Jan 05  2024 A"u8, 0xF1, .. "o nuevo\r\n"u8],
                "CWD /A\u00f1o nuevo" => [],
                "LIST" => [.. "-rw-r--r-- 1 u g 5 Jan 05  2024 ca"u8, 0xF1, .. "\r\n-rw-r--r-- 1 u g 5 Jan 05  2024 "u8, .. Utf("Ω"), .. "\r\n"u8],
                "RETR /A\u00f1o nuevo/ca\u00f1" => "odd"u8.ToArray(),
                "RETR /A\u00f1o nuevo/\u00ce\u00a9" => "even"u8.ToArray(),
                _ => null as byte[],
            };
            if (content is null)
                return null;
            if (content.Length == 0)
                return "250 in";
            await connection.SayAsync("150 here");
            await connection.SendDataAsync(content);
            return "226 done";
        }));
        await using var source = new FtpSource(RemoteLocation.Parse(server.Url), TransportTestOptions.Create(connections: 1));
        Assert.Equal(["Año nuevo", "Año nuevo/cañ", "Año nuevo/Ω"], (await source.ListAllAsync()).Select(entry => entry.Path.Value));
        Assert.Equal("odd"u8.ToArray(), await source.ReadAllAsync("Año nuevo/cañ"));
        Assert.Equal("even"u8.ToArray(), await source.ReadAllAsync("Año nuevo/Ω"));
        Assert.Equal(5, (await source.StatAsync(RelativePath.Parse("Año nuevo/cañ"), default))!.Size);
        Assert.Contains("SIZE /A\u00f1o nuevo/ca\u00f1", server.Heard);
    }
}
