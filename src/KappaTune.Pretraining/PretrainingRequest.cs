namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>What a run is given.</summary>
public sealed record PretrainingRequest
{
    public required PretrainingOptions Options { get; init; }

    /// <summary>The text to train on: UTF-8, a paragraph a line.</summary>
    public required string Corpus { get; init; }

    /// <summary>Text to measure on; null for the corpus's last part.</summary>
    public string? HeldOut { get; init; }

    /// <summary>The folder for the model. There must be none, or an empty one.</summary>
    public required string Output { get; init; }

    /// <summary>Whether to go on from the state of an interrupted run, where there is one.</summary>
    public bool Resume { get; init; }

    /// <summary>As in other options: auto, cpu or cuda:0.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>0 for all cores.</summary>
    public int Threads { get; init; }

    /// <summary>Hears how far it is, on the caller's thread.</summary>
    public Action<PretrainingProgress>? Progress { get; init; }

    /// <summary>Hears lines for people.</summary>
    public Action<string>? Log { get; init; }

    public CancellationToken CancellationToken { get; init; }

    /// <summary>Where the state of an unfinished run is: beside the output, so that this is there whole or not at all.</summary>
    public string StateFolder => Path.TrimEndingDirectorySeparator(Output) + ".state";
}
