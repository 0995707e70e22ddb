namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>Lines that other clients keep in their tests because a real server sent them.</summary>
public sealed class ListingCorpusTests
{
    [Theory]
    // jlaffaye/ftp, parse_test.go
    [InlineData("drwxr-xr-x    3 110      1002            3 Dec 02  2009 p u b", "Directory", "p u b", null, "2009-12-02 00:00 d")]
    [InlineData("-rw-r--r--   1 marketwired marketwired    12016 Mar 16  2016 2016031611G087802-001.newsml", "File", "2016031611G087802-001.newsml", 12016, "2016-03-16 00:00 d")]
    [InlineData("lrwxrwxrwx    1 0        1001           27 Jul 07  2017 R-3.4.0.pkg -> el-capitan/base/R-3.4.0.pkg", "Other", "R-3.4.0.pkg", null, "2017-07-07 00:00 d")]
    [InlineData("drwxr-xr-x               folder        0 Aug 15 05:49 !!!-Tipp des Haus!", "Directory", "!!!-Tipp des Haus!", null, "2026-08-15 05:49 m")]
    [InlineData("----------   1 owner    group         1803128 Jul 10 10:18 ls-lR.Z", "File", "ls-lR.Z", 1803128, "2026-07-10 10:18 m")] // IIS, Unix style
    [InlineData("d---------   1 owner    group               0 Nov  9 19:45 Softlib", "Directory", "Softlib", null, "2026-11-09 19:45 m")]
    [InlineData("-rwxrwxrwx   1 noone    nogroup      322 Aug 19  1996 message.ftp", "File", "message.ftp", 322, "1996-08-19 00:00 d")] // WFTPD
    [InlineData("drwxr-xr-x    3 110      1002            3 Dec 02  2009 spaces   dir   name", "Directory", "spaces   dir   name", null, "2009-12-02 00:00 d")]
    [InlineData("-rwxr-xr-x    3 110      1002            1234567 Dec 02  2009  foo bar ", "File", " foo bar ", 1234567, "2009-12-02 00:00 d")]
    [InlineData("-r--------   0 user group     65222236 Feb 24 00:39 RegularFile", "File", "RegularFile", 65222236, "2026-02-24 00:39 m")] // hostedftp.com
    [InlineData("-rwxrw-r--+  1 521      101         2080 May 21 10:53 data.csv", "File", "data.csv", 2080, "2026-05-21 10:53 m")]
    [InlineData("08-07-15  07:50PM                  718 Post_PRR_20150901_1166_265118_13049.dat", "File", "Post_PRR_20150901_1166_265118_13049.dat", 718, "2015-08-07 19:50 m")]
    // FileZilla, tests/dirparsertest.cpp
    [InlineData("dr-xr-xr-x   2 root     other        512 Apr  8  1994 01-unix-std dir", "Directory", "01-unix-std dir", null, "1994-04-08 00:00 d")]
    [InlineData("dr-xr-xr-x   2 root                  512 Apr  8  1994 03-unix-nogroup dir", "Directory", "03-unix-nogroup dir", null, "1994-04-08 00:00 d")]
    [InlineData("-rw-r--r--   1 root     other        531 09-26 13:45 06-unix-date file", "File", "06-unix-date file", 531, "2026-09-26 13:45 m")]
    [InlineData("-rw-r--r--   1 root     other        531 09-26 2000 05-unix-date file", "File", "05-unix-date file", 531, "2000-09-26 00:00 d")]
    [InlineData("-rw-r--r--   1 root     other        531 2005-06-07 21:22 07-unix-date file", "File", "07-unix-date file", 531, "2005-06-07 21:22 m")]
    [InlineData("-rw-r--r--   1 group domain user 531 Jan 29 03:26 13-unix-domain file", "File", "13-unix-domain file", 531, "2026-01-29 03:26 m")]
    [InlineData("-rwxr-xr-x    1 user group        9 Oct 08, 2002 09:47 23-vshell-new file", "File", "23-vshell-new file", 9, "2002-10-08 09:47 m")]
    [InlineData("dr-xr-xr-x   2 root     other      2235 26. Juli, 20:10 28-datetest-ger dir", "Directory", "28-datetest-ger dir", null, "2026-07-26 20:10 m")]
    [InlineData("dr-xr-xr-x   2 root     other      2235 szept 26 20:10 28b-datetest-hungarian dir", "Directory", "28b-datetest-hungarian dir", null, "2026-09-26 20:10 m")]
    [InlineData("-r-xr-xr-x   2 root     other      2235 2.   Okt.  2003 29-datetest-ger file", "File", "29-datetest-ger file", 2235, "2003-10-02 00:00 d")]
    [InlineData("-r-xr-xr-x   2 root     other      2235 1999/10/12 17:12 30-datetest file", "File", "30-datetest file", 2235, "1999-10-12 17:12 m")]
    [InlineData("-r-xr-xr-x   2 root     other      2235 24-04-2003 17:12 31-datetest file", "File", "31-datetest file", 2235, "2003-04-24 17:12 m")]
    [InlineData("drwxr-xr-x 3 user group 512 01 oct 2004 52-swapped-daymonth dir", "Directory", "52-swapped-daymonth dir", null, "2004-10-01 00:00 d")]
    [InlineData("-r--r--r-- 0125039 12 Nov 11 2005 53-noownergroup file", "File", "53-noownergroup file", 12, "2005-11-11 00:00 d")]
    [InlineData("drwxr-xr-x 6 user sys 1024 30. Jan., 12:40 59-localized-date-dir", "Directory", "59-localized-date-dir", null, "2026-01-30 12:40 m")]
    [InlineData("drwxrwxrwx   1 0        0               0 29 Jul 02:27 82 2014 Invoices", "Directory", "82 2014 Invoices", null, "2026-07-29 02:27 m")]
    [InlineData("-rw-------      1  99999999 0              3 Apr   4 24:00 84 alternate_midnight", "File", "84 alternate_midnight", 3, "2026-04-05 00:00 m")]
    [InlineData("2002-09-02  19:06                9,730 19-dos-longyear file", "File", "19-dos-longyear file", 9730, "2002-09-02 19:06 m")]
    [InlineData("2002-09-02  18:48       <DIR>          18-dos-longyear dir", "Directory", "18-dos-longyear dir", null, "2002-09-02 18:48 m")]
    // commons-net, UnixFTPEntryParserTest and NTFTPEntryParserTest
    [InlineData("drwxr-xr-x 1 usernameftp 512 Jan 29 23:32 prog", "Directory", "prog", null, "2026-01-29 23:32 m")]
    [InlineData("-rw-r--r-T   1 500      500             0 Mar 25 08:20 testSticky", "File", "testSticky", 0, "2026-03-25 08:20 m")]
    [InlineData("-rwsr-sr--   1 500      500             0 Mar 25 0:23 testSuidExec2", "File", "testSuidExec2", 0, "2026-03-25 00:23 m")]
    [InlineData("drwxrwx---+ 23 500     500    0 Jan 10 13:09 testACL", "Directory", "testACL", null, "2026-01-10 13:09 m")]
    [InlineData("-rw-r--r-- 1 1 3518644 May 25 12:12 std", "File", "std", 3518644, "2026-05-25 12:12 m")]
    [InlineData("lrwxrwxrwx   1 neeme neeme             23 Mar  2 18:06 macros -> ./../../global/macros/.", "Other", "macros", null, "2026-03-02 18:06 m")]
    [InlineData("-rw-r--r--   1 ftp      group with spaces in it as allowed in cygwin see bug 38634   83853 Jan 22  2001 zxJDBC-1.2.4.tar.gz", "File", "zxJDBC-1.2.4.tar.gz", 83853, "2001-01-22 00:00 d")]
    [InlineData("crw-r----- 1 root kmem 0, 27 Jan 30 11:42 kmem", "Other", "kmem", null, "2026-01-30 11:42 m")] // FreeBSD
    [InlineData("drwxr-x---+1464 chrism   chrism     41472 Feb 25 13:17 20090225", "Directory", "20090225", null, "2026-02-25 13:17 m")]
    [InlineData("-rwxr-xr-x   2 user     my group 500        5000000000 Mar  2 15:13 zxbox", "File", "zxbox", 5000000000, "2026-03-02 15:13 m")]
    [InlineData("drwxr-xr-x   2 john smith     test group         4096 Mar  2 15:13   zxbox", "Directory", "  zxbox", null, "2026-03-02 15:13 m")]
    [InlineData("-rw-r--r--   1 ftpuser  ftpusers 12414535 Mar 17 11:07 test 1999 abc.pdf", "File", "test 1999 abc.pdf", 12414535, "2026-03-17 11:07 m")]
    [InlineData("12-05-96  17:03         <DIR>          absoft2", "Directory", "absoft2", null, "1996-12-05 17:03 m")] // Windows CE
    [InlineData("05-26-1995  10:57AM               143712 $LDR$", "File", "$LDR$", 143712, "1995-05-26 10:57 m")]
    [InlineData("05-22-97  12:08AM                  5000000000 10 years and under", "File", "10 years and under", 5000000000, "1997-05-22 00:08 m")]
    // lftp, FtpListInfo.cc; FluentFTP, ParserTests.cs (z/OS HFS)
    [InlineData("07-13-98  09:06PM       <DIR>          aix", "Directory", "aix", null, "1998-07-13 21:06 m")]
    [InlineData("03-18-98  06:01AM              2109440 nlxb318e.tar", "File", "nlxb318e.tar", 2109440, "1998-03-18 06:01 m")]
    [InlineData("-rw-rw----   1 YNSAS    SYS1     2723828 Dec  6  2021 t.out", "File", "t.out", 2723828, "2021-12-06 00:00 d")]
    // dir on Windows with links
    [InlineData("06/04/2018  17:26    <JUNCTION>     dirLink1--mitJ [T:\\t1\\links1\\d1]", "Other", "dirLink1--mitJ", null, "2018-06-04 17:26 m")]
    [InlineData("06/04/2018  17:25    <SYMLINK>      dirLink1-ohneH [d1]", "Other", "dirLink1-ohneH", null, "2018-06-04 17:25 m")]
    public void A_line_of_LIST_from_another_clients_tests_is_understood(string line, string kind, string name, object? size, string time) =>
        ListingSamples.Check(ListingSamples.ParseOne(line, isMlsd: false), kind, name, size, time);

    [Theory]
    // RFC 3659, 7.7
    [InlineData("Type=file;Size=25730;Modify=19940728095854;Perm=; cap.tar.z", "File", "cap.tar.z", 25730, "1994-07-28 09:58:54 s")]
    [InlineData("Type=OS.unix=chr-13/29;Perm=;Unique=keVO1+5G4; device", "Other", "device", null, null)]
    [InlineData("Type=OS.unix=blk-11/108;Perm=;Unique=keVO1+6G4; block", "Other", "block", null, null)]
    [InlineData("Type=file;Perm=r;Unique=keVO1+IH4;  leading space", "File", " leading space", null, null)]
    [InlineData("Type=cdir;Perm=el;Unique=keVO1+ZF4; test", "Directory", ".", null, null)]
    // lftp, FtpListInfo.cc
    [InlineData("Type=pdir;Modify=20021029173810;Perm=el;Unique=BP8AAjJufAA; ..", "Directory", ".", null, "2002-10-29 17:38:10 s")]
    [InlineData("Type=dir;Modify=19981021003019;Perm=el;Unique=BP8AAlhufAA; pub", "Directory", "pub", null, "1998-10-21 00:30:19 s")]
    // FileZilla, tests/dirparsertest.cpp
    [InlineData("Type=file;mOdIfY=20081105165215;size=1234; 72-MLSD-file", "File", "72-MLSD-file", 1234, "2008-11-05 16:52:15 s")]
    [InlineData("Type=file; 74-MLSD-whitespace trailing\t ", "File", "74-MLSD-whitespace trailing\t ", null, null)]
    [InlineData("Type=file; \t 75-MLSD-whitespace leading", "File", "\t 75-MLSD-whitespace leading", null, null)]
    [InlineData("type=OS.UNIX=symlink; 76b MLSD symlink", "Other", "76b MLSD symlink", null, null)]
    [InlineData("type=file 77 MLSD file no trailing semicolon after facts < mlst-07", "File", "77 MLSD file no trailing semicolon after facts < mlst-07", null, null)]
    [InlineData("Type=file;mOdIfY=19681105165215;size=1234; 83 MLSD pre-epoch", "File", "83 MLSD pre-epoch", 1234, "1968-11-05 16:52:15 s")]
    // jlaffaye/ftp, parse_test.go (ProFTPD)
    [InlineData("modify=20150813224845;perm=fle;type=cdir;unique=119FBB87U4;UNIX.group=0;UNIX.mode=0755;UNIX.owner=0; .", "Directory", ".", null, "2015-08-13 22:48:45 s")]
    [InlineData("modify=20150814172949;perm=flcdmpe;type=dir;unique=85A0C168U4;UNIX.group=0;UNIX.mode=0777;UNIX.owner=0; _upload", "Directory", "_upload", null, "2015-08-14 17:29:49 s")]
    // pyftpdlib, filesystems.py
    [InlineData("type=file;size=156;perm=r;modify=20071029155301;unique=8012; music.mp3", "File", "music.mp3", 156, "2007-10-29 15:53:01 s")]
    [InlineData("type=dir;size=0;perm=el;modify=20071127230206;unique=801e33; ebooks", "Directory", "ebooks", null, "2007-11-27 23:02:06 s")]
    public void A_line_of_MLSD_from_another_clients_tests_is_understood(string line, string kind, string name, object? size, string? time) =>
        ListingSamples.Check(ListingSamples.ParseOne(line, isMlsd: true), kind, name, size, time);

    // Mainframes, EPLF, OS/2 and OS-9 are not served here; sizes that are rounded, split or run together would be wrong ones; a size beyond
    // 63 bits is none. Sources as above.
    [Theory]
    [InlineData("-rw-r--r--   1 root     other  33.5k Oct 5 21:22 08-unix-namedsize file")]
    [InlineData("-r-xr-xr-x longowner longgroup123456 Feb 12 17:20 46-unix-concatsize file")]
    [InlineData("-rw-r--r--        0   18446744073709551615 18446744073709551615 Nov 16  2006 VIDEO_TS.VOB")]
    [InlineData("drwxr-xr-x 3 slopri devlab 512 71-unix-dateless")]
    [InlineData("0100644   500  101   12345    123456789       20-unix-numerical file")]
    [InlineData("206876  Apr 04, 2000 21:06 21-vshell-old file")]
    [InlineData(" 1123      A    07-14-99   12:37  25-os2 file")]
    [InlineData("QSYS            77824 02/23/00 15:09:55 *DIR 44-ibm-as400 dir/")]
    [InlineData("WYOSPT 3420   2003/05/21  1  200  FB      80  8053  PS  60-MVS.FILE")]
    [InlineData("20.20 07/03/29 1026 d-ewrewr 2650 85920 51-OS-9 dir")]
    [InlineData("Zrwxrwxrwx   1 root     other          7 Jan 25 00:17 bin -> usr/bin")]
    [InlineData("drwxr-xr-x   2 root     root         4096 Jam  4 00:03 zziplib")]
    [InlineData("drwxr-xr-x   2 root     99           4096 Feb 23 30:01 zzplayer")]
    [InlineData("drwxr-xr-x   2 root     root         4096 Aug 36  2001 zztpp")]
    [InlineData("-rw-r--r--   1 14       staff       80284 Aug 22  zxJDBC-1.2.3.tar.gz")]
    [InlineData("drwxr-xr-x    3 110      1002            3 Dec 02  209 pub")]
    public void A_line_that_no_updater_meets_is_told_and_not_guessed(string line)
    {
        Assert.Empty(ListingSamples.Parse(line + "\r\n", isMlsd: false, out var problem));
        Assert.Equal(line, problem);
    }

    // Each would be another file, or none, if the first column that can be read as a date were taken for one.
    [Theory]
    [InlineData("-rw-r--r-- 1 jan 12 2016 Mar 16 12:00 x", "x", 2016)]
    [InlineData("-rw-r--r-- 1 mar mai 12 Mar 16 2016 x", "x", 12)]
    [InlineData("-rw-r--r-- 1 1000 1000 12 Mar 16 2016 1 Mar 16 2016", "1 Mar 16 2016", 12)]
    [InlineData("-rw-r--r-- 1 12 5 2016 Mar 16 12:00 12:00", "12:00", 2016)]
    [InlineData("-rw-r--r-- 1 u g 2235 ao\u00fbt 26 2003 French", "French", 2235)]
    [InlineData("-rw-r--r-- 1 u g 2235 26 f\u00e9vr. 2003 fran\u00e7ais", "fran\u00e7ais", 2235)]
    [InlineData("-rw-r--r-- 1 u g 2235 d\u00e9c 6 10:00 10", "10", 2235)]
    public void The_name_begins_after_the_date_and_nowhere_else(string line, string name, long size)
    {
        var entry = ListingSamples.ParseOne(line, isMlsd: false);
        Assert.Equal((name, size), (entry.Name, entry.Size));
        Assert.NotNull(entry.Time);
    }
}
