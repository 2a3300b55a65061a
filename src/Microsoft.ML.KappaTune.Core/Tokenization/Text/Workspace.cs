namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>The buffers that one call fills. Each thread keeps them between calls, so that encoding allocates only its result.</summary>
internal sealed class Workspace
{
    // A workspace that once held a huge text isn't kept.
    private const int MaxKept = 1 << 16;

    [ThreadStatic]
    private static Workspace? _kept;

    private AlignedText _spare = new();
    private List<Span> _spareSpans = [];

    /// <summary>The text as the caller gave it.</summary>
    public AlignedText Original { get; } = new();

    /// <summary>The part of the text between two added tokens, as far as it is normalized.</summary>
    public AlignedText Text { get; private set; } = new();

    /// <summary>A part of <see cref="Text"/> that is set aside while its own parts are tokenized.</summary>
    public AlignedText Normalized { get; } = new();

    /// <summary>The words of <see cref="Text"/>, as far as it is split.</summary>
    public List<Span> Words { get; private set; } = [];

    public TokenBuffer Tokens { get; } = new();

    public static Workspace Rent()
    {
        Workspace workspace = _kept ?? new Workspace();
        _kept = null;
        workspace.Tokens.Clear();
        return workspace;
    }

    public void Return()
    {
        if (Original.Capacity <= MaxKept && Text.Capacity <= MaxKept && _spare.Capacity <= MaxKept && Tokens.Capacity <= MaxKept)
            _kept = this;
    }

    /// <summary>The empty buffer that a step writes its text to; <see cref="AcceptText"/> makes it the text.</summary>
    public AlignedText NextText()
    {
        _spare.Clear();
        return _spare;
    }

    public void AcceptText() => (Text, _spare) = (_spare, Text);

    /// <summary>The empty list that a step writes its words to; <see cref="AcceptWords"/> makes it the words.</summary>
    public List<Span> NextWords()
    {
        _spareSpans.Clear();
        return _spareSpans;
    }

    public void AcceptWords() => (Words, _spareSpans) = (_spareSpans, Words);
}
