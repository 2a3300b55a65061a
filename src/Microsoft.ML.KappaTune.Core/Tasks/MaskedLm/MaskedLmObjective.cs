using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.LanguageModels;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tasks.MaskedLm;

/// <summary>
/// An encoder that guesses what is behind masks, in BERT's layout: one segment, between the token that classifies and the one that
/// separates.
/// </summary>
internal sealed class MaskedLmObjective(
    MaskedLanguageModel model, HuggingFaceTokenizer tokenizer, double maskRate, bool wholeWords, Device device) : LanguageModelObjective
{
    private const int SpecialTokens = 2;

    private readonly WordMask _mask = new(new TokenTraits(tokenizer), maskRate, wholeWords);

    public override nn.Module Model => model;

    public override int WindowTokens => model.Encoder.Config.MaxTokens - SpecialTokens;

    /// <summary>Encoders take a line break for a blank.</summary>
    public override string LineEnd => "";

    public override LanguageModelBatch Ask(int[] tokens, int length, Random random)
    {
        int rows = tokens.Length / length, width = length + SpecialTokens;
        long[] ids = new long[rows * width];
        var hidden = new List<(int Place, int Token)>[rows];
        for (int row = 0; row < rows; row++)
        {
            Span<int> window = tokens.AsSpan(row * length, length);
            hidden[row] = _mask.Hide(window, random);
            int begin = row * width;
            ids[begin] = tokenizer.ClassificationId;
            for (int i = 0; i < length; i++)
                ids[begin + 1 + i] = window[i];
            ids[begin + width - 1] = tokenizer.SeparatorId;
        }

        int most = Math.Max(1, hidden.Max(list => list.Count));
        long[] places = new long[rows * most];
        var guesses = new List<long>(places.Length);
        var targets = new List<long>(places.Length);
        for (int row = 0; row < rows; row++)
        {
            // Windows with fewer guesses repeat their first token's place.
            Array.Fill(places, row * width, row * most, most);
            for (int i = 0; i < hidden[row].Count; i++)
            {
                places[row * most + i] = row * width + 1 + hidden[row][i].Place;
                guesses.Add(row * most + i);
                targets.Add(hidden[row][i].Token);
            }
        }

        return new(
            tensor(ids, [rows, width], device: device), tensor(places, device: device),
            guesses.Count == places.Length ? null : tensor(guesses.ToArray(), device: device), tensor(targets.ToArray(), device: device));
    }

    public override Tensor Logits(LanguageModelBatch batch)
    {
        using var scope = NewDisposeScope();
        Tensor states = model.Encoder.EncodeAt(batch.Ids, batch.Ids.ones_like(), null, batch.Places!).flatten(0, 1); // [B·K, H]
        return model.Head(batch.Guesses is { } guesses ? states.index_select(0, guesses) : states).MoveToOuterDisposeScope();
    }
}
