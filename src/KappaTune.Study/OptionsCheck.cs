using Microsoft.ML.KappaTune.Selection;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Training;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>Looks at options before anything is known of files.</summary>
public static class OptionsCheck
{
    /// <exception cref="ArgumentException">Something is out of range; the message says what is allowed.</exception>
    public static void Validate(KappaSelection selection) => SelectionCheck.Validate(selection);

    /// <summary>As for two rows of two classes.</summary>
    /// <inheritdoc cref="Validate(KappaSelection)"/>
    public static void Validate(KappaTuneTextClassificationTrainer.Options options)
    {
        TextExample[] rows = [new("", null, 0), new("", null, 1)];
        TuningOptionsCheck.Validate(new()
        {
            Options = options,
            Train = rows,
            Validation = rows,
            Classes = ["0", "1"],
            LabelSmoothing = options.LabelSmoothing,
            ClassWeights = options.ClassWeights,
        });
    }
}
