namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>Lines as real servers write them. Now is 21 November 2026, 12:00 UTC.</summary>
public sealed class ListingLineTests
{
    [Theory]
    // vsftpd
    [InlineData("-rw-r--r--    1 0        0            1116 Nov 21 04:00 LICENSE.TXT", "File", "LICENSE.TXT", 1116, "2026-11-21 04:00 m")]
    [InlineData("drwxr-xr-x    2 ftp      ftp          4096 Jan 05  2024 data", "Directory", "data", null, "2024-01-05 00:00 d")]
    [InlineData("-rw-------    1 1000     1000   5368709120 Dec 31 23:59 big.iso", "File", "big.iso", 5368709120, "2025-12-31 23:59 m")]
    [InlineData("lrwxrwxrwx    1 0        0              11 Nov 20 10:00 latest -> app-1.2.exe", "Other", "latest", null, "2026-11-20 10:00 m")]
    // ProFTPD
    [InlineData("-rw-r--r--   1 ftp      ftp            49 Feb 29 10:08 leap day.txt", "File", "leap day.txt", 49, "2024-02-29 10:08 m")]
    [InlineData("drwxrwxr-x   4 www      www          4096 Nov 22 09:00 .", "Directory", ".", null, "2026-11-22 09:00 m")]
    // Pure-FTPd
    [InlineData("-rw-r--r--    1 ftp        ftp                5 Nov 21  2020  leading space", "File", " leading space", 5, "2020-11-21 00:00 d")]
    [InlineData("drwxr-xr-x    3 ftp        ftp             4096 Nov 21 03:41 ..", "Directory", "..", null, "2026-11-21 03:41 m")]
    // pyftpdlib
    [InlineData("-rw-rw-r--   1 giampaolo giampaolo    17156 Sep 02 03:35 ftpserver.py", "File", "ftpserver.py", 17156, "2026-09-02 03:35 m")]
    // wu-ftpd without a group; FreeBSD with a plus for ACLs, SELinux with a dot, macOS with an at
    [InlineData("-rw-r--r--   1 owner    1803128 Jul 10 10:18 ls-lR.Z", "File", "ls-lR.Z", 1803128, "2026-07-10 10:18 m")]
    [InlineData("-rw-r--r--+  1 bob  staff  12 Mar  3 07:05 acl.bin", "File", "acl.bin", 12, "2026-03-03 07:05 m")]
    [InlineData("-rw-r--r--.  1 bob  staff  12 Mar  3 07:05 selinux.bin", "File", "selinux.bin", 12, "2026-03-03 07:05 m")]
    [InlineData("-rw-r--r--@  1 bob  staff  12 Mar  3 07:05 mac.bin", "File", "mac.bin", 12, "2026-03-03 07:05 m")]
    // NetPresenz for the Mac
    [InlineData("-------r--         326  1391972  1392298 Nov 22  1995 MegaPhone.sit", "File", "MegaPhone.sit", 1392298, "1995-11-22 00:00 d")]
    [InlineData("drwxrwxr-x               folder        2 May 10  1996 network", "Directory", "network", null, "1996-05-10 00:00 d")]
    // NetWare
    [InlineData("d [R----F--] supervisor            512       Jan 16 18:53    login", "Directory", "login", null, "2026-01-16 18:53 m")]
    [InlineData("- [R----F--] rhesus             214059       Oct 20 15:27    cx.exe", "File", "cx.exe", 214059, "2026-10-20 15:27 m")]
    // Windows Services for Unix: a group of two words; Serv-U; Xlight
    [InlineData("-rwxrwxrwx   1 Administrators Domain Users 2048 Nov 01 08:00 sfu.dll", "File", "sfu.dll", 2048, "2026-11-01 08:00 m")]
    [InlineData("drw-rw-rw-   1 user     group           0 Nov 21 11:46 Serv U", "Directory", "Serv U", null, "2026-11-21 11:46 m")]
    // Day before month, as some locales have it; long-iso
    [InlineData("-rw-r--r-- 1 u g 12  5 Jan 12:34 day first", "File", "day first", 12, "2026-01-05 12:34 m")]
    [InlineData("-rw-r--r-- 1 u g 12 2024-01-05 12:34 iso name", "File", "iso name", 12, "2024-01-05 12:34 m")]
    // busybox ftpd with seconds; devices, sockets, pipes
    [InlineData("-rw-r--r--    1 root     root           9 Nov  2 01:02:03 secs", "File", "secs", 9, "2026-11-02 01:02 m")]
    [InlineData("crw-rw-rw-    1 root     root       1,   3 Jan  1  2023 null", "Other", "null", null, "2023-01-01 00:00 d")]
    [InlineData("srwxr-xr-x    1 root     root            0 Jan  1  2023 sock", "Other", "sock", null, "2023-01-01 00:00 d")]
    // The name looks like a date, ends with a space, has an arrow though it is no link
    [InlineData("-rw-r--r--    1 0        0               1 Nov 21 04:00 5 Jan 12 2024 x", "File", "5 Jan 12 2024 x", 1, "2026-11-21 04:00 m")]
    [InlineData("-rw-r--r--    1 0        0               1 Nov 21 04:00 trail ", "File", "trail ", 1, "2026-11-21 04:00 m")]
    [InlineData("-rw-r--r--    1 0        0               1 Nov 21 04:00 a -> b", "File", "a -> b", 1, "2026-11-21 04:00 m")]
    // A clock up to two days ahead is this year's, more is last year's
    [InlineData("-rw-r--r--    1 0        0               1 Nov 23 11:59 soon", "File", "soon", 1, "2026-11-23 11:59 m")]
    [InlineData("-rw-r--r--    1 0        0               1 Nov 23 12:01 late", "File", "late", 1, "2025-11-23 12:01 m")]
    // IIS, default and four-digit years; 24 hours; FileZilla Server on Windows
    [InlineData("02-15-24  09:15AM       <DIR>          aspnet_client", "Directory", "aspnet_client", null, "2024-02-15 09:15 m")]
    [InlineData("02-15-2024  12:05AM                 1234 web.config", "File", "web.config", 1234, "2024-02-15 00:05 m")]
    [InlineData("11-20-26  12:34PM           5368709120 big file.bin", "File", "big file.bin", 5368709120, "2026-11-20 12:34 m")]
    [InlineData("01-05-98  23:59                     17 old.txt", "File", "old.txt", 17, "1998-01-05 23:59 m")]
    [InlineData("2024-02-15  09:15               99 yearfirst.txt", "File", "yearfirst.txt", 99, "2024-02-15 09:15 m")]
    [InlineData("25/12/2023  09:15 PM               99 dayfirst.txt", "File", "dayfirst.txt", 99, "2023-12-25 21:15 m")]
    [InlineData("02-15-24  09:15AM       <JUNCTION>     link [C:\\real]", "Other", "link", null, "2024-02-15 09:15 m")]
    public void A_line_of_LIST_is_understood(string line, string kind, string name, object? size, string time)
    {
        var entry = ListingSamples.ParseOne(line, isMlsd: false);
        ListingSamples.Check(entry, kind, name, size, time);
        Assert.False(entry.Time!.Value.IsUtc);
    }

    [Theory]
    // ProFTPD, Pure-FTPd, pyftpdlib, FileZilla Server, IIS, Serv-U
    [InlineData("modify=20261121040010;perm=adfrw;size=1116;type=file;unique=FD03U4;UNIX.group=0;UNIX.mode=0644;UNIX.owner=0; LICENSE.TXT", "File", "LICENSE.TXT", 1116, "2026-11-21 04:00:10 s")]
    [InlineData("type=file;siz=5;size=5;modify=20261121040010;UNIX.mode=0644;UNIX.uid=1;UNIX.gid=1;unique=fd01g2; a b  c", "File", "a b  c", 5, "2026-11-21 04:00:10 s")]
    [InlineData("modify=20240105123456;perm=el;size=4096;type=dir;unique=801e; data", "Directory", "data", null, "2024-01-05 12:34:56 s")]
    [InlineData("type=file;modify=20240105123456.789;size=1; frac", "File", "frac", 1, "2024-01-05 12:34:56 s")]
    [InlineData("Type=File;Size=0;Modify=20240105123456; Case", "File", "Case", 0, "2024-01-05 12:34:56 s")]
    [InlineData("type=cdir;modify=20240105123456; /app", "Directory", ".", null, "2024-01-05 12:34:56 s")]
    [InlineData("type=pdir;modify=20240105123456; /", "Directory", ".", null, "2024-01-05 12:34:56 s")]
    [InlineData("type=OS.unix=slink:/etc/passwd;modify=20240105123456;size=9; link", "Other", "link", null, "2024-01-05 12:34:56 s")]
    [InlineData("type=OS.unix=symlink;modify=20240105123456; link", "Other", "link", null, "2024-01-05 12:34:56 s")]
    [InlineData("type=file;size=12;modify=00010101000000; never", "File", "never", 12, null)]
    [InlineData("type=file;size=99999999999999999999;modify=2024; odd", "File", "odd", null, null)]
    [InlineData("type=file;size=-1; negative", "File", "negative", null, null)]
    [InlineData("type=file;size=1;modify=20240105123456;  two spaces", "File", " two spaces", 1, "2024-01-05 12:34:56 s")]
    [InlineData("size=7;modify=20240105123456; no type", "File", "no type", 7, "2024-01-05 12:34:56 s")]
    public void A_line_of_MLSD_is_understood(string line, string kind, string name, object? size, string? time)
    {
        ListingSamples.Check(ListingSamples.ParseOne(line, isMlsd: true), kind, name, size, time);
    }

    [Theory]
    [InlineData("PASS01.TXT;1              2/8   22-JAN-2024 10:00  [SYSTEM]  (RWED,RWED,RE,)")]
    [InlineData("+i8388621.48594,m825718503,r,s280,\tdjb.html")]
    [InlineData("/app/sub:")]
    [InlineData("-rw-r--r--    1 0        0            1116 Nov 31 04:00")]
    [InlineData("-rw-r--r--")]
    [InlineData("d")]
    [InlineData("-")]
    [InlineData("02-15-24  09:15AM       <DIR>")]
    [InlineData("02-15-24  99:15AM       1 x")]
    [InlineData("13-13-24  09:15AM       1 x")]
    [InlineData("1")]
    [InlineData("total of nothing")]
    public void A_line_that_is_not_understood_is_told(string line)
    {
        Assert.Empty(ListingSamples.Parse($"total 12\n{line}\n", isMlsd: false, out var problem));
        Assert.Equal(line, problem);
    }

    [Theory]
    [InlineData("type=dir;size=1")]
    [InlineData("nofacts name")]
    [InlineData("modify=20240105123456; neither type nor size")]
    [InlineData("type=file; ")]
    public void A_line_of_MLSD_that_is_not_understood_is_told(string line)
    {
        Assert.Empty(ListingSamples.Parse(line, isMlsd: true, out var problem));
        Assert.Equal(line, problem);
    }
}
