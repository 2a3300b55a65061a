using System.Text.RegularExpressions;

namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>The names of files and tensors in an adapter's folder, as the Python library PEFT writes them.</summary>
internal static partial class PeftNames
{
    public const string ConfigFile = AdapterConfigFields.FileName;
    public const string WeightsFile = "adapter_model.safetensors";
    public const string PickleFile = "adapter_model.bin";

    /// <summary>What every tensor's name begins with: PEFT wraps the model twice.</summary>
    public const string Prefix = "base_model.model.";

    /// <summary>What a layer itself is called once it has an adapter.</summary>
    public const string Inner = ".base_layer";

    /// <summary>What its own parameters are below then.</summary>
    public const string BaseLayer = $"{Inner}.";

    /// <summary>What a module that was trained whole was before; some versions write that as well.</summary>
    public const string OriginalModule = ".original_module.";

    private const string EndOfA = ".lora_A.weight", EndOfB = ".lora_B.weight", EndOfMagnitude = ".lora_magnitude_vector";

    /// <summary>
    /// A name without the adapter's own, such as <c>default</c>, which PEFT leaves out where it saves and other programs leave in; and
    /// that name, or null.
    /// </summary>
    public static string WithoutAdapterName(string name, out string? adapter)
    {
        Match match = AdapterName().Match(name);
        adapter = match.Success ? match.Groups["adapter"].Value : null;
        if (!match.Success)
            return name;
        string kept = match.Groups["matrix"].Success ? $".{match.Groups["matrix"].Value}." : ".";
        return string.Concat(name.AsSpan(0, match.Index), kept, name.AsSpan(match.Index + match.Length));
    }

    public static string A(string module) => module + EndOfA;

    public static string B(string module) => module + EndOfB;

    /// <summary>The layer, and whether it is its B, of a name without the prefix; null where it isn't an adapter's tensor.</summary>
    public static (string Module, bool IsB)? Adapter(string name) =>
        name.EndsWith(EndOfA, StringComparison.Ordinal) ? (name[..^EndOfA.Length], false)
        : name.EndsWith(EndOfB, StringComparison.Ordinal) ? (name[..^EndOfB.Length], true)
        : null;

    public static string Magnitude(string module) => module + EndOfMagnitude;

    /// <summary>The layer whose rows' lengths a tensor has; null where it isn't such a one. Some versions write it as a weight.</summary>
    public static string? MagnitudeOf(string name)
    {
        string stem = name.EndsWith(".weight", StringComparison.Ordinal) ? name[..^".weight".Length] : name;
        return stem.EndsWith(EndOfMagnitude, StringComparison.Ordinal) ? stem[..^EndOfMagnitude.Length] : null;
    }

    [GeneratedRegex(
        @"\.(?:(?<matrix>lora_[AB]|lora_magnitude_vector)|modules_to_save)\.(?<adapter>[^.]+)\.(?=.)", RegexOptions.CultureInvariant)]
    private static partial Regex AdapterName();
}
