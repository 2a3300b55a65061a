using System.Globalization;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>What a GGUF file says of its model, checked as it is asked for.</summary>
internal sealed class GgufMetadata(string file, IReadOnlyDictionary<string, object> values)
{
    public const string ArchitectureKey = "general.architecture";

    public string File => file;

    public IEnumerable<string> Keys => values.Keys;

    /// <summary>The name of the model's kind, with which the keys of its sizes begin.</summary>
    public string Architecture => Text(ArchitectureKey);

    /// <summary>A key of the architecture's own.</summary>
    public string Own(string key) => $"{Architecture}.{key}";

    public bool Has(string key) => values.ContainsKey(key);

    /// <summary>A number, a bool, a string or an array of one of them, as it is in the file.</summary>
    public object? Find(string key) => values.GetValueOrDefault(key);

    public string? FindText(string key) => Find<string>(key, "a text");

    public string Text(string key) => FindText(key) ?? throw Missing(key);

    public bool? FindFlag(string key) => values.TryGetValue(key, out object? value)
        ? value as bool? ?? throw Fault(key, "it isn't a bool")
        : null;

    public string[]? FindTexts(string key) => Find<string[]>(key, "an array of texts");

    public float[]? FindNumbers(string key) => Find<float[]>(key, "an array of 32-bit numbers");

    public int[]? FindIntegers(string key) => values.GetValueOrDefault(key) switch
    {
        null => null,
        int[] integers => integers,
        uint[] integers when Array.TrueForAll(integers, one => one <= int.MaxValue) => [.. integers.Select(one => (int)one)],
        _ => throw Fault(key, "it isn't an array of 32-bit integers"),
    };

    /// <summary>A whole number from 0 on, of any of the integer types; where layers have one each, they must be equal.</summary>
    public int? FindWhole(string key)
    {
        if (!values.TryGetValue(key, out object? value))
            return null;
        if (value is Array { Length: > 0 } list and not bool[] and not string[])
        {
            object first = list.GetValue(0)!;
            if (list.Cast<object>().Any(other => !other.Equals(first)))
                throw Refuse(key, "it differs from layer to layer, which isn't supported", "Use a model whose layers are alike.");
            value = first;
        }

        long? number = value switch
        {
            byte one => one,
            sbyte one => one,
            ushort one => one,
            short one => one,
            uint one => one,
            int one => one,
            ulong one => one <= long.MaxValue ? (long)one : null,
            long one => one,
            _ => null,
        };
        return number is >= 0 and <= int.MaxValue ? (int)number : throw Fault(key, $"it isn't a whole number from 0 to {int.MaxValue}");
    }

    /// <summary>A whole number from 1 on.</summary>
    public int? FindCount(string key) => FindWhole(key) is not { } count ? null : count > 0 ? count : throw Fault(key, "it is 0");

    public int Count(string key) => FindCount(key) ?? throw Missing(key);

    public double? FindNumber(string key)
    {
        double? number = values.GetValueOrDefault(key) switch
        {
            null => null,
            // As the number was written before it was rounded: 1e-5, not what is nearest to it in 32 bits.
            float one => double.Parse(one.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
            double one => one,
            _ => FindWhole(key),
        };
        return number is null || double.IsFinite(number.Value) ? number : throw Fault(key, "it isn't a finite number");
    }

    public double Number(string key) => FindNumber(key) ?? throw Missing(key);

    /// <summary>The error for a value that is of the wrong kind: the file is damaged.</summary>
    public CheckpointFormatException Fault(string key, string reason) => new(file, reason, GgufReader.Damaged, field: key);

    /// <summary>The error for a value that may be valid but isn't supported.</summary>
    public CheckpointFormatException Refuse(string key, string reason, string remedy) => new(file, reason, remedy, field: key);

    private CheckpointFormatException Missing(string key) => Fault(key, "it is missing");

    private T? Find<T>(string key, string kind)
        where T : class => values.TryGetValue(key, out object? value)
            ? value as T ?? throw Fault(key, $"it isn't {kind}")
            : null;
}
