using System.Net;
using System.Net.Sockets;
using System.Text;
using AppUpdater.Testing;
using static AppUpdater.Tests.Transport.Hostile.HostileScripts;

namespace AppUpdater.Tests.Transport.Hostile;

/// <summary>FTP servers that lie, stall or never end.</summary>
internal static class HostileFtpCases
{
    private static readonly Type Unreachable = typeof(UnreachableException);
    private static readonly Type Untrusted = typeof(UntrustedException);

    internal static IEnumerable<HostileCase> All() => [.. Endless(), .. Names(), .. DataPorts(), .. Transfers(), .. Goodbyes(), .. Slow(), .. Nonsense()];

    private static IEnumerable<HostileCase> Endless() =>
    [
        new("greets without end", connection => FloodAsync(bytes => connection.SendAsync(bytes), "220-and more\r\n"), Wish.Stat, Untrusted),
        new("greets in one line of 1 MB", connection => connection.SayAsync("220 " + new string('x', 1_000_000)), Wish.Stat, Untrusted),
        new("answers SIZE without end", Flood("SIZE", "213-and more\r\n"), Wish.Stat, Untrusted),
        new("answers SIZE in one line of 1 MB", Server("SIZE", "213 " + new string('1', 1_000_000)), Wish.Stat, Untrusted),
        new("has features without end", Flood("FEAT", "211-X\r\n"), Wish.Stat, Untrusted),
        new("lists without end", FloodData("LIST", "-rw-r--r-- 1 0 0 1 Jan 05 2024 a\r\n"), Wish.List, Untrusted) { MaxMegabytes = 200, MaxSeconds = 20 },
        new("lists one entry with facts without end", FloodData("MLSD", "x=y;", "211-Features\r\n MLST type*;size*;modify*;\r\n211 End"), Wish.List, Untrusted)
        {
            MaxMegabytes = 200, MaxSeconds = 20,
        },
    ];

    private static IEnumerable<HostileCase> Names()
    {
        string[] names =
        [
            "..", "../../etc/passwd", "/etc/passwd", "a/b", "a\\b", "c:evil", "a:stream", "a\0b", "a\rb", "a\u001bb", "\u007f", "CON", "nul.txt", "a.", new('x', 300),
        ];
        foreach (var name in names)
            yield return new HostileCase($"lists a file named {PathRules.Show(name)}", NamedEntry(name), Wish.List, Untrusted);
        yield return new HostileCase("lists our own folder", NamedEntry(".appupdater", folder: true), Wish.List, Untrusted);
    }

    private static IEnumerable<HostileCase> DataPorts() =>
    [
        new("points PASV elsewhere", PassiveElsewhere, Wish.Read),
        new("names port 0", Passive("229 Extended (|||0|)", "227 Passive (127,0,0,1,0,0)"), Wish.Read, Unreachable),
        new("names ports beyond 65535", Passive("229 Extended (|||70000|)", "227 Passive (127,0,0,1,999,999)"), Wish.Read, Unreachable),
        new("names ports that are no numbers", Passive("229 Extended (|||-1|)", "227 Passive (a,b,c,d,e,f)"), Wish.Read, Unreachable),
        new("opens no data port", Passive("229 Extended (|||1|)", "227 Passive (127,0,0,1,0,1)"), Wish.Read, Unreachable),
        new("has a data port that swallows all", BlackHole, Wish.Read, Unreachable),
        new("answers EPSV and PASV with errors", Passive("502 no", "502 no"), Wish.Read, Unreachable),
    ];

    private static IEnumerable<HostileCase> Transfers() =>
    [
        new("cuts the data and says 226", Retrieve("150 Opening for it (10 bytes).", Content, "226 done"), Wish.Read, Unreachable),
        new("never says 226", Retrieve("150 here", Content, ""), Wish.Read, Unreachable),
        new("says 226 before the data is read", Retrieve("150 here\r\n226 done", Content, ""), Wish.Read),
        new("says 226 twice", Retrieve("150 here", Content, "226 done\r\n226 done"), Wish.Read),
        new("says 426 after all the data", Retrieve("150 here", Content, "426 broken"), Wish.Read, Unreachable),
        new("announces more than it sends", Retrieve("150 here (7 bytes)", Content, "226 done"), Wish.Read, Unreachable),
        new("sends a file that grew", Retrieve("150 here (3 bytes)", Content, "226 done"), Wish.Read, Unreachable),
        new("announces more than a number holds", Retrieve("150 here (99999999999999999999 bytes)", Content, "226 done"), Wish.Read),
        new("refuses REST", Retrieve("150 here", Content, "226 done", rest: "502 REST is not for you"), Wish.ReadFromThree, Unreachable),
        new("takes REST and refuses RETR", Server((_, line) => Task.FromResult(
            line.StartsWith("REST", StringComparison.Ordinal) ? "350 yes" : line.StartsWith("RETR", StringComparison.Ordinal) ? "554 no" : null)),
            Wish.ReadFromThree, Unreachable),
        new("has lost the file", Retrieve("550 not here", Content, ""), Wish.Read, typeof(MissingException)),
        new("says a size below zero", Server((_, line) => Task.FromResult(Stat(line, "-5", "20260101000000"))), Wish.Stat),
        new("says a size beyond all numbers", Server((_, line) => Task.FromResult(Stat(line, "99999999999999999999", "20260101000000"))), Wish.Stat),
        new("says a time that is none", Server((_, line) => Task.FromResult(Stat(line, "6", "yesterday"))), Wish.Stat),
        new("answers RETR with another command's reply", Server("RETR", "213 6"), Wish.Read, Unreachable),
        new("says 226 before 150", Retrieve("226 done\r\n150 here", Content, ""), Wish.Read),
        new("breaks the data off with a reset", ResetData, Wish.Read, Unreachable),
    ];

    private static IEnumerable<HostileCase> Goodbyes()
    {
        yield return new HostileCase("greets with 421", Greeting("421 Too many."), Wish.Read, Unreachable);
        foreach (var verb in new[] { "USER", "PASS", "TYPE", "EPSV", "RETR" })
            yield return new HostileCase($"says 421 at {verb}", Server(verb, "421 Going away."), Wish.Read, Unreachable);
        yield return new HostileCase("says 421 while it sends", LeaveInTransfer, Wish.Read, Unreachable);
        yield return new HostileCase("closes at once", _ => Task.CompletedTask, Wish.Read, Unreachable);
        yield return new HostileCase("resets at once", connection =>
        {
            connection.Reset();
            return Task.CompletedTask;
        }, Wish.Read, Unreachable);
        yield return new HostileCase("never lets anyone in", Server("PASS", "530 no"), Wish.Read, Unreachable);
        yield return new HostileCase("asks for the password again", Server("PASS", "331 again"), Wish.Read, Unreachable);
        yield return new HostileCase("says the password back", Server("PASS", $"530 {Password} is wrong"), Wish.Read, Unreachable);
        yield return new HostileCase("says the password back and no code", Server("PASS", $"you said {Password}"), Wish.Read, Untrusted);
    }

    private static IEnumerable<HostileCase> Slow() =>
    [
        new("never says a word", connection => connection.SleepAsync(), Wish.Read, Unreachable),
        new("greets a byte at a time", connection =>
            DripAsync(bytes => connection.SendAsync(bytes), "220 good morning to you", TimeSpan.FromMilliseconds(300), connection.Stopped), Wish.Read, Unreachable),
        new("answers a line at a time", connection => DripLinesAsync(connection), Wish.Stat, Unreachable),
        new("sends a byte and waits", Server(async (connection, line) =>
        {
            if (!line.StartsWith("RETR", StringComparison.Ordinal))
                return null;
            await connection.SayAsync("150 here");
            await using var data = await connection.AcceptDataAsync();
            await DripAsync(bytes => data.WriteAsync(bytes).AsTask(), "slow", TimeSpan.FromSeconds(3), connection.Stopped);
            return "226 done";
        }), Wish.Read, Unreachable),
    ];

    private static IEnumerable<HostileCase> Nonsense() =>
    [
        new("speaks SSH", Greeting("SSH-2.0-OpenSSH_9.2p1"), Wish.Stat, Untrusted),
        new("speaks HTTP", Greeting("HTTP/1.1 400 Bad Request"), Wish.Stat, Untrusted),
        new("speaks no language", Greeting("\u0000\u0001\u00ff\u00fe\u0016\u0003\u0001"), Wish.Stat, Untrusted),
        new("greets with a code beyond all", Greeting("999 hello"), Wish.Stat, Untrusted),
        new("is nowhere at home", Server((_, line) => Task.FromResult(
            line == "PWD" ? "257 nowhere \"\"\"" : Stat(line, "6", "20260101000000"))), Wish.Stat),
        new("sends a reply too many", Server((_, line) => Task.FromResult(
            line.StartsWith("SIZE", StringComparison.Ordinal) ? "213 6\r\n213 20260101000000\r\n226 surplus" : line.StartsWith("MDTM", StringComparison.Ordinal) ? "" : null)), Wish.Stat),
        new("lists lines that are none", Listing("\u0001\u0002 nonsense \u00ff"), Wish.List, Untrusted),
    ];

    private static string? Stat(string line, string size, string time) =>
        line.StartsWith("SIZE", StringComparison.Ordinal) ? "213 " + size : line.StartsWith("MDTM", StringComparison.Ordinal) ? "213 " + time : null;

    private static Func<ScriptedConnection, Task> Flood(string start, string text) => Server(async (connection, line) =>
    {
        if (!line.StartsWith(start, StringComparison.Ordinal))
            return null;
        await FloodAsync(bytes => connection.SendAsync(bytes), text);
        return "";
    });

    private static Func<ScriptedConnection, Task> FloodData(string start, string text, string? features = null) => Server(async (connection, line) =>
    {
        if (line == "FEAT")
            return features;
        if (!line.StartsWith(start, StringComparison.Ordinal))
            return null;
        await connection.SayAsync("150 here");
        await using var data = await connection.AcceptDataAsync();
        await FloodAsync(bytes => data.WriteAsync(bytes, connection.Stopped).AsTask(), text);
        return "";
    });

    private static Func<ScriptedConnection, Task> Passive(string extended, string plain) => Server((_, line) =>
        Task.FromResult(line == "EPSV" ? extended : line == "PASV" ? plain : null));

    private static Task PassiveElsewhere(ScriptedConnection connection) => Server(async (_, line) =>
    {
        switch (line)
        {
            case "EPSV":
                return "502 what";
            case "PASV":
                connection.OpenData();
                return $"227 Entering Passive Mode (198,51,100,7,{connection.DataPort / 256},{connection.DataPort % 256}).";
            case "RETR /file.bin":
                await connection.SayAsync("150 here");
                await connection.SendDataAsync(Content);
                return "226 done";
            default:
                return null;
        }
    })(connection);

    /// <summary>A full backlog: what comes is neither taken nor refused.</summary>
    private static async Task BlackHole(ScriptedConnection connection)
    {
        using var hole = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        hole.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        hole.Listen(0);
        var port = ((IPEndPoint)hole.LocalEndPoint!).Port;
        var fillers = Enumerable.Range(0, 4).Select(_ => new TcpClient()).ToList();
        try
        {
            await Task.WhenAny(Task.WhenAll(fillers.Select(filler => filler.ConnectAsync(IPAddress.Loopback, port))), Task.Delay(200));
            await Passive($"229 Extended (|||{port}|)", $"227 Passive (127,0,0,1,{port / 256},{port % 256})")(connection);
        }
        finally
        {
            fillers.ForEach(filler => filler.Dispose());
        }
    }

    private static Task ResetData(ScriptedConnection connection) => Server(async (_, line) =>
    {
        if (!line.StartsWith("RETR", StringComparison.Ordinal))
            return null;
        await connection.SayAsync("150 here");
        await using var data = (NetworkStream)await connection.AcceptDataAsync();
        await data.WriteAsync(Content);
        data.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        data.Socket.Close();
        return "426 broken";
    })(connection);

    private static Task LeaveInTransfer(ScriptedConnection connection) => Server(async (_, line) =>
    {
        if (!line.StartsWith("RETR", StringComparison.Ordinal))
            return null;
        await connection.SayAsync("150 here");
        await using var data = await connection.AcceptDataAsync();
        await data.WriteAsync(Content);
        await connection.SayAsync("421 Shutting down.");
        connection.Close();
        return null;
    })(connection);

    private static async Task DripLinesAsync(ScriptedConnection connection)
    {
        await connection.SayAsync("220-patience");
        for (var i = 0; i < 20; i++)
        {
            await connection.SleepAsync(TimeSpan.FromMilliseconds(300));
            await connection.SendAsync(Encoding.Latin1.GetBytes(" and more\r\n"));
        }
    }
}
