namespace AppUpdater.Transport.Ftp;

/// <summary>A transfer under way: its command on the control connection, its bytes on the data connection, from an offset on.</summary>
internal sealed record FtpTransfer(FtpControl Control, FtpExchange Exchange, FtpDataChannel Data, long Offset);
