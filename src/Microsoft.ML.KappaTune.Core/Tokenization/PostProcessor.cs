namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>A part of a template: a special token, or the first or the second text.</summary>
internal readonly record struct TemplatePart(TemplatePart.PartKind Kind, int Id, int TypeId)
{
    public enum PartKind
    {
        Special,
        First,
        Second,
    }

    public static TemplatePart Special(int id, int typeId = 0) => new(PartKind.Special, id, typeId);

    public static TemplatePart First(int typeId = 0) => new(PartKind.First, -1, typeId);

    public static TemplatePart Second(int typeId) => new(PartKind.Second, -1, typeId);
}

/// <summary>Where the special tokens go around one text, and around a pair.</summary>
internal sealed class PostProcessor
{
    private readonly TemplatePart[] _single;
    private readonly TemplatePart[] _pair;
    private readonly int _singleSpecials;
    private readonly int _pairSpecials;

    public PostProcessor(IReadOnlyList<TemplatePart> single, IReadOnlyList<TemplatePart> pair)
    {
        _single = [.. single];
        _pair = [.. pair];
        _singleSpecials = _single.Count(part => part.Kind == TemplatePart.PartKind.Special);
        _pairSpecials = _pair.Count(part => part.Kind == TemplatePart.PartKind.Special);
    }

    /// <summary>The post-processor with all types 0, for a model that takes no types.</summary>
    public PostProcessor WithoutTypes() =>
        new([.. _single.Select(part => part with { TypeId = 0 })], [.. _pair.Select(part => part with { TypeId = 0 })]);

    /// <summary>No special tokens; the second text has the type 1.</summary>
    public static PostProcessor None { get; } = new([TemplatePart.First()], [TemplatePart.First(), TemplatePart.Second(1)]);

    /// <summary>Llama's: a beginning and an end around each text, both or one, where they are given; the second text's of type 1.</summary>
    public static PostProcessor Llama(int? begin, int? end)
    {
        TemplatePart[] first = Around(TemplatePart.First());
        return new PostProcessor(first, [.. first, .. Around(TemplatePart.Second(1))]);

        TemplatePart[] Around(TemplatePart text)
        {
            TemplatePart? before = begin is { } id ? TemplatePart.Special(id, text.TypeId) : null;
            TemplatePart? after = end is { } last ? TemplatePart.Special(last, text.TypeId) : null;
            return [.. new[] { before, text, after }.OfType<TemplatePart>()];
        }
    }

    /// <summary>BERT's: [CLS] A [SEP] B [SEP], B and its end of type 1.</summary>
    public static PostProcessor Bert(int first, int separator) => new(
        [TemplatePart.Special(first), TemplatePart.First(), TemplatePart.Special(separator)],
        [
            TemplatePart.Special(first), TemplatePart.First(), TemplatePart.Special(separator),
            TemplatePart.Second(1), TemplatePart.Special(separator, 1),
        ]);

    /// <summary>RoBERTa's: &lt;s&gt; A &lt;/s&gt;&lt;/s&gt; B &lt;/s&gt;, all of type 0.</summary>
    public static PostProcessor Roberta(int first, int separator) => new(
        [TemplatePart.Special(first), TemplatePart.First(), TemplatePart.Special(separator)],
        [
            TemplatePart.Special(first), TemplatePart.First(), TemplatePart.Special(separator),
            TemplatePart.Special(separator), TemplatePart.Second(0), TemplatePart.Special(separator),
        ]);

    public IEnumerable<int> SpecialIds =>
        _single.Concat(_pair).Where(part => part.Kind == TemplatePart.PartKind.Special).Select(part => part.Id);

    /// <summary>The special token that begins a text, or -1.</summary>
    public int LeadingId => _single is [{ Kind: TemplatePart.PartKind.Special } part, ..] ? part.Id : -1;

    /// <summary>The special token that ends a text, or -1.</summary>
    public int TrailingId => _single is [.., { Kind: TemplatePart.PartKind.Special } part] ? part.Id : -1;

    public int SpecialCount(bool isPair) => isPair ? _pairSpecials : _singleSpecials;

    /// <summary>Puts the tokens of one or two texts together.</summary>
    public EncodedText Apply(ReadOnlySpan<TokenSpan> first, ReadOnlySpan<TokenSpan> second, bool isPair, bool truncated, int tokenCount)
    {
        TemplatePart[] parts = isPair ? _pair : _single;
        int length = 0;
        foreach (TemplatePart part in parts)
        {
            length += part.Kind switch
            {
                TemplatePart.PartKind.First => first.Length,
                TemplatePart.PartKind.Second => second.Length,
                _ => 1,
            };
        }

        int[] ids = new int[length], types = new int[length];
        int at = 0;
        foreach (TemplatePart part in parts)
        {
            int start = at;
            if (part.Kind == TemplatePart.PartKind.Special)
            {
                ids[at++] = part.Id;
            }
            else
            {
                foreach (TokenSpan token in part.Kind == TemplatePart.PartKind.First ? first : second)
                    ids[at++] = token.Id;
            }

            types.AsSpan(start, at - start).Fill(part.TypeId);
        }

        return new EncodedText(ids, types, truncated, tokenCount);
    }
}
