namespace AppUpdater.EndToEndTests.RealServers;

/// <summary>The one user of the servers that keep users in a file.</summary>
public static class ServerLogin
{
    public const string User = "tester";
    public const string Password = "secret";

    /// <summary>The password as crypt(3) keeps it, in SHA-256 with few rounds: tests log in often.</summary>
    public const string Crypted = "$5$rounds=1000$appupdater$Zc1ZXx0mZYHPAyygAhJfZt/vx0DeVj8nCJnjjfq5i51";
}
