using Microsoft.ML.Data;

/// <summary>A labelled text, as the files of all tasks have it in their first two columns.</summary>
internal sealed class TextRow
{
    [LoadColumn(0)]
    public string Label { get; set; } = "";

    [LoadColumn(1)]
    public string Text { get; set; } = "";
}

/// <summary>What a tuned model says of a text.</summary>
internal sealed class Answer
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];
}
