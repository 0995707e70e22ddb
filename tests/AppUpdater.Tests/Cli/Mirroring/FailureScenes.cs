using AppUpdater.Core.Disk;
using AppUpdater.Mirroring;
using AppUpdater.Testing;
using static AppUpdater.Tests.Mirroring.MirrorTesting;

namespace AppUpdater.Tests.Cli.Mirroring;

/// <summary>What can go wrong with a mirror, as a command line and what it says in each language. {here} and {port} stand for the scene's.</summary>
/// <param name="Code">The exit code.</param>
/// <param name="English">Part of what is said.</param>
/// <param name="Spanish">The same part; what the server said is quoted.</param>
/// <param name="Arrange">Makes it go wrong, and says what to run.</param>
internal sealed record FailureScene(int Code, string English, string Spanish, Func<FailureStage, Task<string>> Arrange)
{
    internal static IReadOnlyDictionary<string, FailureScene> All { get; } = new Dictionary<string, FailureScene>
    {
        ["login refused"] = new(
            4, "refused the login of user \"reader\": 530 \"Login incorrect.\". Check user and password.",
            "rechazó la entrada del usuario \"reader\": 530 \"Login incorrect.\". Revise el usuario y la contraseña.",
            stage => Run("pull ftp://reader:wrong@127.0.0.1:{port}/ {here}", () => stage.Server.Faults.OnCommand = Refuse("PASS", "530 Login incorrect."))),
        ["no server"] = new(
            4, "127.0.0.1:1 can't be reached: Connection refused. Check address and network.", "No se llega a 127.0.0.1:1: se rechazó la conexión. Revise la dirección y la red.",
            _ => Run("pull ftp://127.0.0.1:1/ {here}")),
        ["server folder missing"] = new(
            4, "/none: it is not there, or anonymous may not read it.", "/none: no existe, o anonymous no lo puede leer.", _ => Run("pull ftp://127.0.0.1:{port}/none {here}")),
        ["file denied"] = new(
            8, "\"a.txt\" on the server changed while it was fetched: there is nothing any more. The next run fetches it anew.",
            "\"a.txt\" cambió en el servidor mientras se descargaba: ya no está el de antes (no queda nada). La próxima ejecución lo descarga de nuevo.",
            stage => Run("pull ftp://127.0.0.1:{port}/ {here}", () =>
            {
                stage.Scene.Served.WriteOld("a.txt", "one");
                stage.Server.Faults.OnCommand = Refuse("RETR", "550 Permission denied.");
            })),
        ["name of the server that no disk holds"] = new(
            8, "lists \"CON\" in /: The path \"CON\" has a name that Windows reserves for a device. Rename it on the server.",
            "muestra \"CON\" en /: La ruta \"CON\" tiene un nombre que Windows reserva para un dispositivo. Cámbiele el nombre en el servidor.",
            stage => Run("pull ftp://127.0.0.1:{port}/ {here}", () => stage.Server.Faults.ExtraListingNames = ["CON"])),
        ["name that the server does not hold"] = new(
            8, "answered 553 \"Bad name.\" to STOR /.a.txt.", "respondió 553 \"Bad name.\" a STOR /.a.txt.",
            stage => Run("push {here} ftp://127.0.0.1:{port}/", () =>
            {
                stage.Scene.Here.WriteOld("a.txt", "one");
                stage.Server.Faults.OnCommand = Refuse("STOR", "553 Bad name.");
            })),
        ["folder where a file is to be"] = new(
            8, "A folder lies at a.txt.", "En a.txt hay una carpeta.",
            stage => Run("pull ftp://127.0.0.1:{port}/ {here}", () =>
            {
                stage.Scene.Served.WriteOld("a.txt", "one");
                stage.Scene.Here.Write("a.txt/b.txt", "in the way");
            })),
        ["file where a folder is to be"] = new(
            8, "A file lies at sub, where a folder is to be.", "En sub hay un archivo donde debe ir una carpeta.",
            stage => Run("pull ftp://127.0.0.1:{port}/ {here}", () =>
            {
                stage.Scene.Served.WriteOld("sub/a.txt", "one");
                stage.Scene.Here.Write("sub", "in the way");
            })),
        ["folder that can't be listed"] = new(
            8, "/sub: it is not there, or anonymous may not read it.",
            "/sub: no existe, o anonymous no lo puede leer.",
            stage => Run("pull ftp://127.0.0.1:{port}/ {here}", () =>
            {
                stage.Scene.Served.WriteOld("sub/a.txt", "one");
                stage.Server.Faults.OnCommand = line => line.EndsWith(" /sub", StringComparison.Ordinal) ? FaultAction.Answer("550 Permission denied.") : null;
            })),
        ["suddenly empty listing"] = new(
            8, "Nothing is removed: the server lists no file at all any more.", "No se borra nada: el servidor ya no muestra ningún archivo.",
            async stage =>
            {
                var file = stage.Scene.Served.WriteOld("a.txt", "one");
                Assert.Equal(0, await stage.RunAsync("pull ftp://127.0.0.1:{port}/ {here} --delete"));
                File.Delete(file);
                return "pull ftp://127.0.0.1:{port}/ {here} --delete";
            }),
        ["more removals than are allowed"] = new(
            8, "Nothing is removed: 2 files are gone from the source, and at most 1 may be removed at once.",
            "No se borra nada: 2 archivos desaparecieron del origen, y se permite borrar 1 como máximo cada vez.",
            async stage =>
            {
                string[] files = [.. new[] { "a", "b", "c" }.Select(name => stage.Scene.Served.WriteOld(name, name))];
                Assert.Equal(0, await stage.RunAsync("pull ftp://127.0.0.1:{port}/ {here} --delete"));
                File.Delete(files[0]);
                File.Delete(files[1]);
                return "pull ftp://127.0.0.1:{port}/ {here} --delete --max-delete 1";
            }),
        ["suddenly empty source"] = new(
            6, "has no file any more, and 1 were sent from it: it looks as if a disk were not mounted.", "ya no tiene ningún archivo, y se habían enviado 1: parece que un disco no está montado.",
            async stage =>
            {
                var file = stage.Scene.Here.WriteOld("a.txt", "one");
                Assert.Equal(0, await stage.RunAsync("push {here} ftp://127.0.0.1:{port}/"));
                File.Delete(file);
                return "push {here} ftp://127.0.0.1:{port}/";
            }),
        ["no source"] = new(
            6, "/none is not there. Nothing was sent or removed. Check whether its disk is mounted.", "/none no existe. No se envió ni se borró nada. Revise si su disco está montado.",
            _ => Run("push {here}/none ftp://127.0.0.1:{port}/")),
        ["no room"] = new(
            6, "a.txt was not fetched: ", "a.txt no se descargó: faltan ",
            stage => Run("pull ftp://127.0.0.1:{port}/ {here} --min-free 900000GB", () => stage.Scene.Served.WriteOld("a.txt", "one"))),
        ["second mirror"] = new(
            6, $"is being mirrored already, by process {Environment.ProcessId} on ", $"ya se está replicando, por el proceso {Environment.ProcessId} en ",
            stage => Run("pull ftp://127.0.0.1:{port}/ {here}", () =>
            {
                var place = MirrorSetup.Of(stage.Server.Options(stage.Scene.Here.Root) with { Url = $"ftp://127.0.0.1:{stage.Server.Port}/" }, MirrorPlace.Pull).Place;
                Directory.CreateDirectory(place.Own);
                stage.Held = MirrorLock.Take(place, DurableFiles.ForThisSystem(), TimeProvider.System);
            })),
        ["log that can't be written"] = new(
            6, "Nothing was transferred. Give the mirror write access to it", "No se transfirió nada. Dé a la réplica permiso de escritura en él",
            stage => Run("pull ftp://127.0.0.1:{port}/ {here} --log-dir {here}/file", () => stage.Scene.Here.Write("file", "no folder"))),
        ["password file missing"] = new(
            6, "/lost for the password is not there.", "/lost de la contraseña no existe.", _ => Run("pull ftp://127.0.0.1:{port}/ {here} --user ana --password-file {here}/lost")),
        ["folders within each other"] = new(
            3, "lie within each other: a mirror would mirror itself. Choose folders apart.", "están una dentro de la otra: la réplica se replicaría a sí misma. Elija carpetas separadas.",
            _ => Run("pull {here}/sub {here}")),
        ["push to what can't be written"] = new(
            3, "http:// can't be written to; use ftp://, ftps:// or a folder.", "En http:// no se puede escribir; use ftp://, ftps:// o una carpeta.",
            _ => Run("push {here} http://127.0.0.1/")),
        ["no host in the URL"] = new(
            2, "URL names no host. Allowed are ftp://", "URL no nombra ningún servidor. Se admiten ftp://", _ => Run("pull ftp:///x {here}")),
        ["URL missing"] = new(
            2, "Required argument 'URL' missing for command: 'pull'.", "Falta el argumento requerido 'URL' para el comando: 'pull'.", _ => Run("pull")),
        ["option's value"] = new(
            2, "--depth \"0\": must be a whole number from 1 to 1000.", "--depth \"0\": debe ser un número entero de 1 a 1000.", _ => Run("pull ftp://127.0.0.1:{port}/ {here} --depth 0")),
        ["no mirror.ini"] = new(
            3, "none.ini: not found at ", "none.ini: no existe en ", _ => Run("run --config {here}/none.ini")),
        ["unknown key in mirror.ini"] = new(
            3, "[scenes] rat is not known; the nearest is rate.", "[scenes] rat no se conoce; la más parecida es rate.",
            stage => Run("run --config {here}/mirror.ini", () => stage.Scene.Here.Write("mirror.ini", "[scenes]\ndirection = pull\nurl = ftp://h/\ndirectory = x\nrat = 1\n"))),
        ["line in mirror.ini"] = new(
            3, "mirror.ini: line 2: neither a [section], nor key = value", "mirror.ini: línea 2: no es una [sección], ni clave = valor",
            stage => Run("run --config {here}/mirror.ini", () => stage.Scene.Here.Write("mirror.ini", "[scenes]\nnothing at all\n"))),
        ["URL missing in mirror.ini"] = new(
            3, "mirror.ini: [scenes] url is missing, and there is no default.", "Falta mirror.ini: [scenes] url, que no tiene valor por omisión.",
            stage => Run("run --config {here}/mirror.ini", () => stage.Scene.Here.Write("mirror.ini", "[scenes]\ndirection = pull\ndirectory = x\n"))),
        ["status of no folder"] = new(
            6, "/none is not there. Check the name, and whether its disk is mounted.", "/none no existe. Revise el nombre y si su disco está montado.", _ => Run("status {here}/none")),
    };

    private static Task<string> Run(string line, Action? arrange = null)
    {
        arrange?.Invoke();
        return Task.FromResult(line);
    }

    private static Func<string, FaultAction?> Refuse(string verb, string reply) =>
        line => line.StartsWith(verb, StringComparison.Ordinal) ? FaultAction.Answer(reply) : null;
}

/// <summary>A mirror's two sides and the command line, for one run of a scene.</summary>
internal sealed class FailureStage : IAsyncDisposable
{
    internal FailureStage() => Server = LoopbackFtpServer.Start(Scene.Served.Root);

    internal MirrorScene Scene { get; } = new();

    internal LoopbackFtpServer Server { get; }

    internal IDisposable? Held { get; set; }

    internal Task<int> RunAsync(string line, params string[] more) =>
        Scene.RunAsync([.. line.Split(' ').Select(word => word.Replace("{here}", Scene.Here.Root, StringComparison.Ordinal).Replace("{port}", $"{Server.Port}", StringComparison.Ordinal)), .. more]);

    public async ValueTask DisposeAsync()
    {
        Held?.Dispose();
        await Server.DisposeAsync();
        Scene.Dispose();
    }
}
