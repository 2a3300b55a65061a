using Microsoft.Extensions.AI;

namespace Microsoft.ML.KappaTune;

/// <summary>What requests to chat clients and to embedding generators have in common.</summary>
internal static class ModelRequest
{
    /// <summary>How metadata names who provides the model.</summary>
    public const string Provider = "kappatune";

    /// <summary>Refuses another model than the one there is, and properties that nobody knows.</summary>
    /// <param name="options">The name of the options' type.</param>
    /// <param name="modelId">The model that is asked for; null for any.</param>
    /// <param name="ownId">The model that is there; null where it has no name.</param>
    /// <param name="properties">Further properties that are asked for.</param>
    /// <param name="remedy">What to do instead of giving such properties.</param>
    /// <exception cref="UnsupportedRequestException">One of both is asked for.</exception>
    public static void Refuse(string options, string? modelId, string? ownId, AdditionalPropertiesDictionary? properties, string remedy)
    {
        if (modelId is not null && modelId != ownId)
        {
            throw new UnsupportedRequestException(
                $"{options}.ModelId",
                ownId is null ? $"the one model that is there has no name, and {modelId} is asked for"
                    : $"{modelId} is asked for, and the one model that is there is {ownId}",
                "Leave it null.");
        }

        if (properties is { Count: > 0 })
        {
            throw new UnsupportedRequestException(
                $"{options}.AdditionalProperties",
                $"{string.Join(", ", properties.Keys.Order(StringComparer.Ordinal))}: no property is known", remedy);
        }
    }
}
