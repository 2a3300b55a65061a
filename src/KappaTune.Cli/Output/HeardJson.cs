using System.Text.Json;
using System.Text.Json.Serialization;
using KappaTune.Cli.Data;

namespace KappaTune.Cli.Output;

/// <summary>What was heard as JSON, schema 1.</summary>
internal sealed class HeardJson
{
    private static readonly JsonSerializerOptions Options = new(EvaluationJson.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly List<FileDocument> _files = [];

    /// <param name="name">The file, as it was named.</param>
    public void Add(string name, HeardFile heard) => _files.Add(heard.Problem is { } problem
        ? new(name, null, null, null, null, problem)
        : new(name, heard.Transcript, heard.LogLikelihood, heard.MeanLogLikelihood, heard.NoSpeech, null));

    public void Write(string path) =>
        OutputFile.Write(path, JsonSerializer.Serialize(new { Schema = 1, Kind = "transcripts", Files = _files }, Options) + "\n");

    private sealed record FileDocument(
        string File, string? Transcript, float? LogLikelihood, float? MeanLogLikelihood, float? NoSpeech, string? Problem);
}
