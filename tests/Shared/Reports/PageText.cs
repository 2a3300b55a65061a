using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Microsoft.ML.KappaTune.Tests.Reports;

/// <summary>What every page keeps to, found in its text.</summary>
internal static partial class PageText
{
    public static void LoadsNothing(string page)
    {
        string markup = ScriptBody().Replace(page, "");
        Assert.DoesNotMatch(@"(?i)\b(src|href|srcset|action|data)\s*=|@import|url\(|<(link|iframe|object|embed|base)\b", markup);
        Assert.DoesNotMatch(@"(?i)https?:|//[a-z]", markup);
        string script = Script(page);
        Assert.DoesNotMatch(@"\bfetch\(|XMLHttpRequest|\bimport\(|WebSocket|sendBeacon|EventSource|importScripts", script);
        // Left are the addresses of licences, in comments that have to stay.
        Assert.DoesNotContain("http", LegalComment().Replace(script, ""));
    }

    public static void RunsItsOwnScriptOnly(string page)
    {
        string policy = Regex.Match(page, "http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\"").Groups[1].Value;
        Assert.StartsWith("default-src 'none'; script-src 'sha256-", policy);
        Assert.Contains(Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Script(page)))), policy);
    }

    public static string[] Elements(string page) => [.. Regex.Matches(page, "</?[a-zA-Z][a-zA-Z0-9]*").Select(match => match.Value)];

    /// <summary>The data, as they stand in the page.</summary>
    public static string DataText(string page) => ScriptBody().Matches(page)[0].Groups[1].Value;

    public static JsonElement DataOf(string page) => JsonDocument.Parse(DataText(page)).RootElement;

    private static string Script(string page) => ScriptBody().Matches(page)[1].Groups[1].Value;

    [GeneratedRegex("<script[^>]*>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex ScriptBody();

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex LegalComment();
}
