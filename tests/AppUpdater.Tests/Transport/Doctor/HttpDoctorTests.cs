using AppUpdater.Settings;
using AppUpdater.Tests.Transport.Http;
using AppUpdater.Transport;
using AppUpdater.Transport.Doctor;

namespace AppUpdater.Tests.Transport.Doctor;

public sealed class HttpDoctorTests
{
    private const int Limit = 60_000;
    private const string Index = "<html><title>Index of /</title><a href=\"version.ini\">version.ini</a></html>";
    private const string Version = "[version]\n";

    private static Task<DoctorReport> ExamineAsync(string url, string? user = null) => Doctors.ExamineAsync(
        new DoctorRequest(TransportTestOptions.Create(server: new ServerSettings
        {
            Url = url, User = user, Password = user is null ? null : new Secret("s3cret"), Proxy = ProxySettings.None,
        })),
        default);

    private static DoctorFinding Of(DoctorReport report, string subject) => Assert.Single(report.Findings, finding => finding.Subject == subject);

    private static Task GoodAsync(ScriptedRequest request, string tag = "\"a\"") => request switch
    {
        { Target: "/" } => request.AnswerAsync("200 OK", "Content-Type: text/html\r\n", Index),
        { Target: not "/version.ini" } => request.AnswerAsync("404 Not Found", "", ""),
        _ when request["If-None-Match"] is not null => request.SayAsync($"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n"),
        _ when request["Range"] == "bytes=1-1" => request.AnswerAsync("206 Partial Content", $"Content-Range: bytes 1-1/{Version.Length}\r\nETag: {tag}\r\n", "v"),
        _ => request.AnswerAsync("200 OK", $"ETag: {tag}\r\nLast-Modified: {HttpTesting.Then}\r\nDate: {HttpTesting.Later}\r\n", Version),
    };

    [Fact(Timeout = Limit)]
    public async Task A_good_server_is_told_as_such_with_its_lines_for_dato_ini()
    {
        await using var server = new ScriptedHttpServer(request => GoodAsync(request));

        var report = await ExamineAsync(server.Url);

        Assert.Equal((null, false), (report.Failure, report.IsPartial));
        foreach (var subject in (string[])["server", "login", "version.ini", "resume", "versions", "unchanged"])
            Assert.Equal((subject, DoctorMark.Good), (subject, Of(report, subject).Mark));
        Assert.StartsWith("1 entries (an index in HTML)", Of(report, "listing").What, StringComparison.Ordinal);
        Assert.Equal(DoctorMark.Wrong, Of(report, "TLS").Mark);
        Assert.Equal(["[server]", $"url = {server.Url}", "proxy = none"], report.Settings.AsEnumerable());
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_without_index_ranges_and_tags_is_told_what_it_lacks()
    {
        await using var server = new ScriptedHttpServer(request => request.Target == "/"
            ? request.AnswerAsync("403 Forbidden", "", "")
            : request.AnswerAsync("200 OK", "", Version));

        var report = await ExamineAsync(server.Url);

        Assert.Null(report.Failure);
        Assert.Contains("autoindex", Of(report, "listing").What, StringComparison.Ordinal);
        Assert.Contains("200 to a range", Of(report, "resume").What, StringComparison.Ordinal);
        foreach (var subject in (string[])["listing", "resume", "versions"])
            Assert.Equal((subject, DoctorMark.Wrong), (subject, Of(report, subject).Mark));
        Assert.Equal(DoctorMark.Note, Of(report, "file times").Mark);
        Assert.DoesNotContain(report.Findings, finding => finding.Subject == "unchanged");
    }

    [Fact(Timeout = Limit)]
    public async Task Another_range_than_was_asked_for_and_a_weak_tag_are_told()
    {
        await using var server = new ScriptedHttpServer(request => request["Range"] is not null
            ? request.AnswerAsync("206 Partial Content", "Content-Range: bytes 0-0/10\r\n", "[")
            : GoodAsync(request, "W/\"a\""));

        var report = await ExamineAsync(server.Url);

        Assert.Contains("the bytes 0 to 0", Of(report, "resume").What, StringComparison.Ordinal);
        Assert.Equal((DoctorMark.Wrong, DoctorMark.Note), (Of(report, "resume").Mark, Of(report, "versions").Mark));
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_login_is_told_and_whether_it_is_of_any_use(bool isAsked)
    {
        await using var server = new ScriptedHttpServer(request => isAsked && request["Authorization"] is null
            ? request.AnswerAsync("401 Unauthorized", "WWW-Authenticate: Basic\r\n", "")
            : GoodAsync(request));

        var report = await ExamineAsync(server.Url, "ana");

        Assert.Null(report.Failure);
        Assert.Equal(isAsked ? DoctorMark.Good : DoctorMark.Note, Of(report, "login").Mark);
        Assert.StartsWith("Password and files", Of(report, "TLS").Advice, StringComparison.Ordinal);
        Assert.Contains("user = ana", report.Settings);
        Assert.DoesNotContain(report.Findings, finding => finding.ToString().Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task A_refused_login_ends_the_examination_and_is_tried_once()
    {
        await using var server = new ScriptedHttpServer(request => request.AnswerAsync("401 Unauthorized", "WWW-Authenticate: Basic\r\n", ""));

        var report = await ExamineAsync(server.Url, "ana");

        Assert.IsType<UnreachableException>(report.Failure);
        Assert.Contains("refused the login", Of(report, "server").What, StringComparison.Ordinal);
        Assert.Single(server.Heads);
        Assert.Empty(report.Settings);
    }

    [Fact(Timeout = Limit)]
    public async Task A_redirect_is_told_with_where_it_leads()
    {
        await using var target = new ScriptedHttpServer(request => GoodAsync(request));
        await using var server = new ScriptedHttpServer(request => request.AnswerAsync("301 Moved", $"Location: {target.Url}{request.Target}\r\n", ""));

        var report = await ExamineAsync(server.Url);

        Assert.Contains(target.Url, Of(report, "redirect").What, StringComparison.Ordinal);
        Assert.Contains($"url = {server.Url}", report.Settings);
    }

    [Theory]
    [InlineData("http://h/p", "https://h/p")]
    [InlineData("http://h/p", "http://h/p")]
    public void Where_a_server_sends_everyone_to_https_the_lines_say_so(string asked, string location)
    {
        var seen = new HttpObservations
        {
            Asked = RemoteLocation.Parse(asked), Location = RemoteLocation.Parse(location), Given = new ServerSettings { Url = asked },
            Version = new Version(2, 0), RedirectsTo = location + "/",
        };
        Assert.Equal(["[server]", $"url = {location}"], HttpDiagnosis.Of(seen, DateTimeOffset.UnixEpoch).Settings.AsEnumerable());
    }
}
