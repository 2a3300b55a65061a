namespace Microsoft.ML.KappaTune.TextClassification;

/// <summary>Checks what the trainer adds to the options of all tuning, which are checked when it starts.</summary>
internal static class ClassificationOptionsCheck
{
    /// <exception cref="ArgumentException">A value is out of range; the message names the property, the value and what is allowed.</exception>
    public static void Validate(KappaTuneTextClassificationTrainer.Options options)
    {
        Name(options.LabelColumnName, nameof(options.LabelColumnName));
        Name(options.ScoreColumnName, nameof(options.ScoreColumnName));
        Name(options.OutputColumnName, nameof(options.OutputColumnName));
        Name(options.Sentence1ColumnName, nameof(options.Sentence1ColumnName));
        if (options.Sentence2ColumnName is not null)
            Name(options.Sentence2ColumnName, nameof(options.Sentence2ColumnName));
        if (options.ScoreColumnName == options.OutputColumnName)
        {
            throw new ArgumentException(
                $"{nameof(options.ScoreColumnName)} and {nameof(options.OutputColumnName)} are both '{options.ScoreColumnName}'; allowed are different names.",
                nameof(options));
        }

        Defined(options.MissingLabels, nameof(options.MissingLabels));
        Defined(options.WeightStorage, nameof(options.WeightStorage));

        void Name(string? name, string property)
        {
            if (string.IsNullOrEmpty(name))
                throw new ArgumentException($"{property} is {(name is null ? "null" : "empty")}; allowed is the name of a column.", nameof(options));
        }

        void Defined<T>(T value, string property)
            where T : struct, Enum
        {
            if (!Enum.IsDefined(value))
                throw new ArgumentException($"{property} is {value}; allowed are {string.Join(", ", Enum.GetNames<T>())}.", nameof(options));
        }
    }
}
