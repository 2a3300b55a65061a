namespace KappaTune.Tool.Demo;

/// <summary>What a demo is run with.</summary>
internal sealed record DemoSettings
{
    public required string BaseModel { get; init; }

    /// <summary>Where results go.</summary>
    public required string Folder { get; init; }

    /// <summary>The scans' cache; null for none.</summary>
    public string? Cache { get; init; }

    /// <summary>Where to compute: cpu, or cuda:0.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Threads to compute with; 0 for all cores.</summary>
    public int Threads { get; init; }

    public int Epochs { get; init; } = 40;

    // The rates were chosen with a fifth of the training rows held out: with them all ways learn about as much.

    /// <summary>For the selected tensors.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>For all of them, where many numbers change at once.</summary>
    public double FullLearningRate { get; init; } = 2e-4;

    /// <summary>For the word embeddings alone.</summary>
    public double WordsLearningRate { get; init; } = 3e-4;

    /// <summary>Asks for a line to sort; null where there is nobody to ask.</summary>
    public Func<string?>? Ask { get; init; }
}
