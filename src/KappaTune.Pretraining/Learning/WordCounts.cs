using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>
/// How often each word is in a text, the words being what a tokenizer's own normalizer and pre-tokenizer make of it: what
/// is learnt from them is what encoding will see. Special tokens that are in the text are no part of it.
/// </summary>
internal sealed class WordCounts(IEnumerable<AddedToken> special, IReadOnlyList<INormalizer> normalizers, IPreTokenizer preTokenizer)
{
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly Workspace _workspace = new();
    private readonly AddedTokenFinder _special = new(special.Select(token => (token.Content, token)));
    private readonly NormalizerSequence _normalizer = new(normalizers);

    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <exception cref="ArgumentException">There is no word in the texts.</exception>
    public void Add(IEnumerable<string> texts, CancellationToken cancellation)
    {
        foreach (string text in texts)
        {
            cancellation.ThrowIfCancellationRequested();
            Add(text);
        }

        if (_counts.Count == 0)
            throw new ArgumentException("texts hold no words; allowed is text to learn a tokenizer from.", nameof(texts));
    }

    public void Add(string text)
    {
        AlignedText original = _workspace.Original;
        original.Load(text);
        int from = 0;
        while (_special.TryFind(original.Chars, from, out _, out Span place))
        {
            AddPart(new Span(from, place.Start));
            from = place.End;
        }

        AddPart(new Span(from, original.Length));
    }

    private void AddPart(Span part)
    {
        _workspace.Text.Clear();
        _workspace.Text.Append(_workspace.Original, part.Start, part.End);
        _normalizer.Normalize(_workspace);
        if (_workspace.Text.Length == 0)
            return;
        _workspace.Words.Clear();
        _workspace.Words.Add(new Span(0, _workspace.Text.Length));
        preTokenizer.PreTokenize(_workspace);
        foreach (Span word in _workspace.Words)
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, _workspace.Text[word].ToString(), out _)++;
    }
}
