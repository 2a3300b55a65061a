using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>Options as an options file has them, with the defaults that were taken.</summary>
internal static class PretrainingOptionsText
{
    /// <summary>Every field by its name, in the order of the documentation; those that aren't set and have no default are left out.</summary>
    public static IEnumerable<(string Name, JsonNode Value)> Fields(PretrainingOptions options)
    {
        foreach (PropertyInfo property in typeof(PretrainingOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            string name = $"{char.ToLowerInvariant(property.Name[0])}{property.Name[1..]}";
            if (!PretrainingOptionsFile.Fields.Contains(name))
                continue;
            object? value = name switch
            {
                // A folder is of the machine it was on: only its name is told.
                "tokenizer" => Path.GetFileName(Path.TrimEndingDirectorySeparator(options.TokenizerOrDefault)),
                "intermediate" => options.IntermediateOrDefault,
                _ => property.GetValue(options),
            };
            if (value is not null)
                yield return (name, ToNode(value));
        }
    }

    private static JsonNode ToNode(object value) => value switch
    {
        PretrainingObjective.NextToken => JsonValue.Create("next-token"),
        Enum word => JsonValue.Create(word.ToString().ToLowerInvariant()),
        int number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        bool flag => JsonValue.Create(flag),
        _ => JsonValue.Create(Convert.ToString(value, CultureInfo.InvariantCulture)!),
    };
}
