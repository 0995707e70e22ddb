using System.Globalization;
using System.Text;
using AppUpdater.Testing;
using AppUpdater.Transport;
using static AppUpdater.Tests.Transport.Hostile.HostileScripts;

namespace AppUpdater.Tests.Transport.Hostile;

/// <summary>HTTP servers that lie, stall or never end.</summary>
internal static class HostileHttpCases
{
    private static readonly Type Unreachable = typeof(UnreachableException);
    private static readonly Type Untrusted = typeof(UntrustedException);

    internal static IEnumerable<HostileCase> All() =>
    [
        Http("answers a range with all of a file that has changed", async connection =>
        {
            await connection.HearRequestAsync();
            await connection.SayAsync("HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 6\r\n");
            await Answer("200 OK", Content, "ETag: \"2\"")(connection);
        }, Wish.LookAndReadFromThree, typeof(RemoteChangedException)),
        Http("answers a range with another one", Answer("206 Partial Content", Content[3..], "Content-Range: bytes 0-2/6"), Wish.ReadFromThree, Untrusted, Unreachable),
        Http("answers a range without saying which", Answer("206 Partial Content", Content[3..]), Wish.ReadFromThree, Untrusted, Unreachable),
        Http("answers a range that is none", Answer("206 Partial Content", Content[3..], "Content-Range: bytes 9-3/x"), Wish.ReadFromThree, Untrusted, Unreachable),
        Http("answers a range with one longer than it says", Answer("206 Partial Content", Content, "Content-Range: bytes 3-5/6"), Wish.ReadFromThree, Untrusted, Unreachable),
        Http("packs what nobody asked to be packed", Answer("200 OK", Content, "Content-Encoding: gzip"), Wish.Read, Untrusted, Unreachable),
        Http("redirects in a circle", Answer("302 Found", [], "Location: /file.bin"), Wish.Read, Untrusted, Unreachable),
        Http("redirects to nowhere", Answer("302 Found", []), Wish.Read, Untrusted, Unreachable),
        Http("redirects to a folder of this machine", Answer("302 Found", [], "Location: file:///etc/passwd"), Wish.Read, Untrusted, Unreachable),
        Http("has headers without end", async connection =>
        {
            await connection.HearRequestAsync();
            await connection.SayAsync("HTTP/1.1 200 OK");
            await FloodAsync(bytes => connection.SendAsync(bytes), "X-More: and more\r\n");
        }, Wish.Read, Untrusted, Unreachable),
        Http("has a header of 1 MB", Answer("200 OK", Content, "X-Long: " + new string('x', 1_000_000)), Wish.Read, Untrusted, Unreachable),
        Http("sends less than it says", Raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123"), Wish.Read, Unreachable),
        Http("says a length below zero", Raw("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n123"), Wish.Read, Unreachable, Untrusted),
        Http("says two lengths", Raw("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 6\r\n\r\n123456"), Wish.Read, Unreachable, Untrusted),
        Http("breaks its chunks off", Raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n123"), Wish.Read, Unreachable),
        Http("never answers", async connection =>
        {
            await connection.HearRequestAsync();
            await connection.SleepAsync();
        }, Wish.Read, Unreachable),
        Http("answers a byte at a time", async connection =>
        {
            await connection.HearRequestAsync();
            await DripAsync(bytes => connection.SendAsync(bytes), "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n", TimeSpan.FromMilliseconds(300), connection.Stopped);
        }, Wish.Read, Unreachable),
        Http("sends a byte of the file and waits", async connection =>
        {
            await connection.HearRequestAsync();
            await connection.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n");
            await DripAsync(bytes => connection.SendAsync(bytes), "123456", TimeSpan.FromSeconds(3), connection.Stopped);
        }, Wish.Read, Unreachable),
        Http("speaks FTP", connection => connection.SayAsync("220 ready"), Wish.Read, Unreachable, Untrusted),
        Http("closes at once", _ => Task.CompletedTask, Wish.Read, Unreachable),
        Http("is out of order", Answer("500 Internal Server Error", []), Wish.Read, Unreachable),
        Http("lets nobody in", Answer("401 Unauthorized", [], "WWW-Authenticate: Basic realm=\"x\""), Wish.Read, Unreachable),
        Http("says the password back", Answer($"403 {Password}", []), Wish.Read, Unreachable),
        Http("has lost the file", Answer("404 Not Found", []), Wish.Read, typeof(MissingException)),
    ];

    private static HostileCase Http(string name, Func<ScriptedConnection, Task> script, Wish wish, params Type[] expected) =>
        new(name + " (HTTP)", script, wish, expected) { Scheme = "http" };

    private static Func<ScriptedConnection, Task> Raw(string answer) => async connection =>
    {
        await connection.HearRequestAsync();
        await connection.SendAsync(Encoding.Latin1.GetBytes(answer));
    };

    private static Func<ScriptedConnection, Task> Answer(string status, byte[] body, params string[] headers) => async connection =>
    {
        while ((await connection.HearRequestAsync()).Count > 0)
        {
            await connection.SayAsync("HTTP/1.1 " + status);
            foreach (var header in headers)
                await connection.SayAsync(header);
            await connection.SayAsync(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n"));
            await connection.SendAsync(body);
        }
    };
}
