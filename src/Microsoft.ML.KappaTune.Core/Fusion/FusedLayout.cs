using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>
/// The tokens of a row of a fused model: the one that begins a text, the prompt before, a place for each vector, the prompt behind, the
/// transcript. Any number of threads may use it.
/// </summary>
internal sealed class FusedLayout
{
    private readonly HuggingFaceTokenizer _tokenizer;
    private readonly FusionConfig _config;
    private readonly int[] _before, _behind;

    // A transcript goes on with the prompt, and words within a text have a blank before them.
    private readonly string _blank;

    public FusedLayout(HuggingFaceTokenizer tokenizer, FusionConfig config)
    {
        (_tokenizer, _config) = (tokenizer, config);
        int[] begin = tokenizer.BeginId >= 0 ? [tokenizer.BeginId] : [];
        _before = [.. begin, .. Ids(config.PromptBefore)];
        _behind = Ids(config.PromptAfter);
        _blank = config.PromptAfter.Length == 0 || char.IsWhiteSpace(config.PromptAfter[^1]) ? "" : " ";
    }

    /// <summary>The place of a row's first vector.</summary>
    public int FirstVector => _before.Length;

    /// <summary>Tokens up to the transcript, for so many frames; vectors' places have the padding's.</summary>
    public int[] Prompt(int frames) =>
        [.. _before, .. Enumerable.Repeat(_tokenizer.PadId, _config.VectorCount(frames)), .. _behind];

    /// <summary>The vectors' places in such a prompt.</summary>
    public Range PlacesIn(int[] prompt) => _before.Length..(prompt.Length - _behind.Length);

    /// <summary>The tokens of a transcript that follows the prompt; none where it has nothing but blanks.</summary>
    public int[] Transcript(string transcript)
    {
        transcript = transcript.Trim();
        if (transcript.Length == 0)
            return [];
        string prompt = _config.PromptAfter, text = $"{prompt}{_blank}{transcript}";
        IReadOnlyList<TokenSpan> tokens = _tokenizer.EncodeWithOffsets(text);
        int[] ofPrompt = [.. tokens.TakeWhile(token => token.End <= prompt.Length).Select(token => token.Id)];
        // A token across the border isn't in a prompt that ends there, and a prompt is read alone when it is to be gone on with.
        return ofPrompt.AsSpan().SequenceEqual(_behind) && tokens.Skip(ofPrompt.Length).All(token => token.Start >= prompt.Length)
            ? [.. tokens.Skip(ofPrompt.Length).Select(token => token.Id)]
            : Ids(_blank + transcript);
    }

    private int[] Ids(string text) => [.. _tokenizer.EncodeWithOffsets(text).Select(token => token.Id)];
}
