using System.Collections.Immutable;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Swap;

namespace AppUpdater.Handover;

/// <summary>What a host learns when it starts. Safe for concurrent use.</summary>
public sealed class StartupReport
{
    private readonly Lazy<ImmutableArray<SwapOutcome>> _swaps;
    private readonly FoundSwap? _onProbation;
    private readonly IDurableFiles _files;

    internal StartupReport(IDurableFiles files, VersionSeen seen, FoundSwap? onProbation, Func<ImmutableArray<SwapOutcome>> swaps)
    {
        _files = files;
        _onProbation = onProbation;
        _swaps = new Lazy<ImmutableArray<SwapOutcome>>(swaps);
        Version = seen.Version;
        IsFirstRun = seen.IsFirstRun;
    }

    /// <summary>The installed version by the updater's record; null where it installed nothing yet.</summary>
    public string? Version { get; }

    /// <summary>Whether this is the first run of this version.</summary>
    public bool IsFirstRun { get; }

    /// <summary>What became of the last swap; null where there was none. Read when first asked for.</summary>
    public SwapOutcome? LastSwap => _swaps.Value.FirstOrDefault();

    /// <summary>What became of the swaps before that, newest first, at most 19. Read when first asked for.</summary>
    public ImmutableArray<SwapOutcome> EarlierSwaps => [.. _swaps.Value.Skip(1)];

    /// <summary>Says that this version works; ends probation where <c>confirm = call</c>. Otherwise does nothing.</summary>
    /// <exception cref="InstallException">That can't be written down: the version will be taken for one that hangs.</exception>
    public void Confirm()
    {
        if (_onProbation is not { Header.Confirm: ConfirmMode.Call } swap)
            return;
        try
        {
            if (_files.Stat(swap.HostConfirmation) is not null || _files.Stat(swap.Directory) is null)
                return;
            _files.CreateNew(swap.HostConfirmation, mode: null).Dispose();
            _files.FlushFile(swap.HostConfirmation);
            _files.FlushDirectory(swap.Directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (_files.Stat(swap.HostConfirmation) is null && _files.Stat(swap.Directory) is not null)
                throw new InstallException($"{swap.HostConfirmation} can't be written ({e.Message}); see that the account may write there.", e);
        }
    }
}
