using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// What a language model wrote behind a prompt before tuning and after, the likeliest token each time and 64 tokens at most. Immutable.
/// </summary>
/// <param name="Prompt">The text that it went on with.</param>
/// <param name="Before">What the base model wrote.</param>
/// <param name="After">What the tuned model wrote.</param>
public sealed record RetentionAnswer(
    [property: JsonRequired] string Prompt, [property: JsonRequired] string Before, [property: JsonRequired] string After)
{
    /// <summary>Whether both are the same, letter for letter.</summary>
    [JsonIgnore]
    public bool IsSame => Before == After;
}
