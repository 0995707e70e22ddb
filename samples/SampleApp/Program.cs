using System.Diagnostics;
using System.Reflection;
using AppUpdater;
using AppUpdater.Staging;

// SampleApp [--stay SECONDS]: what an app needs to keep itself up to date. With --stay it lives on and asks once a second.

var startup = UpdateManager.Startup(args); // first line of Main

var version = typeof(Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
Console.WriteLine($"SampleApp {version} runs as process {Environment.ProcessId}.");
if (AppContext.TryGetSwitch("SampleApp.Broken", out var isBroken) && isBroken)
{
    Console.WriteLine("This release is broken on purpose: it ends with exit code 1.");
    return 1;
}

if (startup.LastSwap is { } last)
    Console.WriteLine($"The last swap, to {last.To}: {last.Result}. {last.Reason}".TrimEnd());

var stay = args is ["--stay", var seconds] ? TimeSpan.FromSeconds(int.Parse(seconds, null)) : TimeSpan.Zero;
var since = Stopwatch.StartNew();
await UpdateAsync();
while (since.Elapsed < stay)
{
    await Task.Delay(TimeSpan.FromSeconds(1));
    await UpdateAsync();
}

return 0;

static async Task UpdateAsync()
{
    try
    {
        await using var updater = UpdateManager.FromSettings("dato.ini");
        if (await updater.CheckAsync() is not { } plan)
            return;
        Console.WriteLine($"Version {plan.To} is there: {plan.Changes.Length} files change, {plan.BytesToFetch} bytes to fetch.");
        var progress = new Progress<UpdateProgress>(step => Console.WriteLine($"  {step.Phase}: {step.Bytes} of {step.TotalBytes} bytes"));
        var staged = await updater.StageAsync(plan, progress);
        updater.ApplyAndRelaunch(staged); // ends this process; the new version comes back with the same arguments
    }
    catch (UpdateException problem)
    {
        Console.WriteLine($"No update this time: {problem.Message}"); // and on as the version that it is
    }
}
