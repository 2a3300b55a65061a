namespace Microsoft.ML.KappaTune.Layers;

/// <summary>The activation functions that a configuration may name.</summary>
internal static class Activation
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Functions = new(StringComparer.Ordinal)
    {
        ["gelu"] = x => x.gelu(),
        ["gelu_new"] = TanhGelu,
        ["gelu_pytorch_tanh"] = TanhGelu,
        ["relu"] = x => x.relu(),
        ["silu"] = x => x.silu(),
        ["swish"] = x => x.silu(),
        ["tanh"] = x => x.tanh(),
    };

    /// <summary>All names, for messages.</summary>
    public static string Names { get; } = string.Join(", ", Functions.Keys);

    /// <summary>The name in a field of a configuration.</summary>
    /// <exception cref="CheckpointFormatException">The function isn't supported.</exception>
    public static string Read(ConfigFields fields, string field, string byDefault)
    {
        string name = fields.Text(field, byDefault)!;
        return Functions.ContainsKey(name) ? name : throw fields.Fault(
            field, $"the activation \"{CheckpointFormatException.Printable(name)}\" isn't supported", $"Use a model with one of {Names}.");
    }

    /// <summary>The function of a name that is known.</summary>
    public static Func<Tensor, Tensor> Function(string name) => Functions[name];

    /// <summary>x·Φ(x) with the approximation of Φ by tanh: ½x(1 + tanh(√(2/π)(x + 0.044715x³))).</summary>
    private static Tensor TanhGelu(Tensor x)
    {
        using var scope = NewDisposeScope();
        Tensor inner = x.Squared().TimesInPlace(0.044715).PlusInPlace(1.0).mul(x).TimesInPlace(Math.Sqrt(2 / Math.PI));
        return inner.tanh().Plus(1).mul(x).TimesInPlace(0.5).MoveToOuterDisposeScope();
    }
}
