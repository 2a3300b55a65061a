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

    // Each way has the best rate of a sweep on all-MiniLM-L6-v2, by the share of 96 of the 480 training tickets that it sorted right after
    // 4 epochs on the other 384, with seed 0. The test tickets had no part in it.
    //
    //                3e-5     1e-4     3e-4     1e-3     3e-3
    //   lowest κ              78.1 %   85.4 %   84.4 %   76.0 %
    //   all of it    79.2 %   86.5 %   83.3 %   77.1 %
    //   random                81.3 %   85.4 %   84.4 %   76.0 %
    //
    // One run of it, where --lr varies; for all of the model with --fraction 1 --embeddings --biases --norms in place of --fraction 0.2,
    // for a random choice with --fraction 1 and an --include for each of its names:
    //   kappatune tune --base minilm --train out/train.tsv --label Queue --validation-fraction 0.2 --epochs 4 --fraction 0.2 --lr 3e-4
    //     --output sweep.zip

    /// <summary>For the tensors with the lowest κ.</summary>
    public double LearningRate { get; init; } = Sample.LearningRate!.Value;

    /// <summary>For all of them, where many parameters change at once.</summary>
    public double FullLearningRate { get; init; } = 1e-4;

    /// <summary>For the random choice.</summary>
    public double RandomLearningRate { get; init; } = 3e-4;

    /// <summary>How the rates came about, in lines for the terminal.</summary>
    public string[] Rates { get; init; } =
    [
        "Same epochs. Each learning rate is the best of 1e-4, 3e-4, 1e-3 and 3e-3 (of",
        "all of it: 3e-5 to 1e-3) for all-MiniLM-L6-v2, on a held-out fifth of train.tsv:",
        "  kappatune tune --base minilm --train train.tsv --label Queue",
        "    --validation-fraction 0.2 --epochs 4 --fraction 0.2 --lr ...",
    ];

    /// <summary>As they suit a base model: the embedded one is small, and needs more epochs at a higher rate.</summary>
    public static DemoSettings For(string baseModel, string folder)
    {
        var settings = new DemoSettings { BaseModel = baseModel, Folder = folder };
        return baseModel != Microsoft.ML.KappaTune.BaseModel.Embedded ? settings : settings with
        {
            Epochs = 40,
            LearningRate = 1e-3,
            FullLearningRate = 2e-4,
            RandomLearningRate = 1e-3,
            Rates =
            [
                "Same epochs. Learning rates are the best for this model on a held-out fifth of",
                "train.tsv; the random choice has that of lowest κ.",
            ],
        };
    }
}
