namespace Microsoft.ML.KappaTune;

/// <summary>Which of the matrices that a tensor holds.</summary>
public enum TensorPart
{
    /// <summary>Attention queries.</summary>
    Query,

    /// <summary>Attention keys.</summary>
    Key,

    /// <summary>Attention values.</summary>
    Value,

    /// <summary>The projection whose output goes through the activation, whatever the model's code calls it.</summary>
    Gate,

    /// <summary>The projection that is multiplied by the gate.</summary>
    Up,
}

internal static class TensorParts
{
    /// <summary>The part in names: <c>query</c>.</summary>
    public static string Label(this TensorPart part) => part.ToString().ToLowerInvariant();
}
