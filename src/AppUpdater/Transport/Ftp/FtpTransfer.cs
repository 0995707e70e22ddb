namespace AppUpdater.Transport.Ftp;

/// <summary>
/// A transfer under way: its command on the control connection, its bytes on the data connection, from an offset on; to the file's end, or
/// for a length.
/// </summary>
internal sealed record FtpTransfer(FtpControl Control, FtpExchange Exchange, FtpDataChannel Data, long Offset, long? Length = null);
