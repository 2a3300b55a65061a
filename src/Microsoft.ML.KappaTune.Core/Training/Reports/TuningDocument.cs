namespace Microsoft.ML.KappaTune.Training.Reports;

/// <summary>The file of a <see cref="TuningReport"/>; the members' names, in snake case, are its schema.</summary>
internal sealed record TuningDocument
{
    public required int Schema { get; init; }
    public required string BaseModel { get; init; }
    public required string BaseFingerprint { get; init; }
    public required MethodDocument Method { get; init; }
    public required string[] Classes { get; init; }
    public required int TrainingRows { get; init; }
    public required int ValidationRows { get; init; }
    public required int SkippedRows { get; init; }
    public required int TruncatedRows { get; init; }
    public required long TrainableParameters { get; init; }
    public required long TotalParameters { get; init; }
    public required EpochDocument[] Epochs { get; init; }
    public required int BestEpoch { get; init; }
    public required TuningStop Stop { get; init; }
    public required string Device { get; init; }
    public required int Threads { get; init; }
    public required double ScanSeconds { get; init; }
    public required double TokenizingSeconds { get; init; }
    public required double TrainingSeconds { get; init; }
    public required long PeakMemoryBytes { get; init; }
    public required StepDocument[] Steps { get; init; }
    public RetentionReport? Retention { get; init; }
    public string[] Warnings { get; init; } = [];
    public required TuningPlan Plan { get; init; }
}

/// <summary>The method in the file of a report.</summary>
internal sealed record MethodDocument
{
    /// <summary><c>direct</c> or <c>lora</c>; what follows is null for the first.</summary>
    public required string Name { get; init; }
    public int? Rank { get; init; }
    public double? Alpha { get; init; }
    public double? Dropout { get; init; }
}

/// <summary>An epoch in the file of a report.</summary>
internal sealed record EpochDocument
{
    public required int Epoch { get; init; }
    public required double TrainingLoss { get; init; }
    public ValidationDocument? Validation { get; init; }
    public required double RowsPerSecond { get; init; }
    public required double ElapsedSeconds { get; init; }
}

/// <summary>A measurement on the validation set in the file of a report.</summary>
internal sealed record ValidationDocument
{
    public required double Loss { get; init; }
    public required double MicroAccuracy { get; init; }
    public required double MacroAccuracy { get; init; }
}

/// <summary>An optimizer step in the file of a report.</summary>
internal sealed record StepDocument
{
    public required int Step { get; init; }
    public required double Loss { get; init; }
    public required double LearningRate { get; init; }
}
