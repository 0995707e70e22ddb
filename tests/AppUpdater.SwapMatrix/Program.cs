using System.Globalization;
using AppUpdater.SwapMatrix;
using AppUpdater.SwapMatrix.Linux;
using AppUpdater.SwapMatrix.Linux.Faults;
using AppUpdater.SwapMatrix.Simulated;
using AppUpdater.SwapMatrix.Windows;

// The promise, tried out: after a cut at any instant, the next start runs the whole old version or the whole new one, and no file of the
// user's has changed. Prints what was tried as a table, and how many cases failed.

if (args is [BecomingPart.Verb, var times])
    return BecomingPart.Become(times);
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (MatrixOptions.Parse(args) is not { } options)
{
    await Console.Error.WriteLineAsync(MatrixOptions.Usage);
    return 2;
}

IMatrixPart[] all =
[
    new SimulatedPart(),
    new KillsPart(),
    new BecomingPart(),
    new FaultsPart(),
    new WinePart(),
];
IMatrixPart[] chosen = options switch
{
    { Soak: > 0 } => [new SoakPart()],
    { Parts.Count: 0 } => all,
    _ => [.. all.Where(part => options.Parts.Contains(part.Name))],
};
if (options.Parts.Except(all.Select(part => part.Name)).FirstOrDefault() is { } unknown)
{
    await Console.Error.WriteLineAsync($"There is no part {unknown}; there are {string.Join(", ", all.Select(part => part.Name))}.");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
Console.WriteLine($"seed {options.Seed}");
var table = new MatrixTable();
var missing = 0;
foreach (var part in chosen)
{
    if (part.Missing is { } what)
    {
        missing++;
        Console.WriteLine($"skipped: {part.Name} on {part.Platform}: {what} is not installed.");
        // Where the promise is to be proved, what was not tried is not proved.
        if (Environment.GetEnvironmentVariable("CI") == "true")
            table.Add(part.Platform, new MatrixCase(part.Name, "not run", $"{what} is not installed"));
        continue;
    }

    try
    {
        await foreach (var tried in part.RunAsync(options, stop.Token))
        {
            table.Add(part.Platform, tried);
            if (tried.Failure is { } failure)
                Console.WriteLine($"FAILED: {part.Platform}, {tried.Step}, {tried.Cut}: {failure}");
        }
    }
    catch (OperationCanceledException) when (stop.IsCancellationRequested)
    {
        Console.WriteLine("Stopped: what follows is what was tried so far.");
        break;
    }
}

foreach (var line in table.Lines().Append("").Concat(table.Summary()))
    Console.WriteLine(line);
Console.WriteLine($"{table.Cases:N0} cases, {table.Failures:N0} failures{(missing == 0 ? "" : $", {missing} parts skipped")}");
return table.Failures > 0 ? 1 : stop.IsCancellationRequested ? 130 : 0;
