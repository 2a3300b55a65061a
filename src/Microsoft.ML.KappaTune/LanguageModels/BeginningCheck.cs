using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.LanguageModels;

/// <summary>
/// Warns once of texts that say themselves the token that begins one, such as those that a chat template wrote: it is added once more. Any
/// number of threads may use it.
/// </summary>
/// <param name="warn">Hears of the first such text.</param>
internal sealed class BeginningCheck(HuggingFaceTokenizer tokenizer, Action<string> warn)
{
    private int _hasWarned;

    /// <param name="ids">A text's tokens, with those that were added.</param>
    public void Check(ReadOnlySpan<int> ids)
    {
        if (tokenizer.BeginsTwice(ids) && Interlocked.Exchange(ref _hasWarned, 1) == 0)
        {
            warn(
                $"A text begins with {tokenizer.TokenOf(tokenizer.BeginId)}, which is added once more: take it out of the text; "
                + "others won't be reported.");
        }
    }
}
