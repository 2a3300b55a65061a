using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune.Tests.Options;

/// <summary>What documentation says of an option's default and range is what the option itself says.</summary>
public partial class OptionStatementTests
{
    private static readonly Type[] Types =
    [
        typeof(KappaTuneTextClassificationTrainer.Options), typeof(KappaTuneEmbeddingEstimator.Options), typeof(ScanOptions),
        typeof(KappaSelection), typeof(TuningMethod),
    ];

    public static TheoryData<string> Names => [.. Types.SelectMany(type => OptionInfo.AllOf(type).Select(option => $"{type.FullName}:{option.Name}"))];

    [Theory, MemberData(nameof(Names))]
    public void Documentation_tells_default_and_range(string name)
    {
        (Type type, OptionInfo option) = Find(name);
        string text = Documentation(type.GetProperty(option.Name)!);
        object? value = option.ValueIn(Activator.CreateInstance(type)!);
        Match stated = StatedDefault().Match(text);
        Assert.True(stated.Success || text.Contains("Required.", StringComparison.Ordinal), text);
        if (Comparable(value) is { } expected && option.Name != nameof(TuningMethod.Alpha))
            Assert.Equal(expected, Number(stated.Groups[1].Value));
        bool isNumber = option.Type == typeof(int) || option.Type == typeof(double);
        // Where 0 is allowed for a whole number, it means something else, which is told.
        if (isNumber && option.Allowed is not ("not null" or "0 or more"))
            Assert.All(option.Allowed.Replace(", or null", "").Split(" and "), bound => Assert.Contains(bound, text, StringComparison.Ordinal));
    }

    private static (Type Type, OptionInfo Option) Find(string name)
    {
        string[] parts = name.Split(':');
        Type type = Types.Single(type => type.FullName == parts[0]);
        return (type, OptionInfo.Get(type, parts[1]));
    }

    private static string? Comparable(object? value) => value switch
    {
        null => "null",
        Enum => value.ToString(),
        bool flag => flag ? "true" : "false",
        IFormattable number => Number(number.ToString(null, CultureInfo.InvariantCulture)),
        _ => null,
    };

    private static string Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value.ToString("R", CultureInfo.InvariantCulture) : text;

    private static string Documentation(PropertyInfo property)
    {
        Type type = property.DeclaringType!;
        string id = $"P:{type.FullName!.Replace('+', '.')}.{property.Name}";
        XElement summary = XDocument.Load(Path.ChangeExtension(type.Assembly.Location, ".xml"))
            .Descendants("member").Single(member => (string?)member.Attribute("name") == id).Element("summary")!;
        foreach (XElement reference in summary.Descendants("see").ToArray())
            reference.ReplaceWith(((string?)reference.Attribute("cref") ?? "").Split('.')[^1]);
        return Spaces().Replace(summary.Value, " ").Trim();
    }

    [GeneratedRegex(@"[Dd]efault: (.+?)[.,;]?(?: |$)")]
    private static partial Regex StatedDefault();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
