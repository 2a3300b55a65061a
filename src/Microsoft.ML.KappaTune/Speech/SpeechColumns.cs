using Microsoft.ML.KappaTune.Rows;

namespace Microsoft.ML.KappaTune.Speech;

/// <summary>The names of the columns that a model which hears reads and adds.</summary>
/// <param name="Input">What the recordings' column holds.</param>
/// <param name="Recording">The recordings'.</param>
/// <param name="Label">The transcripts', which only training reads.</param>
internal sealed record SpeechColumns(
    SpeechInput Input, string Recording, string Label, string Transcript, string LogLikelihood, string MeanLogLikelihood, string NoSpeech)
{
    public ColumnSpec RecordingColumn => (Input == SpeechInput.Path
        ? new ColumnSpec(Recording, TextDataViewType.Instance, Role: "input")
        : new ColumnSpec(Recording, NumberDataViewType.Single, IsVector: true, Role: "input")) with
    {
        Parameter = "InputColumnName",
    };

    public ColumnSpec LabelColumn => new(Label, TextDataViewType.Instance, Role: "label") { Parameter = "LabelColumnName" };

    /// <summary>What is added.</summary>
    public IReadOnlyList<ColumnSpec> Added =>
    [
        new(Transcript, TextDataViewType.Instance), new(LogLikelihood, NumberDataViewType.Single),
        new(MeanLogLikelihood, NumberDataViewType.Single), new(NoSpeech, NumberDataViewType.Single),
    ];

    public static SpeechColumns Of(KappaTuneSpeechEstimator.Options options) => new(
        options.Input, options.InputColumnName, options.LabelColumnName, options.TranscriptColumnName, options.LogLikelihoodColumnName,
        options.MeanLogLikelihoodColumnName, options.NoSpeechColumnName);
}
