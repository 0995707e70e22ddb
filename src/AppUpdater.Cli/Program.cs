using AppUpdater.Cli;
using AppUpdater.Cli.Output;

using var stop = new StopSignal();
return await CommandLine.RunAsync(args, Screen.OfThisProcess(), stop.Token);
