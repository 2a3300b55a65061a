using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>
/// Everything that decides what a run computes, by name: two runs of one identity are the same run. The options in it are those
/// whose attributes don't say otherwise.
/// </summary>
internal static class PretrainingIdentity
{
    public static SortedDictionary<string, string> Create(
        PretrainingOptions options, TextCorpus corpus, TextCorpus? heldOut, TokenizerFiles tokenizer)
    {
        var identity = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["the corpus"] = Describe(corpus),
            ["the held-out text"] = heldOut is null ? "none" : Describe(heldOut),
            ["the tokenizer"] = tokenizer.ComputeHash(),
        };
        foreach ((string name, OptionInfo option) in PretrainingOptionsText.Options.Where(option => option.Value.IsInIdentity))
            identity[name] = PretrainingOptionsText.ValueOf(option, options)?.ToJsonString() ?? "none";
        return identity;
    }

    private static string Describe(TextCorpus text) => $"{text.Hash}, {text.Lines.Count} lines";
}
