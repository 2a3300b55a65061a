using System.Text;
using Microsoft.ML.Tokenizers;

/// <summary>Small vocabularies learnt from the benchmark's own text by byte-pair encoding, in the form that each tokenizer reads.</summary>
internal sealed class Vocabulary
{
    private const int MostWords = 3000, MostMerges = 1500;

    // A space while learning; each form has its own letter for it.
    private const char Space = '\u2581';

    private readonly List<(string Left, string Right)> _merges = [];
    private readonly List<string> _symbols = [];
    private readonly Dictionary<string, long> _counts = [];

    /// <summary>Learns from the most frequent words of texts. A space belongs to the word after it.</summary>
    public Vocabulary(IReadOnlyCollection<string> texts)
    {
        List<(List<string> Symbols, int Count)> words = [.. texts
            .SelectMany(text => text.Split(' '))
            .Where(word => Ascii.IsValid(word))
            .GroupBy(word => word)
            .OrderByDescending(group => group.Count())
            .Take(MostWords)
            .Select(group => ($"{Space}{group.Key}".Select(c => c.ToString()).ToList(), group.Count()))];
        // Every visible ASCII character is a symbol, and every other one that occurs.
        _symbols.AddRange(Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).Append(Space)
            .Union(texts.SelectMany(text => text).Where(c => c > '~')).Select(c => c.ToString()));
        while (_merges.Count < MostMerges && Best(words) is { } pair)
        {
            _merges.Add(pair);
            _symbols.Add(pair.Left + pair.Right);
            foreach ((List<string> symbols, _) in words)
                Join(symbols, pair);
        }

        foreach ((List<string> symbols, int count) in words)
        {
            foreach (string symbol in symbols)
                _counts[symbol] = _counts.GetValueOrDefault(symbol) + count;
        }
    }

    /// <summary>For byte-level byte-pair encoding, whose letter for a space is U+0120.</summary>
    public BpeOptions Bpe()
    {
        // Besides, the letters of bytes that aren't visible in ASCII: U+00A1 to U+0143.
        IEnumerable<string> bytes = Enumerable.Range('\u00a1', '\u0143' - '\u00a1' + 1).Select(c => ((char)c).ToString());
        string[] tokens = [.. _symbols.Select(symbol => symbol.Replace(Space, '\u0120')).Union(bytes)];
        return new BpeOptions(tokens.Select((token, id) => KeyValuePair.Create(token, id)))
        {
            ByteLevel = true,
            Merges = _merges.Select(merge => $"{merge.Left} {merge.Right}".Replace(Space, '\u0120')),
            PreTokenizer = RobertaPreTokenizer.Instance,
        };
    }

    /// <summary>For WordPiece, in lower case: a symbol after a space begins a word, another one continues it.</summary>
    public Stream WordPiece()
    {
        string[] lower = [.. _symbols.Select(symbol => symbol.ToLowerInvariant())];
        IEnumerable<string> begins = lower.Where(symbol => symbol.Length == 1 || symbol[0] == Space).Select(symbol => symbol.TrimStart(Space));
        IEnumerable<string> continues = lower.Where(symbol => symbol[0] != Space).Select(symbol => "##" + symbol);
        string[] special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
        return new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', special.Concat(begins).Concat(continues).Distinct())));
    }

    /// <summary>A SentencePiece model: a later merge has a lower score, or a token's score is the logarithm of how often it occurs.</summary>
    public Stream SentencePiece(bool unigram)
    {
        var file = new SentencePieceBytes { Unigram = unigram, RemoveExtraWhitespaces = true }.AddControls();
        double total = _counts.Values.Sum();
        int rank = 0;
        foreach (string symbol in _symbols.Distinct())
            file.Add(symbol, (float)(unigram ? Math.Log((_counts.GetValueOrDefault(symbol) + 0.5) / total) : -rank++));
        return file.ToStream();
    }

    private static (string Left, string Right)? Best(List<(List<string> Symbols, int Count)> words)
    {
        var counts = new Dictionary<(string, string), int>();
        foreach ((List<string> symbols, int count) in words)
        {
            for (int i = 1; i < symbols.Count; i++)
            {
                (string, string) pair = (symbols[i - 1], symbols[i]);
                counts[pair] = counts.GetValueOrDefault(pair) + count;
            }
        }

        return counts.Count == 0 ? null : counts.MaxBy(pair => (pair.Value, pair.Key)).Key;
    }

    private static void Join(List<string> symbols, (string Left, string Right) pair)
    {
        for (int i = 0; i + 1 < symbols.Count; i++)
        {
            if (symbols[i] == pair.Left && symbols[i + 1] == pair.Right)
            {
                symbols[i] += symbols[i + 1];
                symbols.RemoveAt(i + 1);
            }
        }
    }
}
