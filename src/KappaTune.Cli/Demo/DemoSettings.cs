namespace KappaTune.Cli.Demo;

/// <summary>What a demo is run with.</summary>
internal sealed record DemoSettings
{
    /// <summary>What the sample's program tunes with.</summary>
    private static readonly KappaTuneTextClassificationTrainer.Options Sample = TicketSorter.OptionsFor("");

    public required string BaseModel { get; init; }

    public required string Folder { get; init; }

    /// <summary>The scans' cache; null for none.</summary>
    public string? Cache { get; init; }

    /// <summary>Where to compute: cpu, or cuda:0.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Threads to compute with; 0 for all cores.</summary>
    public int Threads { get; init; }

    /// <summary>Asks for a line to sort; null where there is nobody to ask.</summary>
    public Func<string?>? Ask { get; init; }

    public int Epochs { get; init; } = Sample.MaxEpochs;

    /// <summary>
    /// The usual rate for all of the model: of 3e-5, 1e-4, 3e-4 and 1e-3, what sorted 96 of the 480 training tickets best after 4 epochs on
    /// the other 384, with seed 0.
    /// </summary>
    public double FullLearningRate { get; init; } = 1e-4;

    /// <summary>As they suit a base model: the embedded one is small, and needs more epochs at a higher rate.</summary>
    public static DemoSettings For(string baseModel, string folder)
    {
        var settings = new DemoSettings { BaseModel = baseModel, Folder = folder };
        return baseModel != Microsoft.ML.KappaTune.BaseModel.Embedded ? settings : settings with
        {
            Epochs = 40,
            FullLearningRate = 2e-4,
        };
    }
}
