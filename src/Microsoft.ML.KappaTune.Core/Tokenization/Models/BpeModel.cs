using System.Globalization;
using System.Text;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Byte-pair encoding: a word's characters, merged pair by pair.</summary>
internal sealed class BpeModel : TokenModel
{
    private readonly BpeMerges _merges;
    private readonly BpeOptions _options;
    private readonly int[]? _bytes;
    private readonly bool _decorates;

    public BpeModel(Vocabulary vocabulary, BpeMerges merges, BpeOptions options)
        : base(vocabulary)
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
        if (_options.IgnoreMerges && Vocabulary.Table.TryGetId(word, out int whole))
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
