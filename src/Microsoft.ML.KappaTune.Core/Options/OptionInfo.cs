using System.Collections.Concurrent;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune;

/// <summary>One option: a property, and what its type and its attributes say about it, for command lines, forms and sweeps.</summary>
public sealed partial class OptionInfo
{
    private static readonly ConcurrentDictionary<Type, OptionInfo[]> Known = new();

    private readonly PropertyInfo _property;
    private readonly ValidationAttribute[] _rules;
    private readonly RangeAttribute? _range;
    private readonly bool _isNullable;

    private OptionInfo(PropertyInfo property)
    {
        _property = property;
        _rules = [.. property.GetCustomAttributes<ValidationAttribute>()];
        // Of times it has no numbers.
        _range = _rules.OfType<RangeAttribute>().SingleOrDefault(range => range.OperandType != typeof(TimeSpan));
        _isNullable = new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
        Type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        Allowed = AllowedOf(property) + (_isNullable && (_rules.Length > 0 || Type.IsEnum) ? ", or null" : "");
    }

    /// <summary>The property's name.</summary>
    public string Name => _property.Name;

    /// <summary>The type of a value that isn't null.</summary>
    public Type Type { get; }

    /// <summary>What is allowed, in words: <c>above 0 and at most 1</c>.</summary>
    public string Allowed { get; }

    /// <summary>The lowest number that is allowed, or that numbers are above; null where there is none.</summary>
    public double? Minimum => _range is null ? null : Convert.ToDouble(_range.Minimum, CultureInfo.InvariantCulture);

    /// <summary>The highest number that is allowed, or that numbers are below; null where there is none.</summary>
    public double? Maximum => _range is null || IsOpen(_range) ? null : Convert.ToDouble(_range.Maximum, CultureInfo.InvariantCulture);

    /// <summary>Whether numbers are above <see cref="Minimum"/>, which isn't allowed itself.</summary>
    public bool MinimumIsExclusive => _range is { MinimumIsExclusive: true };

    /// <summary>Whether numbers are below <see cref="Maximum"/>, which isn't allowed itself.</summary>
    public bool MaximumIsExclusive => _range is { MaximumIsExclusive: true };

    /// <summary>One line for help and documentation; empty where the property has none.</summary>
    public string Description => _property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "";

    /// <summary>Whether other values may give another result.</summary>
    public bool ChangesResult => !_property.IsDefined(typeof(NoEffectOnResultAttribute));

    /// <summary>The name in a run's identity that stands for the option: its own, unless an attribute gives another.</summary>
    internal string IdentifiedBy => _property.GetCustomAttribute<IdentifiedByAttribute>()?.Name ?? Name;

    /// <summary>Whether a run's identity holds the value under the option's own name.</summary>
    public bool IsInIdentity => ChangesResult && IdentifiedBy == Name;

    /// <summary>An enumeration's values by their words in files and on command lines: <c>next-token</c>, <c>bfloat16</c>.</summary>
    public IReadOnlyDictionary<string, object> Words => (_rules.OfType<AllowedValuesAttribute>().SingleOrDefault()?.Values
        ?? Enum.GetValues(Type).Cast<object?>()).ToDictionary(value => WordOf((Enum)value!), value => value!);

    /// <summary>The word for an enumeration's value.</summary>
    public static string WordOf(Enum value) => NewWord().Replace(value.ToString(), "-").ToLowerInvariant();

    /// <summary>The options of a type: its settable properties, those of the base type first.</summary>
    public static IReadOnlyList<OptionInfo> AllOf(Type type) => Known.GetOrAdd(type, static type =>
    [
        .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)
            .OrderBy(property => Depth(property.DeclaringType)).Select(property => new OptionInfo(property)),
    ]);

    /// <summary>The option that a property is.</summary>
    /// <param name="type">Options.</param>
    /// <param name="name">The property's name.</param>
    public static OptionInfo Get(Type type, string name) => AllOf(type).Single(option => option.Name == name);

    /// <summary>The value that options have.</summary>
    public object? ValueIn(object options) => _property.GetValue(options);

    /// <summary>Sets the value, also of a property that only an initializer can set: for objects that nobody else has yet.</summary>
    public void SetValueIn(object options, object? value) => _property.SetValue(options, value);

    /// <summary>Whether the type and the attributes allow the value.</summary>
    public bool Allows(object? value) => value is null
        ? _isNullable
        : _rules.All(rule => rule.IsValid(value)) && (!Type.IsEnum || Enum.IsDefined(Type, value));

    /// <summary>What is wrong with the value, in one sentence.</summary>
    public static string Problem(string name, object? value, string allowed) => $"{name} is {TextOf(value)}; allowed is {allowed}.";

    /// <summary>A value as messages have it.</summary>
    internal static string TextOf(object? value) => value switch
    {
        null => "null",
        string text when string.IsNullOrWhiteSpace(text) => "empty",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private string AllowedOf(PropertyInfo property)
    {
        if (property.GetCustomAttribute<AllowedAttribute>() is { } allowed)
            return allowed.Text;
        if (_rules.OfType<AllowedValuesAttribute>().SingleOrDefault() is { } values)
            return string.Join(", ", values.Values);
        if (Type.IsEnum)
            return string.Join(", ", Enum.GetNames(Type));
        if (_range is not null)
            return AllowedIn(_range);
        return _rules.Length > 0 ? "not empty" : "not null";
    }

    private static string AllowedIn(RangeAttribute range)
    {
        FormattableString text = (range.MinimumIsExclusive, range.MaximumIsExclusive) switch
        {
            (true, _) when range.Maximum is double.MaxValue => $"above {range.Minimum} and finite",
            (true, _) when IsOpen(range) => $"above {range.Minimum}",
            (false, _) when IsOpen(range) => $"{range.Minimum} or more",
            (true, _) => $"above {range.Minimum} and {(range.MaximumIsExclusive ? "below" : "at most")} {range.Maximum}",
            (false, true) => $"{range.Minimum} or more and below {range.Maximum}",
            _ => $"from {range.Minimum} to {range.Maximum}",
        };
        return FormattableString.Invariant(text);
    }

    private static bool IsOpen(RangeAttribute range) => range.Maximum is int.MaxValue or (double)long.MaxValue or double.PositiveInfinity;

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex NewWord();

    private static int Depth(Type? type) => type is null ? 0 : 1 + Depth(type.BaseType);
}
