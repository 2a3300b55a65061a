using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>Options as an options file has them, with the defaults that were taken.</summary>
internal static class PretrainingOptionsText
{
    /// <summary>The options by their names in a file.</summary>
    public static IReadOnlyDictionary<string, OptionInfo> Options { get; } =
        OptionInfo.AllOf(typeof(PretrainingOptions)).ToDictionary(option => JsonNamingPolicy.CamelCase.ConvertName(option.Name));

    /// <summary>Every field by its name, in the documentation's order; those without a value and a default are left out.</summary>
    public static IEnumerable<(string Name, JsonNode Value)> Fields(PretrainingOptions options) =>
        Options.Select(option => (option.Key, ValueOf(option.Value, options)!)).Where(field => field.Item2 is not null);

    /// <summary>An option's value in a file; null where it isn't set and has no default.</summary>
    public static JsonNode? ValueOf(OptionInfo option, PretrainingOptions options) => option.Name switch
    {
        // A folder is of the machine it was on: only its name is told.
        nameof(options.Tokenizer) => Path.GetFileName(Path.TrimEndingDirectorySeparator(options.TokenizerOrDefault)),
        nameof(options.Intermediate) => options.IntermediateOrDefault,
        _ => option.ValueIn(options) switch
        {
            Enum word => OptionInfo.WordOf(word),
            int number => number,
            double number => number,
            bool flag => flag,
            _ => null,
        },
    };

    /// <summary>What a file may have as an option's value, in words.</summary>
    public static string AllowedAs(OptionInfo option) => option.Type switch
    {
        { IsEnum: true } => $"one of {string.Join(", ", option.Words.Keys)}",
        var type when type == typeof(bool) => "true or false",
        var type when type == typeof(string) => option.Allowed,
        var type => (type == typeof(int) ? "a whole number" : "a number")
            + (option.Minimum is not null ? $", {option.Allowed.Replace(", or null", "")}" : ""),
    };
}
