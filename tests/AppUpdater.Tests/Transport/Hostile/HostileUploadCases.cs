using AppUpdater.Testing;
using static AppUpdater.Tests.Transport.Hostile.HostileScripts;

namespace AppUpdater.Tests.Transport.Hostile;

/// <summary>FTP servers that do not take what they are given.</summary>
internal static class HostileUploadCases
{
    private static readonly Type Unreachable = typeof(UnreachableException);

    internal static IEnumerable<HostileCase> All() =>
    [
        new("refuses an upload", Taking("553 no", _ => Task.CompletedTask, ""), Wish.Upload, Unreachable),
        new("has no room for an upload", Taking("552 full", _ => Task.CompletedTask, ""), Wish.Upload, Unreachable),
        new("takes an upload and says 426", Taking("150 go on", ReadAllAsync, "426 broken"), Wish.Upload, Unreachable),
        new("takes an upload and never says 226", Taking("150 go on", ReadAllAsync, ""), Wish.Upload, Unreachable),
        new("takes half of an upload and says 226", Taking("150 go on", ReadAllAsync, "226 done", size: "213 3"), Wish.Upload, Unreachable),
        new("never reads an upload", Taking("150 go on", (connection, _) => connection.SleepAsync(), ""), Wish.Upload, Unreachable)
        {
            UploadLength = 16 << 20, MaxMegabytes = 64,
        },
        new("closes an upload's data connection at once", Taking("150 go on", _ => Task.CompletedTask, "426 broken"), Wish.Upload, Unreachable)
        {
            UploadLength = 16 << 20, MaxMegabytes = 64,
        },
        new("says 421 while it takes an upload", Taking("150 go on", _ => Task.CompletedTask, "421 going away"), Wish.Upload, Unreachable)
        {
            UploadLength = 16 << 20, MaxMegabytes = 64,
        },
        new("refuses to rename what was sent", Taking("150 go on", ReadAllAsync, "226 done", rename: "550 no"), Wish.Upload, Unreachable, typeof(MissingException)),
    ];

    private static Func<ScriptedConnection, Task> Taking(string first, Func<Stream, Task> take, string last, string size = "213 6", string rename = "350 on") =>
        Taking(first, (_, data) => take(data), last, size, rename);

    private static Func<ScriptedConnection, Task> Taking(
        string first, Func<ScriptedConnection, Stream, Task> take, string last, string size = "213 6", string rename = "350 on")
    {
        return connection =>
        {
            var stored = false;
            return Server(async (_, line) =>
            {
                switch (line.Split(' ')[0])
                {
                    case "STOR" or "APPE":
                        await connection.SayAsync(first);
                        if (first[0] != '1')
                            return "";
                        await using (var data = await connection.AcceptDataAsync())
                            await take(connection, data);
                        stored = true;
                        return last;
                    case "SIZE":
                        return stored ? size : "550 no such file";
                    case "RNFR":
                        return rename;
                    case "MDTM":
                        return "550 no such file";
                    case "REST":
                        return "350 at it";
                    default:
                        return line.Split(' ')[0] is "MKD" or "CWD" or "RNTO" or "DELE" or "MFMT" or "RMD" ? "250 fine" : null;
                }
            })(connection);
        };
    }

    private static Task ReadAllAsync(Stream data) => data.CopyToAsync(Stream.Null);
}
