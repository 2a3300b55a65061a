using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Speech;

/// <summary>A recording as a model takes it.</summary>
/// <param name="Example">What it is made of.</param>
/// <param name="Text">Its tokens, with places for its vectors.</param>
/// <param name="Frames">Its frames, as the encoder takes them.</param>
internal sealed record SpeechRow(SpeechExample Example, LanguageModelRow Text, Frames Frames);

/// <summary>The rows of a fused model.</summary>
/// <param name="rows">Each has a token that counts, and a vector.</param>
/// <param name="config">Says how many vectors there are.</param>
/// <param name="firstVector">The place of each row's first vector.</param>
/// <param name="dropped">Rows that were left out.</param>
/// <param name="padId">The token that fills up a batch.</param>
internal sealed class SpeechRows(SpeechRow[] rows, FusionConfig config, int firstVector, int dropped, int padId) : ITaskRows
{
    /// <summary>The same rows as tokens alone.</summary>
    public LanguageModelRows Text { get; } = new([.. rows.Select(row => row.Text)], rows.Length, truncated: 0, dropped, padId);

    public int Count => Text.Count;

    public int TextCount => Text.TextCount;

    public IReadOnlyList<int> Lengths => Text.Lengths;

    public int Truncated => Text.Truncated;

    public int Dropped => Text.Dropped;

    public long? CountedTokens => Text.CountedTokens;

    public int CountedIn(int row) => Text.CountedIn(row);

    /// <summary>What a row is made of.</summary>
    public SpeechExample ExampleOf(int row) => rows[row].Example;

    /// <summary>A row's frames, as the encoder takes them.</summary>
    public Frames FramesOf(int row) => rows[row].Frames;

    /// <summary>Has a row's states read from here on instead of its frames.</summary>
    public void Keep(int row, Frames states)
    {
        SpeechExample example = rows[row].Example;
        rows[row] = rows[row] with
        {
            Example = example with { Frames = example.Frames.With(states) },
            Frames = rows[row].Frames.With(states),
        };
    }

    public TokenBatch Batch(int[] batch, Device device)
    {
        TokenBatch tokens = Text.Batch(batch, device);
        long[] first = [.. Enumerable.Range(0, batch.Length).Select(i => (long)i * tokens.Length + firstVector)];
        return tokens with { Fused = FusedInput.Create([.. batch.Select(row => rows[row].Frames)], first, config, device) };
    }
}
