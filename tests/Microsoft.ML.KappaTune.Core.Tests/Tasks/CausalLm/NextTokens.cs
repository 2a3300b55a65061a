using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tasks.LanguageModels;
using Microsoft.ML.KappaTune.Training.Frozen;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;

/// <summary>
/// The mean loss of every token after the first of its text. Of ids, [B, T], a mask has 0 for padding and, for a token, the number of its
/// text in the row, [B, T]; without one each row is a text.
/// </summary>
internal static class NextTokens
{
    public static double Loss(CausalLanguageModel model, Tensor ids, Tensor? mask = null)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        (LanguageModelRows rows, TokenBatch batch, Tensor states) = Read(model, ids, mask);
        return new GuessLoss(model).Losses(states, rows.TargetsOf(batch.Rows, CPU)).mean().ToDouble();
    }

    /// <summary>The same, whose gradients are added to those of the parameters.</summary>
    public static double Learn(CausalLanguageModel model, Tensor ids, Tensor? mask = null)
    {
        using var scope = NewDisposeScope();
        (LanguageModelRows rows, TokenBatch batch, Tensor states) = Read(model, ids, mask);
        using var loss = new CausalLmLoss(routerBalance: 0, chosenExperts: 0);
        return loss.Backward(model, states, rows, batch, (int)rows.CountedTokens!.Value);
    }

    private static (LanguageModelRows Rows, TokenBatch Batch, Tensor States) Read(CausalLanguageModel model, Tensor ids, Tensor? mask)
    {
        Tensor texts = mask ?? ones_like(ids);
        LanguageModelRow[] rows =
        [
            .. Enumerable.Range(0, (int)ids.shape[0]).Select(row => Row(ids[row].data<long>().ToArray(), texts[row].data<long>().ToArray()))
                .Where(row => row.Counted > 0),
        ];
        var data = new LanguageModelRows(rows, rows.Length, truncated: 0, dropped: 0, padId: 0);
        TokenBatch batch = data.Batch([.. Enumerable.Range(0, rows.Length)], CPU);
        return (data, batch, model.Decoder.Decode(batch.Ids, batch.Mask).flatten(0, 1).index_select(0, batch.Places!));
    }

    private static LanguageModelRow Row(long[] ids, long[] texts) => LanguageModelRow.Join(
    [
        .. ids.Zip(texts, (id, text) => (Id: (int)id, Text: text)).Where(token => token.Text != 0).GroupBy(token => token.Text)
            .Select(text => LanguageModelRow.Of(new(
                [.. text.Select(token => token.Id)], [.. text.Select(_ => true)], IsTruncated: false, CrossesPrompt: false))),
    ]);
}
