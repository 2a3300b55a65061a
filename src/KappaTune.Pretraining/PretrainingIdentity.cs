using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>
/// Everything that decides what a run computes, by name: two runs of one identity are the same run. Not in it is what only keeps or
/// measures (checkpointEvery, storage, heldOutWindows), and device and threads, with which only the last bits differ.
/// </summary>
internal static class PretrainingIdentity
{
    private static readonly string[] LeftOut = ["checkpointEvery", "storage", "heldOutWindows", "heldOutShare", "tokenizer"];

    public static SortedDictionary<string, string> Of(
        PretrainingOptions options, TextCorpus corpus, TextCorpus? heldOut, TokenizerFiles tokenizer)
    {
        var identity = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["the corpus"] = HashOf(corpus),
            ["the held-out text"] = heldOut is null ? "none" : HashOf(heldOut),
            ["the tokenizer"] = HashOf(tokenizer),
        };
        foreach ((string name, JsonNode value) in PretrainingOptionsText.Fields(options))
        {
            if (!LeftOut.Contains(name))
                identity[name] = value.ToJsonString();
        }

        // Options without a value aren't among the fields.
        identity.TryAdd("steps", "none");
        identity.TryAdd("epochs", "none");
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
