using AppUpdater;
using AppUpdater.Bootstrapper;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

try
{
    return await RunAsync(args).ConfigureAwait(false);
}
catch (Exception e) when (ExitCodes.For(e) != ExitCodes.Defect)
{
    await Console.Error.WriteLineAsync($"AppUpdater: {e.Message}").ConfigureAwait(false);
    return ExitCodes.For(e);
}

static async Task<int> RunAsync(string[] args)
{
    var own = OwnProgram.Find();
    if (own.IsGone)
        return await Successor.RunAsync(own.Path, args).ConfigureAwait(false);
    var files = DurableFiles.ForThisSystem();
    if (own.Gate(files) is var (layout, swap))
    {
        new SpareBootstrapper(files, layout).TryPutBack(swap, own.Path);
        var recover = new BootstrapperCommand
        {
            Verb = BootstrapperVerb.Recover,
            Install = layout.Root,
            Run = swap.Header.Entry,
            Relaunch = true,
            Stay = true,
            WorkingDirectory = Environment.CurrentDirectory,
            Arguments = [.. args],
        };
        if (OperatingSystem.IsWindows())
        {
            // A name of a file that runs can't be replaced there: the gate makes way, and nobody gets the app's exit code.
            recover = recover with { WaitFor = ProcessIdentity.OfThisProcess(), Stay = false };
            new BootstrapperLauncher(layout, NullLogger.Instance).Start(swap.Bootstrapper, recover);
            return ExitCodes.Done;
        }

        // By the swap's own copy: this file gives way to the app, and the runtime reads from it by name to the end.
        return await Successor.RunAsync(swap.Bootstrapper, recover.ToArguments()).ConfigureAwait(false);
    }

    if (args is [BootstrapperCommand.Probe])
        return ExitCodes.Done;
    if (BootstrapperCommand.IsOne(args))
        return await SwapAsync(own, args).ConfigureAwait(false);
    var settings = Path.Join(own.Folder, "dato.ini");
    if (File.Exists(settings))
        return await new Launcher(own.Path, settings, args).RunAsync().ConfigureAwait(false);
    return Usage("there is no dato.ini beside it to launch an app by");
}

static async Task<int> SwapAsync(OwnProgram own, string[] args)
{
    var (command, problem) = BootstrapperCommand.Parse(args);
    if (command is null)
        return Usage(problem!);
    BundledCode.LoadAll();
    var layout = new InstallLayout(command.Install);
    var files = DurableFiles.ForThisSystem();
    var bench = new Workbench(layout, files, TimeProvider.System, new EventLog(layout, files, TimeProvider.System));
    using var signals = new SignalRelay();
    var session = new AppSession(bench, new AppStarter(own.Path, signals, isOnItsOwn: command is { Launcher: not null, Stay: false }), command, () => signals.IsStopAsked);
    // Behind the session, which has read this program's file: whoever sees the line may take that away.
    bench.Log.LogInformation("Bootstrapper: {Verb} {Swap}", command.Verb, command.Swap ?? "");
    try
    {
        return await new SwapVerbs(bench, command, session).RunAsync().ConfigureAwait(false);
    }
    catch (Exception e) when (ExitCodes.For(e) != ExitCodes.Defect)
    {
        bench.Log.LogError("{Reason}", e.Message);
        throw;
    }
}

static int Usage(string problem)
{
    Console.Error.WriteLine(
        $"""
        AppUpdater.Bootstrapper: {problem}
          apply --install DIR --swap ID [--wait PID:START] [--wait-for 60s] [--relaunch] [--stay] [--cwd DIR] -- args
          recover --install DIR [--run PATH] [--wait PID:START] [--wait-for 60s] [--relaunch] [--stay] [--cwd DIR] -- args
        Without a verb it updates and starts the app that the dato.ini beside it names.
        """);
    return ExitCodes.Usage;
}
