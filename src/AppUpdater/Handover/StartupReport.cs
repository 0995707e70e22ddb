using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Swap;

namespace AppUpdater.Handover;

/// <summary>What a host learns when it starts. Safe for concurrent use.</summary>
public sealed class StartupReport
{
    private readonly string _root;
    private StrongBox<ImmutableArray<SwapOutcome>>? _swaps;

    // Nothing that an ordinary start does without is made here: it would have to be compiled first.
    internal StartupReport(string root, string? version, bool isFirstRun) => (_root, Version, IsFirstRun) = (root, version, isFirstRun);

    /// <summary>The swap whose version has yet to prove itself.</summary>
    internal FoundSwap? OnProbation { private get; init; }

    /// <summary>The installed version by the updater's record; null where it installed nothing yet.</summary>
    public string? Version { get; }

    /// <summary>Whether this is the first run of this version.</summary>
    public bool IsFirstRun { get; }

    /// <summary>What became of the last swap; null where there was none. Read when first asked for.</summary>
    public SwapOutcome? LastSwap => Swaps().FirstOrDefault();

    /// <summary>What became of the swaps before that, newest first, at most 19. Read when first asked for.</summary>
    public ImmutableArray<SwapOutcome> EarlierSwaps => [.. Swaps().Skip(1)];

    /// <summary>Says that this version works; ends probation where <c>confirm = call</c>. Otherwise does nothing.</summary>
    /// <exception cref="InstallException">That can't be written down: the version will be taken for one that hangs.</exception>
    public void Confirm()
    {
        if (OnProbation is not { Header.Confirm: ConfirmMode.Call } swap)
            return;
        var files = DurableFiles.ForThisSystem();
        try
        {
            if (files.Stat(swap.HostConfirmation) is not null || files.Stat(swap.Directory) is null)
                return;
            files.CreateNew(swap.HostConfirmation, mode: null).Dispose();
            files.FlushFile(swap.HostConfirmation);
            files.FlushDirectory(swap.Directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (files.Stat(swap.HostConfirmation) is null && files.Stat(swap.Directory) is not null)
                throw new InstallException($"{swap.HostConfirmation} can't be written ({e.Message}); see that the account may write there.", e);
        }
    }

    /// <summary>Two threads may both read them; one answer is kept.</summary>
    private ImmutableArray<SwapOutcome> Swaps()
    {
        if (_swaps is { } read)
            return read.Value;
        var (layout, files) = (new InstallLayout(_root), DurableFiles.ForThisSystem());
        var own = new StrongBox<ImmutableArray<SwapOutcome>>(new OutcomeFile(layout, files, new EventLog(layout, files, TimeProvider.System)).ReadAll());
        return (Interlocked.CompareExchange(ref _swaps, own, comparand: null) ?? own).Value;
    }
}
