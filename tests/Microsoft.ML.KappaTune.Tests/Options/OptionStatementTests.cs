using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.KappaTune.Tests.Options;

/// <summary>What documentation says of an option's default and range is what the option itself says.</summary>
public partial class OptionStatementTests
{
    private static readonly Type[] Types =
    [
        typeof(KappaTuneTextClassificationTrainer.Options), typeof(KappaTuneEmbeddingEstimator.Options), typeof(ScanOptions),
        typeof(KappaSelection), typeof(TuningMethod), typeof(RetentionBudget), typeof(KappaTuneLanguageModelEstimator.Options),
        typeof(GenerationOptions), typeof(ClassLabels), typeof(LogMelOptions), typeof(KappaTuneSpeechEstimator.Options),
        typeof(FusionOptions),
    ];

    /// <summary>Tables of what isn't in the one of all trainings.</summary>
    private const string OfLanguageModels = "## Language models", OfSpeech = "## Speech";

    public static TheoryData<string, Type> Tables => new()
    {
        { "## Training", typeof(KappaTuneTextClassificationTrainer.Options) },
        { OfLanguageModels, typeof(KappaTuneLanguageModelEstimator.Options) },
        { OfSpeech, typeof(KappaTuneSpeechEstimator.Options) },
        { "## Classes as words", typeof(ClassLabels) },
        { "## Selection", typeof(KappaSelection) },
        { "## Method", typeof(TuningMethod) },
        { "## Early stopping", typeof(EarlyStopping) },
        { "## Budget", typeof(RetentionBudget) },
        { "## Generation", typeof(GenerationOptions) },
        { "## Sound", typeof(LogMelOptions) },
        { "## Fusion", typeof(FusionOptions) },
        { "## Scans", typeof(ScanOptions) },
        { "## Embeddings", typeof(KappaTuneEmbeddingEstimator.Options) },
    };

    [Theory, MemberData(nameof(Tables))]
    public void The_documentation_has_the_table_of_the_options(string heading, Type type)
    {
        object defaults = type == typeof(EarlyStopping) ? new EarlyStopping() : Activator.CreateInstance(type)!;
        IEnumerable<OptionInfo> options = OptionInfo.AllOf(type)
            .Where(option => heading is not (OfLanguageModels or OfSpeech) || type.GetProperty(option.Name)!.DeclaringType == type);
        DocumentationTable.AssertRows("options.md", heading, [.. options.Select(option =>
        {
            string allowed = option.Type == typeof(bool) ? "" : option.Allowed is "not null" ? "" : option.Allowed;
            string meaning = DocumentationTable.Summary(type.GetProperty(option.Name)!).Split(". ")[0].TrimEnd('.');
            if (ZeroApart().Match(meaning) is { Success: true } zero)
                (allowed, meaning) = ($"1 or more, or {zero.Groups["zero"]}", ZeroApart().Replace(meaning, "${rest}"));
            bool isOfTraining = heading is "## Training" or OfLanguageModels or OfSpeech;
            string effect = isOfTraining ? $" {(option.ChangesResult ? "yes" : "no")} |" : "";
            return $"| `{option.Name}` | {DefaultOf(option, defaults)} | {allowed} |{effect} {WithoutRange(meaning, allowed)}. |";
        })]);
    }

    /// <summary>What a column of its own says needs no repeating.</summary>
    private static string WithoutRange(string meaning, string allowed)
    {
        string range = allowed.Replace(", or null", "").Replace(" and ", ", ");
        bool repeats = range.Length > 0 && (meaning.EndsWith($", {range}") || meaning.EndsWith($"; {range}"));
        return repeats ? meaning[..^(range.Length + 2)] : meaning;
    }

    private static string DefaultOf(OptionInfo option, object defaults) => option.ValueIn(defaults) switch
    {
        _ when option.Name.EndsWith("CacheDirectory", StringComparison.Ordinal) =>
            $"`ScanOptions.{nameof(ScanOptions.DefaultCacheDirectory)}`",
        _ when option.Name == nameof(TuningMethod.Alpha) => "twice the rank",
        CancellationToken or IReadOnlyList<string> or IReadOnlyDictionary<string, string> => "none",
        bool flag => flag ? "`true`" : "`false`",
        string text => $"`\"{text.Replace("\n", "\\n")}\"`",
        var value => $"`{OptionInfo.TextOf(value)}`",
    };

    public static TheoryData<string> Names =>
        [.. Types.SelectMany(type => OptionInfo.AllOf(type).Select(option => $"{type.FullName}:{option.Name}"))];

    [Theory, MemberData(nameof(Names))]
    public void Documentation_tells_default_and_range(string name)
    {
        (Type type, OptionInfo option) = Find(name);
        string text = DocumentationTable.Summary(type.GetProperty(option.Name)!).Replace("`", "");
        object? value = option.ValueIn(Activator.CreateInstance(type)!);
        Match stated = StatedDefault().Match(text);
        Assert.True(stated.Success || text.Contains("Required.", StringComparison.Ordinal), text);
        if (Comparable(value) is { } expected && option.Name != nameof(TuningMethod.Alpha))
            Assert.Equal(expected, Number(stated.Groups[1].Value));
        bool isNumber = option.Type == typeof(int) || option.Type == typeof(double);
        // Where 0 is allowed for a whole number, it means something else, which is told.
        if (isNumber && option.Allowed is not ("not null" or "0 or more") && option.Name != nameof(KappaSelection.Amount))
        {
            string[] bounds = option.Allowed.Replace(", or null", "").Split(" and ");
            Assert.All(bounds, bound => Assert.Contains(bound, text, StringComparison.Ordinal));
        }
    }

    /// <summary>Without a bound the number is null.</summary>
    [Theory]
    [InlineData(nameof(TuningOptions.LearningRate), 0, true, 1, false)]
    [InlineData(nameof(TuningOptions.WeightDecay), 0, false, 1, true)]
    [InlineData(nameof(TuningOptions.MaxEpochs), 1, false, null, false)]
    [InlineData(nameof(TuningOptions.GradientClip), 0, true, null, false)]
    [InlineData(nameof(TuningOptions.MaximumOptimizerMemory), 1, false, null, false)]
    [InlineData(nameof(TuningOptions.MaximumTime), null, false, null, false)]
    [InlineData(nameof(TuningOptions.Schedule), null, false, null, false)]
    public void A_range_is_told_in_numbers(string name, object? minimum, bool above, object? maximum, bool below)
    {
        OptionInfo option = OptionInfo.Get(typeof(KappaTuneTextClassificationTrainer.Options), name);
        Assert.Equal(
            ((int?)minimum, above, (int?)maximum, below),
            (option.Minimum, option.MinimumIsExclusive, option.Maximum, option.MaximumIsExclusive));
    }

    [Theory, MemberData(nameof(Names))]
    public void What_is_allowed_at_a_bound_is_what_the_range_says(string name)
    {
        (_, OptionInfo option) = Find(name);
        if (option.Minimum is { } minimum)
            Assert.Equal(!option.MinimumIsExclusive, option.Allows(Convert.ChangeType(minimum, option.Type, CultureInfo.InvariantCulture)));
        if (option.Maximum is { } maximum)
            Assert.Equal(!option.MaximumIsExclusive, option.Allows(Convert.ChangeType(maximum, option.Type, CultureInfo.InvariantCulture)));
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
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value.ToString("R", CultureInfo.InvariantCulture) : text;

    [GeneratedRegex(@"[Dd]efault: (.+?)[.,;]?(?: |$)")]
    private static partial Regex StatedDefault();

    /// <summary>A range in whose words 0 stands apart: <c>, 1 or more; 0 for all cores</c>.</summary>
    [GeneratedRegex(", 1 or more(?<rest>, [^;]+)?; (?<zero>0 for .+)$")]
    private static partial Regex ZeroApart();

    [Fact]
    public void The_classifiers_trainer_adds_two_options_to_a_run_s_identity() => Assert.Equal(
        ["ClassWeights", "LabelSmoothing"],
        OptionInfo.AllOf(typeof(KappaTuneTextClassificationTrainer.Options)).Where(option => option.IsInIdentity)
            .Select(option => option.Name)
            .Except(OptionInfo.AllOf(typeof(TuningOptions)).Select(option => option.Name)).Order());
}
