using System.Text.Json;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>A field that changes the result in a way that isn't supported.</summary>
/// <param name="Name">The field.</param>
/// <param name="Cause">What it asks for, as the end of a sentence.</param>
/// <param name="Remedy">What to do about it, a sentence.</param>
/// <param name="Allowed">The values that ask for nothing of the kind, as JSON without quotes; none: false and what is empty.</param>
internal sealed record RefusedField(string Name, string Cause, string Remedy, params string[] Allowed)
{
    /// <summary>Whether this value asks for it; null never does.</summary>
    public bool IsAskedForBy(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => false,
        JsonValueKind.String when Allowed.Length == 0 => value.GetString()!.Length > 0,
        JsonValueKind.String => !Allowed.Contains(value.GetString()),
        _ when Allowed.Length > 0 => !Allowed.Contains(value.GetRawText()),
        JsonValueKind.False => false,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        _ => true,
    };
}
