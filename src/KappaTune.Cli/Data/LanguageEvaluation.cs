using Microsoft.ML;

namespace KappaTune.Cli.Data;

/// <summary>How likely a language model finds texts that it didn't learn from.</summary>
/// <param name="Texts">Those that have a token that counts.</param>
/// <param name="Tokens">Those that count.</param>
/// <param name="Loss">Their mean loss, in nats.</param>
internal sealed record LanguageEvaluation(int Texts, long Tokens, double Loss)
{
    public double Perplexity => Math.Exp(Loss);

    /// <summary>Scores the rows.</summary>
    public static LanguageEvaluation Run(
        KappaTuneLanguageModelTransformer model, IDataView rows, string logLikelihood, string perplexity,
        CancellationToken cancellationToken)
    {
        IDataView scored = model.Transform(rows);
        DataViewSchema.Column likelihoods = scored.Schema[logLikelihood], perplexities = scored.Schema[perplexity];
        using DataViewRowCursor cursor = scored.GetRowCursor([likelihoods, perplexities]);
        ValueGetter<float> likelihoodOf = cursor.GetGetter<float>(likelihoods), perplexityOf = cursor.GetGetter<float>(perplexities);
        (int texts, double tokens, double loss) = (0, 0, 0);
        float each = 0, mean = 0;
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            likelihoodOf(ref each);
            perplexityOf(ref mean);
            // Of a text that is certain, or where nothing counts, the number of tokens can't be told and its loss is 0.
            if (mean is not (> 1 and < float.PositiveInfinity))
                continue;
            texts++;
            tokens += Math.Round(-each / Math.Log(mean));
            loss -= each;
        }

        return new(texts, (long)tokens, tokens > 0 ? loss / tokens : double.NaN);
    }
}
