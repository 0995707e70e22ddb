using System.Runtime.InteropServices;
using AppUpdater.WindowsTestApp;

// An app that is updated, and beside it what else a test under Wine needs of a Windows process:
//   hold FILE           opens it without sharing until standard input ends
//   map FILE            loads it as a library is loaded, until standard input ends
//   idle                runs until standard input ends
//   mark FILE…          makes each read-only and hidden
//   marks FOLDER OUT    writes into OUT which files of the folder are read-only or hidden, one line for each
//   prepare INSTALL NEW BOOTSTRAPPER alive|call SECONDS
// Everything else is the app, see RunningApp.

switch (args)
{
    case ["hold", var file]:
        using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            Stay();
        return 0;
    case ["map", var file]:
        const uint AsImage = 0x20; // LOAD_LIBRARY_AS_IMAGE_RESOURCE: mapped as an image, no code of it is run
        if (Native.Load(file, 0, AsImage) == 0)
            throw new IOException($"{file} can't be loaded: {Marshal.GetLastPInvokeErrorMessage()}");
        Stay();
        return 0;
    case ["idle"]:
        Stay();
        return 0;
    case ["mark", .. var files]:
        foreach (var file in files)
            File.SetAttributes(file, FileAttributes.ReadOnly | FileAttributes.Hidden);
        return 0;
    case ["marks", var folder, var told]:
        await File.WriteAllLinesAsync(told, Marks.Of(folder));
        return 0;
    case ["prepare", var install, var release, var bootstrapper, var confirm, var seconds]:
        SwapOfTwoTrees.Prepare(install, release, bootstrapper, confirm, seconds);
        return 0;
    default:
        return await RunningApp.RunAsync(args);
}

static void Stay()
{
    Console.WriteLine("ready");
    Console.In.ReadToEnd();
}
