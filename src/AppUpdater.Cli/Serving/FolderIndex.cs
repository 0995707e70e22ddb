using System.Globalization;
using System.Net;
using System.Text;
using AppUpdater.Testing.Ftp;

namespace AppUpdater.Cli.Serving;

/// <summary>A folder's page, as nginx writes it (autoindex): link, time in UTC, size in bytes, one entry a line.</summary>
internal static class FolderIndex
{
    private const int NameWidth = 50;

    internal static string Of(DirectoryInfo folder, string path, ServedFolder served)
    {
        var title = WebUtility.HtmlEncode(path == "/" ? "/" : path + "/");
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"<html>\n<head><title>Index of {title}</title></head>\n<body>\n<h1>Index of {title}</h1><hr><pre>");
        page.Append("<a href=\"../\">../</a>\n");
        foreach (var entry in folder.EnumerateFileSystemInfos().OrderBy(entry => entry is FileInfo).ThenBy(entry => entry.Name, StringComparer.Ordinal))
        {
            // A link that leads out of the folder is not there.
            if (served.Local($"{path}/{entry.Name}") is not null)
                Append(page, entry);
        }

        return page.Append("</pre><hr></body>\n</html>\n").ToString();
    }

    private static void Append(StringBuilder page, FileSystemInfo entry)
    {
        var isFolder = entry is DirectoryInfo;
        var name = entry.Name + (isFolder ? "/" : "");
        var link = Uri.EscapeDataString(entry.Name) + (isFolder ? "/" : "");
        var size = isFolder ? "-" : ((FileInfo)entry).Length.ToString(CultureInfo.InvariantCulture);
        var gap = new string(' ', Math.Max(1, NameWidth + 1 - name.Length));
        page.Append(
            CultureInfo.InvariantCulture,
            $"<a href=\"{link}\">{WebUtility.HtmlEncode(name)}</a>{gap}{entry.LastWriteTimeUtc:dd-MMM-yyyy HH:mm} {size,19}\n");
    }
}
