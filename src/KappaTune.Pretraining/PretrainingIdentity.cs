using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>
/// Everything that decides what a run computes, by name: two runs of one identity are the same run. The options in it are those
/// whose attributes don't say otherwise.
/// </summary>
internal static class PretrainingIdentity
{
    public static SortedDictionary<string, string> Of(
        PretrainingOptions options, TextCorpus corpus, TextCorpus? heldOut, TokenizerFiles tokenizer)
    {
        var identity = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["the corpus"] = HashOf(corpus),
            ["the held-out text"] = heldOut is null ? "none" : HashOf(heldOut),
            ["the tokenizer"] = HashOf(tokenizer),
        };
        foreach ((string name, OptionInfo option) in PretrainingOptionsText.Options.Where(option => option.Value.IsInIdentity))
            identity[name] = PretrainingOptionsText.ValueOf(option, options)?.ToJsonString() ?? "none";
        return identity;
    }

    private static string HashOf(TextCorpus text) => $"{text.Hash}, {text.Lines.Count} lines";

    private static string HashOf(TokenizerFiles files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, byte[] content) in files.Content.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
            hash.AppendData(SHA256.HashData(content));
        }

        return Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
