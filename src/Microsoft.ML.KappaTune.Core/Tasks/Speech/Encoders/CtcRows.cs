using Microsoft.ML.KappaTune.Fusion;

namespace Microsoft.ML.KappaTune.Tasks.Speech;

/// <summary>Recordings and the numbers of their transcripts' characters.</summary>
internal sealed class CtcRows
{
    private readonly (Frames Frames, int[] Characters, string Transcript)[] _rows;

    /// <summary>Takes the rows that an encoder can learn from.</summary>
    public CtcRows(IReadOnlyList<SpeechExample> examples, CtcAlphabet alphabet, FusionConfig config)
    {
        List<(Frames, int[], string)> rows = [];
        foreach (SpeechExample example in examples)
        {
            if (alphabet.Encode(example.Transcript) is { } characters && example.Frames.Count > 0
                && CtcAlphabet.StatesFor(characters) <= config.StateCount(example.Frames.Count))
                rows.Add((example.Frames.For(config), characters, example.Transcript));
        }

        _rows = [.. rows];
        Dropped = examples.Count - _rows.Length;
        Lengths = [.. _rows.Select(row => row.Frames.Count)];
    }

    public int Count => _rows.Length;

    /// <summary>
    /// Rows that were left out: they have no frames, a character that isn't among those to learn, or more characters than states.
    /// </summary>
    public int Dropped { get; }

    /// <summary>Frames of each row.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>Characters of a row, at least 1.</summary>
    public int CountedIn(int row) => Math.Max(1, _rows[row].Characters.Length);

    /// <summary>What is said in a row.</summary>
    public string TranscriptOf(int row) => _rows[row].Transcript;

    /// <summary>Belongs to the dispose scope it is made in.</summary>
    public FrameBatch Batch(int[] batch, Device device) => FrameBatch.Create([.. batch.Select(row => _rows[row].Frames)], device);

    /// <summary>Σ −log P(transcript) of a batch's rows, over all ways to say it.</summary>
    /// <param name="logs">The logarithms of the classes' probabilities, [B, T', classes].</param>
    /// <param name="batch">The rows.</param>
    /// <param name="config">Says how many states a row has.</param>
    public Tensor Loss(Tensor logs, int[] batch, FusionConfig config)
    {
        using var scope = NewDisposeScope();
        int longest = Math.Max(1, batch.Max(row => _rows[row].Characters.Length));
        long[] targets = new long[batch.Length * longest];
        for (int i = 0; i < batch.Length; i++)
        {
            int[] characters = _rows[batch[i]].Characters;
            for (int place = 0; place < characters.Length; place++)
                targets[i * longest + place] = characters[place];
        }

        long[] states = [.. batch.Select(row => (long)config.StateCount(_rows[row].Frames.Count))];
        long[] lengths = [.. batch.Select(row => (long)_rows[row].Characters.Length)];
        return nn.functional.ctc_loss(
            logs.transpose(0, 1), tensor(targets, [batch.Length, longest], device: logs.device), tensor(states), tensor(lengths),
            CtcAlphabet.Blank, zero_infinity: false, nn.Reduction.Sum).MoveToOuterDisposeScope();
    }
}
