using System.Diagnostics;
using Demo;

var narrator = new Narrator(Console.Out);
var since = Stopwatch.StartNew();
using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
var folder = Directory.CreateTempSubdirectory("appupdater-demo-").FullName;
try
{
    await new Story(narrator, folder).RunAsync(limit.Token);
    Console.WriteLine($"\nAll {narrator.Claims} claims hold ({since.Elapsed.TotalSeconds:0} s).");
    return 0;
}
catch (ClaimException failed)
{
    Console.WriteLine($"\n✗ {failed.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    Console.WriteLine("\n✗ Not done within five minutes.");
    return 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
