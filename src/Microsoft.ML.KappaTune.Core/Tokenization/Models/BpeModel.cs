using System.Globalization;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>How a byte-pair model treats what its merges don't say; the names are those of <c>tokenizer.json</c>.</summary>
internal sealed record BpeOptions
{
    /// <summary>The token for a character that is none; without one such characters vanish.</summary>
    public string? UnknownToken { get; init; }

    /// <summary>Whether unknown characters that touch are one token.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>Whether a character that is no token becomes the tokens of its UTF-8 bytes, such as <c>&lt;0xE2&gt;</c>.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>Whether a word that is a token is taken as such, whatever the merges say.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>What the tokens of all characters but a word's first begin with.</summary>
    public string ContinuationPrefix { get; init; } = "";

    /// <summary>What the token of a word's last character ends with.</summary>
    public string EndOfWordSuffix { get; init; } = "";
}

/// <summary>Which pairs of tokens become one: the rank, lowest first, and the id of what they become.</summary>
internal sealed class BpeMerges
{
    private readonly Dictionary<long, (int Rank, int Id)> _merges;

    public BpeMerges(int capacity) => _merges = new(capacity);

    /// <summary>Adds the next merge; of two of one pair the later counts, as it does in the library that the files are made for.</summary>
    public void Add(int rank, int left, int right, int id) => _merges[Key(left, right)] = (rank, id);

    public bool TryGet(int left, int right, out int rank, out int id)
    {
        bool found = _merges.TryGetValue(Key(left, right), out (int Rank, int Id) merge);
        (rank, id) = merge;
        return found;
    }

    private static long Key(int left, int right) => (long)left << 32 | (uint)right;
}

/// <summary>Byte-pair encoding: a word's characters, merged pair by pair.</summary>
internal sealed class BpeModel : TokenModel
{
    private readonly BpeMerges _merges;
    private readonly BpeOptions _options;
    private readonly int[]? _bytes;
    private readonly bool _decorates;

    public BpeModel(Vocabulary vocabulary, BpeMerges merges, BpeOptions options) : base(vocabulary)
    {
        _merges = merges;
        _options = options;
        _bytes = options.ByteFallback ? ByteTokens.Find(vocabulary) : null;
        _decorates = options.ContinuationPrefix.Length + options.EndOfWordSuffix.Length > 0;
        UnknownId = options.UnknownToken is { } unknown ? vocabulary.IdOf(unknown) : -1;
    }

    public override int UnknownId { get; }

    protected override void TokenizeNew(ReadOnlySpan<char> word, TokenBuffer tokens)
    {
        if (_options.IgnoreMerges && Vocabulary.IdOf(word) is var whole and >= 0)
        {
            tokens.Add(whole, 0, word.Length);
            return;
        }

        BpeWord symbols = BpeWord.Rent();
        AddSymbols(word, symbols);
        symbols.Merge(_merges);
        symbols.CopyTo(tokens);
        symbols.Return();
    }

    private void AddSymbols(ReadOnlySpan<char> word, BpeWord symbols)
    {
        bool afterUnknown = false;
        int length;
        Span<byte> utf8 = stackalloc byte[4];
        for (int start = 0; start < word.Length; start += length)
        {
            Rune.DecodeFromUtf16(word[start..], out Rune rune, out length);
            ReadOnlySpan<char> character = word.Slice(start, length);
            int end = start + length, id = IdOf(character, start == 0, end == word.Length);
            if (id >= 0)
            {
                symbols.Add(id, start, end);
                afterUnknown = false;
            }
            else if (_bytes is not null)
            {
                foreach (byte value in utf8[..rune.EncodeToUtf8(utf8)])
                    symbols.Add(_bytes[value], start, end);
                afterUnknown = false;
            }
            else if (UnknownId >= 0)
            {
                if (afterUnknown && _options.FuseUnknown)
                    symbols.Extend(end);
                else
                    symbols.Add(UnknownId, start, end);
                afterUnknown = true;
            }
        }
    }

    private int IdOf(ReadOnlySpan<char> character, bool isFirst, bool isLast)
    {
        if (!_decorates)
            return Vocabulary.IdOf(character);
        string prefix = isFirst ? "" : _options.ContinuationPrefix, suffix = isLast ? _options.EndOfWordSuffix : "";
        return Vocabulary.IdOf(string.Create(CultureInfo.InvariantCulture, $"{prefix}{character}{suffix}"));
    }
}
