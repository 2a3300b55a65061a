using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>The rows of a language model.</summary>
/// <param name="rows">Each has a token that counts.</param>
/// <param name="textCount">Texts in them.</param>
internal sealed class LanguageModelRows(LanguageModelRow[] rows, int textCount, int truncated, int dropped, int padId) : ITaskRows
{
    public int Count => rows.Length;

    public int TextCount => textCount;

    public IReadOnlyList<int> Lengths { get; } = [.. rows.Select(row => row.Ids.Length)];

    public int Truncated => truncated;

    public int Dropped => dropped;

    public long? CountedTokens { get; } = rows.Sum(row => (long)row.Counted);

    public int CountedIn(int row) => rows[row].Counted;

    public TokenBatch Batch(int[] batch, Device device)
    {
        int length = batch.Max(row => rows[row].Ids.Length);
        long[] ids = new long[batch.Length * length], texts = new long[ids.Length];
        Array.Fill(ids, padId);
        List<long> places = [];
        for (int b = 0; b < batch.Length; b++)
        {
            LanguageModelRow row = rows[batch[b]];
            for (int t = 0; t < row.Ids.Length; t++)
            {
                int at = b * length + t;
                (ids[at], texts[at]) = (row.Ids[t], row.Texts[t]);
                if (row.Targets[t] >= 0)
                    places.Add(at);
            }
        }

        // Padding is where no text is, whatever its token: the one that ends a text may fill up a batch as well.
        return new(batch, Matrix(ids), Matrix(texts), Types: null, tensor(places.ToArray(), device: device));

        Tensor Matrix(long[] values) => tensor(values, [batch.Length, length], device: device);
    }

    /// <summary>The tokens that count, in the order of a batch's places, [M].</summary>
    public Tensor TargetsOf(int[] batch, Device device)
    {
        long[] targets = [.. batch.SelectMany(row => rows[row].Targets).Where(target => target >= 0).Select(target => (long)target)];
        return tensor(targets, device: device);
    }
}
