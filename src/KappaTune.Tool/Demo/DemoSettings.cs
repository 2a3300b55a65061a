namespace KappaTune.Tool.Demo;

/// <summary>What a demo is run with.</summary>
internal sealed record DemoSettings
{
    public required string BaseModel { get; init; }

    /// <summary>Where results go.</summary>
    public required string Folder { get; init; }

    /// <summary>The scans' cache; null for none.</summary>
    public string? Cache { get; init; }

    public int Epochs { get; init; } = 15;

    // The rates were chosen on a fifth of the training rows: with them both ways end at the same training loss.

    /// <summary>For the selected tensors.</summary>
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>For all of them, where many numbers change at once.</summary>
    public double FullLearningRate { get; init; } = 5e-4;

    /// <summary>Asks for a line to sort; null where there is nobody to ask.</summary>
    public Func<string?>? Ask { get; init; }
}
