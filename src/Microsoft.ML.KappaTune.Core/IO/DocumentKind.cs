using System.Text.RegularExpressions;

namespace Microsoft.ML.KappaTune.IO;

/// <summary>A kind of document, such as a scan report. It reads files of the kind, and an error says which kind a wrong file is.</summary>
internal sealed partial class DocumentKind
{
    public static readonly DocumentKind Scan =
        new("a scan report", Has("tensors", "scanned_for"), "ScanReport.Save", "kappatune scan --json");

    public static readonly DocumentKind Plan =
        new("a tuning plan", Has("tensors", "selection"), "TuningPlan.Save", "kappatune select --json");

    public static readonly DocumentKind Tuning =
        new("a tuning report", Has("plan", "best_epoch"), "TuningReport.Save", "kappatune tune --json");

    public static readonly DocumentKind Comparison = new("a comparison", Says("comparison"), "kappatune compare");

    public static readonly DocumentKind Zip = new("a zip archive, as saved models are", _ => false);

    private static readonly DocumentKind[] All =
    [
        // With a plan, a scan has the plan's fields as well.
        Scan, Plan, Tuning, Comparison,
        new("a retention report", Has("tuned_model", "texts")),
        new("an evaluation", Has("micro_accuracy", "confusion")),
        new("an evaluation of transcripts", Has("words", "raw_words")),
        new("a list of transcripts", Says("transcripts")),
        new("a list of PEFT's targets", Has("target_modules", "target_parameters")),
        new("a pre-training report", Says("pretraining")),
        new("a list of a demo's files", Says("demo")),
    ];

    private readonly Func<JsonElement, bool> _describes;
    private readonly string[] _writers;

    private DocumentKind(string name, Func<JsonElement, bool> describes, params string[] writers) =>
        (Name, _describes, _writers) = (name, describes, writers);

    /// <summary>The name, with its article.</summary>
    public string Name { get; }

    /// <summary>What a file is, by how it begins and by its fields; null where it is none of these.</summary>
    public static DocumentKind? Find(string path)
    {
        var start = new byte[4];
        using (FileStream stream = File.OpenRead(path))
            stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (start.AsSpan().StartsWith("PK\x03\x04"u8))
            return Zip;
        // Other files, which may be large, aren't read.
        if (!JsonFile.WithoutMark(start).Span.TrimStart(" \t\r\n"u8).StartsWith("{"u8))
            return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(JsonFile.WithoutMark(File.ReadAllBytes(path)));
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object ? Array.Find(All, kind => kind._describes(root)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads a file of this kind.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How its values are written.</param>
    /// <param name="check">Throws a <see cref="JsonException"/> or an <see cref="ArgumentException"/> for what can't be.</param>
    /// <param name="alternative">What may be given instead, for the message.</param>
    /// <exception cref="FormatException">It is of another kind, or damaged; the message names file, cause and remedy.</exception>
    public T Read<T>(string path, JsonSerializerOptions options, Action<T> check, DocumentKind? alternative = null)
    {
        using FileStream stream = File.OpenRead(path);
        try
        {
            return Deserialize(stream, options, check);
        }
        catch (Exception e) when (IsFault(e))
        {
            string wanted = alternative is null ? Name : $"{Name} or {alternative.Name}";
            string[] writers = [.. _writers, .. alternative?._writers ?? []];
            string writer = writers.Length == 1 ? writers[0] : $"{string.Join(", ", writers[..^1])} or {writers[^1]}";
            throw Find(path) is { } actual && actual != this
                ? new FormatException($"{path} is {actual.Name}; wanted is {wanted}. Name a file that {writer} wrote.", e)
                : new FormatException($"{path} isn't {wanted}: {Damage(path) ?? Explain(e)} Name a file that {writer} wrote.", e);
        }
    }

    /// <summary>The same for what is part of another file.</summary>
    /// <exception cref="FormatException">It isn't of this kind.</exception>
    public T Read<T>(Stream stream, string source, JsonSerializerOptions options, Action<T> check)
    {
        try
        {
            return Deserialize(stream, options, check);
        }
        catch (Exception e) when (IsFault(e))
        {
            throw new FormatException($"{source} isn't {Name}: {Explain(e)}", e);
        }
    }

    /// <summary>What is wrong with a file that isn't JSON at all; null where it is.</summary>
    private static string? Damage(string path)
    {
        ReadOnlyMemory<byte> bytes = JsonFile.WithoutMark(File.ReadAllBytes(path));
        try
        {
            JsonDocument.Parse(bytes).Dispose();
            return null;
        }
        catch (JsonException e)
        {
            string end = bytes.Span.Trim(" \t\r\n"u8).IsEmpty ? ": it is empty" : IsCutOff(bytes.Span) ? ": it was cut off" : "";
            return FormattableString.Invariant($"it isn't valid JSON, line {e.LineNumber + 1}{end}.");
        }
    }

    /// <summary>Whether all is JSON up to the end, where more should follow.</summary>
    private static bool IsCutOff(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes, isFinalBlock: false, default);
            while (reader.Read())
                continue;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>What is wrong, without the names of .NET types that the serializer's own messages have.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="place">Where in the file the serializer began; empty for its beginning.</param>
    public static string Explain(Exception exception, string place = "")
    {
        bool isOurs = exception is not JsonException || exception.Source?.StartsWith("System.Text.Json", StringComparison.Ordinal) != true;
        string path = place + (exception is JsonException { Path: { } below } ? below.TrimStart('$') : "");
        string where = path.TrimStart('.') is { Length: > 0 } field ? $"{CheckpointFormatException.Printable(field)}: " : "";
        string[] names = [.. QuotedNames().Matches(exception.Message).Select(match => match.Value)];
        return exception switch
        {
            _ when isOurs => (place.Length > 0 ? $"{place}: " : "") + PlainText.MessageOf(exception),
            JsonException { InnerException: JsonException } invalid =>
                FormattableString.Invariant($"it isn't valid JSON, line {invalid.LineNumber + 1}."),
            _ when exception.Message.Contains("required properties", StringComparison.Ordinal) =>
                // The type is quoted first.
                $"{where}fields are missing: {string.Join(", ", names[1..])}.",
            _ when exception.Message.Contains("could not be mapped", StringComparison.Ordinal) => $"{where}there is no such field.",
            _ => where.Length > 0 ? $"{where}the value isn't allowed there." : "it isn't a JSON object.",
        };
    }

    private static T Deserialize<T>(Stream stream, JsonSerializerOptions options, Action<T> check)
    {
        T document = JsonSerializer.Deserialize<T>(stream, options) ?? throw new JsonException("It is null.");
        check(document);
        return document;
    }

    private static bool IsFault(Exception e) => e is JsonException or ArgumentException or OverflowException;

    private static Func<JsonElement, bool> Has(params string[] fields) => root => fields.All(field => root.TryGetProperty(field, out _));

    private static Func<JsonElement, bool> Says(string kind) => root =>
        root.TryGetProperty("kind", out JsonElement said) && said.ValueKind == JsonValueKind.String && said.ValueEquals(kind);

    [GeneratedRegex("'[^']*'")]
    private static partial Regex QuotedNames();
}
