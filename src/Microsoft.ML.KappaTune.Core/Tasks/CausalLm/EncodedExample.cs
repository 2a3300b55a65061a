namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>A text as tokens, no more of them than a row takes.</summary>
/// <param name="Counted">Which of the tokens the loss counts, if one comes before them.</param>
/// <param name="IsTruncated">Whether tokens were cut off.</param>
/// <param name="CrossesPrompt">Whether a token has characters of the prompt and of the completion.</param>
internal sealed record EncodedExample(int[] Ids, bool[] Counted, bool IsTruncated, bool CrossesPrompt)
{
    /// <summary>How many tokens the loss counts: nothing tells what the first token is to be.</summary>
    public int CountedTokens => Counted.Skip(1).Count(isCounted => isCounted);
}
