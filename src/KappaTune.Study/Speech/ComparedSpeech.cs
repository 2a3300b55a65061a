using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>How recordings become what a language model reads, the same in every run of a comparison.</summary>
public sealed record ComparedSpeech
{
    /// <summary>How sound becomes frames.</summary>
    public LogMelOptions Sound { get; init; } = new();

    /// <summary>The encoder and the projector, which train in every run, and the prompts around what they make.</summary>
    public FusionOptions Fusion { get; init; } = new();

    /// <summary>Epochs in which an encoder learns alone first, by characters: once a seed, for all runs of that seed. 0 for none.</summary>
    public int EncoderEpochs { get; init; }

    /// <exception cref="ArgumentException">An option isn't allowed; the message names each, its value and what is allowed.</exception>
    internal void Check()
    {
        var problems = new OptionProblems();
        Sound.Check(problems);
        Fusion.Check(problems);
        problems.Require(EncoderEpochs >= 0, nameof(EncoderEpochs), EncoderEpochs, "0 or more");
        problems.Throw();
    }
}
