namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>What a template gets beside the messages.</summary>
internal sealed record ChatRendering
{
    private static readonly Dictionary<string, JsonElement> None = [];

    /// <summary>Whether the text ends with what comes before an answer.</summary>
    public bool AddGenerationPrompt { get; init; }

    /// <summary>A JSON list of the functions that the model may call; null for none.</summary>
    public JsonElement? Tools { get; init; }

    /// <summary>A JSON list of documents; null for none.</summary>
    public JsonElement? Documents { get; init; }

    /// <summary>Variables such as <c>bos_token</c> and <c>enable_thinking</c>, by name; they come before what is above.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = None;

    /// <summary>The tokens that are plain text in messages, tools and documents; none where those may use special ones.</summary>
    public IReadOnlyCollection<string> PlainTokens { get; init; } = [];

    /// <summary>What <c>strftime_now</c> reads.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
