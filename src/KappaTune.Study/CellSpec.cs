using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>All that decides a run's result: runs with equal identities are one run.</summary>
public sealed record CellIdentity
{
    /// <summary>Raised when the same inputs would give other results.</summary>
    internal const int CurrentVersion = 2;

    public int Version { get; init; } = CurrentVersion;

    /// <summary>Identity of the base model's weights and tokenizer.</summary>
    public required string Base { get; init; }

    /// <summary>Identity of the rows.</summary>
    public required string Task { get; init; }

    /// <summary>Identity of each control text.</summary>
    public required IReadOnlyList<string> Controls { get; init; }

    /// <summary>Names, in the checkpoint, of what trains or has an adapter, in ordinal order.</summary>
    public required IReadOnlyList<string> Tensors { get; init; }

    /// <summary>The adapters' rank; 0 where the tensors themselves train, or ranks are fitted to a number of parameters.</summary>
    public required int Rank { get; init; }

    /// <summary>The most parameters of the adapters, which their ranks are fitted to; null where they aren't.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? AdapterParameters { get; init; }

    public required double LearningRate { get; init; }

    public required double HeadLearningRate { get; init; }

    public required int Epochs { get; init; }

    /// <summary>How many of the epochs, at the beginning, train the new head alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int HeadEpochs { get; init; }

    public required int BatchSize { get; init; }

    public required int Seed { get; init; }

    public required string Device { get; init; }

    /// <summary>The number of threads, on which the last bits of sums depend.</summary>
    public required int Threads { get; init; }

    /// <summary>A name for the run's file.</summary>
    internal string Key() =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, ComparisonJson.Options)).AsSpan(0, 16));
}

/// <summary>A run to do: what it is, what it is called, and where its files are.</summary>
public sealed record CellSpec
{
    public required CellIdentity Identity { get; init; }

    public required string Method { get; init; }

    public required int Draw { get; init; }

    /// <summary>The base model's folder, or the name of the embedded one.</summary>
    public required string Base { get; init; }

    public required TaskFiles Task { get; init; }

    /// <summary>The control texts' paths, or names of <see cref="RetentionTexts"/>.</summary>
    public required IReadOnlyList<string> Controls { get; init; }

    /// <summary>The comparison's folder, in which what is known of the base is, and to which the result goes.</summary>
    public required string Output { get; init; }

    internal string ToJson() => JsonSerializer.Serialize(this, ComparisonJson.Options);

    /// <exception cref="FormatException">It isn't one.</exception>
    public static CellSpec Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<CellSpec>(json, ComparisonJson.Options) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"Standard input isn't a cell of a comparison: {e.Message}", e);
        }
    }
}
