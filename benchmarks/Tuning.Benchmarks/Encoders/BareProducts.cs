using System.Diagnostics;
using Microsoft.ML.Tokenizers;
using static TorchSharp.torch;

/// <summary>
/// The matrix products of an encoder's forward pass and nothing else: no embeddings, norms, activations, softmax, masks or tokenizing.
/// No way to score with these products can be faster.
/// </summary>
internal sealed class BareProducts : IDisposable
{
    private readonly EncoderShape _shape;
    private readonly Tensor _square, _up, _down;

    public BareProducts(EncoderShape shape)
    {
        _shape = shape;
        _square = rand(shape.Hidden, shape.Hidden);
        _up = rand(shape.Intermediate, shape.Hidden);
        _down = rand(shape.Hidden, shape.Intermediate);
    }

    /// <summary>How many tokens each text has.</summary>
    public static int[] Lengths(string folder, IEnumerable<TextRow> rows, int most)
    {
        BertTokenizer tokenizer = BertTokenizer.Create(Path.Combine(folder, "vocab.txt"));
        return [.. rows.Select(row => Math.Min(most, tokenizer.CountTokens(row.Text)))];
    }

    /// <summary>Seconds for texts of these lengths, in batches of similar length, each padded to its longest.</summary>
    public double Seconds(int[] lengths, int batchSize)
    {
        int[][] batches = [.. lengths.OrderDescending().Chunk(batchSize)];
        using var mode = no_grad();
        long start = Stopwatch.GetTimestamp();
        foreach (int[] batch in batches)
            Multiply(batch.Length, batch[0]);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        _square.Dispose();
        _up.Dispose();
        _down.Dispose();
    }

    private void Multiply(int rows, int tokens)
    {
        using var scope = NewDisposeScope();
        Tensor states = zeros(rows * tokens, _shape.Hidden), wide = zeros(rows * tokens, _shape.Intermediate);
        Tensor heads = zeros(rows * _shape.Heads, tokens, _shape.Hidden / _shape.Heads);
        for (int layer = 0; layer < _shape.Layers; layer++)
        {
            for (int i = 0; i < 4; i++) // query, key, value and the attention's output
                nn.functional.linear(states, _square).Dispose();
            using Tensor weights = bmm(heads, heads.transpose(1, 2));
            bmm(weights, heads).Dispose();
            nn.functional.linear(states, _up).Dispose();
            nn.functional.linear(wide, _down).Dispose();
        }
    }
}
