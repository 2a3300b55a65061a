using System.Text.RegularExpressions;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>What to know of an adapter that is used with a base.</summary>
internal static partial class AdapterWarnings
{
    /// <summary>Fields that nobody knows, and whether it was trained on another base; none without an adapter.</summary>
    public static IReadOnlyList<string> Of(string? folder, Checkpoint baseModel) =>
        folder is null ? [] : [.. UnknownFields.OfAdapter(folder), .. OfOrigin(folder, baseModel)];

    /// <summary>
    /// A warning where the adapter's base had codes for weights, as its name says, and this one hasn't: the adapter makes up for what
    /// rounding changed, which isn't here. An adapter that can't be read has none: whoever reads it says what is wrong.
    /// </summary>
    public static IReadOnlyList<string> OfOrigin(string folder, Checkpoint baseModel)
    {
        try
        {
            return PendingAdapter.Find(folder, PeftNames.ConfigFile) is { } file
                && AdapterConfig.Read(file).BaseModel is { } name && Quantised().IsMatch(name)
                && baseModel.Weights.All(weight => weight.CodeBits is null)
                ? [Warning(file, CheckpointFormatException.Printable(name), baseModel.Path)]
                : [];
        }
        catch (CheckpointFormatException)
        {
            return [];
        }
    }

    private static string Warning(string file, string name, string path) =>
        $"{file}, base_model_name_or_path: the adapter was trained on {name}, whose weights are quantised by its name; those of {path} "
        + "aren't, so that the results differ by what rounding changed. Take the quantised model for the same results.";

    /// <summary>Words by which publishers mark quantised models.</summary>
    [GeneratedRegex(
        @"(?:^|[-_/. ])(?:[2-8]-?bit|bnb|nf4|fp4|fp8|int[48]|w[48]a16|awq|gptq|gguf|q[2-8]_[01k])(?:$|[-_/. ])",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Quantised();
}
