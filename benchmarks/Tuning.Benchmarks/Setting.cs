using Microsoft.ML.KappaTune;

/// <summary>What all measurements share.</summary>
/// <param name="Data">The folder of data sets.</param>
/// <param name="Work">A folder for models, gone at the end.</param>
/// <param name="Threads">Threads of the tensor library, here and in PyTorch.</param>
/// <param name="Runs">Rounds; medians count.</param>
/// <param name="Rows">Rows of an epoch.</param>
/// <param name="MaxTokens">Tokens of the longest text.</param>
/// <param name="Quick">Whether tasks are cut to a part of their rows.</param>
internal sealed record Setting(string Data, string Work, int Threads, int Runs, int Rows, int MaxTokens, bool Quick)
{
    public const int BatchSize = 32;

    public string AgNews(string part) => Path.Combine(Data, "ag-news", $"{part}.tsv");

    /// <summary>The folder of the real MiniLM; for another shape, of a model made with random weights.</summary>
    public string Model(EncoderShape shape, IEnumerable<TextRow> rows, double deviation = 0.02)
    {
        if (shape == EncoderShape.MiniLm)
            return PretrainedModels.MiniLM;
        string folder = Path.Combine(Work, $"model-{Directory.GetFileSystemEntries(Work).Length}");
        RandomModel.Write(folder, shape, rows.Select(row => row.Text), deviation);
        return folder;
    }
}
