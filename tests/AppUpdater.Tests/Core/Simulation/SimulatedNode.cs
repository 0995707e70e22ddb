using AppUpdater.Core.Disk;
using AppUpdater.Core.Swap;

namespace AppUpdater.Tests.Core.Simulation;

/// <summary>A file, folder or link whatever its names; immutable. <see cref="Flushed"/> is what a power cut can't take, null where nothing is.</summary>
internal sealed record SimulatedNode(FileKind Kind, byte[] Content, FileLook Look, SimulatedNode? Flushed)
{
    /// <summary>As a umask of 022 makes it.</summary>
    internal static SimulatedNode Folder { get; } = new(FileKind.Directory, [], new FileLook((UnixFileMode)0x1ED, null), null);

    /// <summary>Folders are durable by their names alone.</summary>
    internal bool IsDirty => Kind == FileKind.File && (Flushed is null || Flushed.Content != Content || Flushed.Look != Look);

    internal SimulatedNode AfterFlush() => this with { Flushed = this with { Flushed = null } };

    /// <summary>All that may be left of it after a power cut.</summary>
    internal IReadOnlyList<SimulatedNode> Remains()
    {
        if (!IsDirty)
            return [this];
        if (Flushed is { } flushed && flushed.Content == Content)
            return [this, this with { Look = flushed.Look }];
        return
        [
            this,
            this with { Content = [] },
            this with { Content = Content[..(Content.Length / 2)] },
            this with { Content = new byte[Content.Length] },
            this with { Look = Flushed?.Look ?? FileLook.None },
        ];
    }
}
