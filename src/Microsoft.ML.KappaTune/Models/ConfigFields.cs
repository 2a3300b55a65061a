using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>The fields of a configuration, checked as they are read; a field that is missing or null has its family's default.</summary>
internal sealed class ConfigFields(string source, JsonElement root)
{
    /// <summary>Far more than any encoder has, and few enough to list.</summary>
    public const int MostLayers = 1000;

    public int Count(string name, int byDefault, int most = int.MaxValue) => Whole(name, byDefault, 1, most);

    /// <summary>The number of one of so many things.</summary>
    public int Index(string name, int byDefault, int count) => Whole(name, byDefault, 0, count - 1);

    public double Probability(string name, double byDefault) =>
        Number(name, byDefault, value => value is >= 0 and < 1, "it isn't a number from 0 to below 1");

    public double Positive(string name, double byDefault) =>
        Number(name, byDefault, value => value > 0 && double.IsFinite(value), "it isn't a positive number");

    public bool Flag(string name, bool byDefault) => Given(name) is not { } value ? byDefault
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Fault(name, "it isn't true or false", JsonFile.Remedy);

    public string? Text(string name, string? byDefault) => Given(name) is not { } value ? byDefault
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Fault(name, "it isn't a string", JsonFile.Remedy);

    public string Activation(string name)
    {
        string value = Text(name, "gelu")!;
        return Models.Activation.IsKnown(value) ? value : throw Fault(
            name,
            $"the activation \"{CheckpointFormatException.Printable(value)}\" isn't supported",
            $"Use a model with one of {Models.Activation.Names}.");
    }

    public CheckpointFormatException Fault(string field, string reason, string remedy) => new(source, reason, remedy, field: field);

    private int Whole(string name, int byDefault, int least, int most)
    {
        if (Given(name) is not { } value)
            return byDefault;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least && number <= most
            ? number
            : throw Fault(name, $"it isn't a whole number from {least} to {most}", JsonFile.Remedy);
    }

    private double Number(string name, double byDefault, Func<double, bool> isValid, string reason)
    {
        if (Given(name) is not { } value)
            return byDefault;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && isValid(number)
            ? number
            : throw Fault(name, reason, JsonFile.Remedy);
    }

    private JsonElement? Given(string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;
}
