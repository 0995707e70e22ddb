using System.Net.Sockets;
using AppUpdater.Tests;

namespace AppUpdater.EndToEndTests.RealServers;

public sealed class VsftpdServerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ServerFact(ServerPrograms.Vsftpd, Timeout = 30_000)]
    public async Task It_lets_anonymous_in_logs_commands_and_is_gone_after_dispose()
    {
        int port;
        await using (var server = await VsftpdServer.StartAsync(_folder.Root, log: true))
        {
            port = server.Port;
            using var client = new TcpClient("127.0.0.1", port);
            using var reader = new StreamReader(client.GetStream());
            foreach (var (command, reply) in new[] { ("", "220"), ("USER anonymous\r\n", "331"), ("PASS x\r\n", "230"), ("SIZE none\r\n", "550") })
            {
                await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(command));
                Assert.StartsWith(reply, await reader.ReadLineAsync(), StringComparison.Ordinal);
            }

            Assert.Equal(["USER anonymous", "PASS <password>", "SIZE none"], server.ReadCommands());
        }

        using var late = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => late.ConnectAsync("127.0.0.1", port));
    }

    [Fact]
    public void Both_runtime_trees_are_laid_out_with_one_time_each()
    {
        foreach (var version in new[] { RuntimeTrees.Old, RuntimeTrees.New })
        {
            var tree = Path.Join(_folder.Root, version);
            RuntimeTrees.LayOut(version, tree);
            var files = new DirectoryInfo(tree).GetFiles("*", SearchOption.AllDirectories);
            Assert.Equal(RuntimeTrees.Files, files.Length);
            Assert.All(files, file => Assert.Equal(RuntimeTrees.TimeOf(version), file.LastWriteTimeUtc));
        }
    }
}
