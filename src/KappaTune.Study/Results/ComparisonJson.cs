using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>A comparison as JSON, format 1.</summary>
public static class ComparisonJson
{
    public const int Format = 1;

    public const string Kind = "comparison";

    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        // A κ may be infinite.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>Writes the file, whole or not at all.</summary>
    public static void Save(ComparisonResult document, string path) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, document, Options));

    /// <exception cref="FormatException">The file isn't a comparison; the message names the file and the field.</exception>
    public static ComparisonResult Load(string path) => DocumentKind.Comparison.Read<ComparisonResult>(path, Options, Check);

    private static void Check(ComparisonResult document)
    {
        if (document.Kind != Kind || document.Format != Format)
        {
            throw new JsonException(
                $"Its kind is \"{document.Kind}\" and its format {document.Format}; this version reads \"{Kind}\", {Format}.");
        }
    }
}
