using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Inference;

/// <summary>
/// Makes text of tokens one by one. What isn't certain yet is held back: bytes of a character that isn't whole, and what may become a stop
/// text. Special tokens have no text.
/// </summary>
internal sealed class TextStream
{
    private const char Replacement = '\uFFFD';

    private readonly HuggingFaceTokenizer _tokenizer;
    private readonly IReadOnlyList<string> _stop;
    private readonly List<int> _ids;
    private readonly StringBuilder _held = new();

    // Tokens before the first are certain; those up to the second were decoded, and give the next ones their context.
    private int _certain;
    private int _decoded;

    /// <param name="tokenizer">The model's.</param>
    /// <param name="stop">Texts of which each ends the stream.</param>
    /// <param name="before">
    /// The tokens of the text that goes on, whose characters aren't given; none where a text begins, before whose first word many
    /// tokenizers leave out the blank.
    /// </param>
    public TextStream(HuggingFaceTokenizer tokenizer, IReadOnlyList<string> stop, IEnumerable<int>? before = null)
    {
        _tokenizer = tokenizer;
        _stop = stop;
        _ids = [.. (before ?? []).Where(id => !tokenizer.IsSpecial(id))];
        _decoded = _ids.Count;
    }

    /// <summary>Whether a stop text came; nothing follows.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Adds a token, and gives the characters that are certain with it.</summary>
    public string Add(int id)
    {
        if (!_tokenizer.IsSpecial(id))
            _ids.Add(id);
        string before = Decode(_certain, _decoded), now = Decode(_certain, _ids.Count);
        // A last character that isn't one may be the begin of one.
        if (now.Length <= before.Length || now[^1] == Replacement)
            return "";
        (_certain, _decoded) = (_decoded, _ids.Count);
        return Pass(now[before.Length..], isLast: false);
    }

    /// <summary>What was held back, once no token follows.</summary>
    public string Finish()
    {
        if (IsStopped)
            return "";
        string before = Decode(_certain, _decoded), now = Decode(_certain, _ids.Count);
        (_certain, _decoded) = (_decoded, _ids.Count);
        return Pass(now.Length > before.Length ? now[before.Length..] : "", isLast: true);
    }

    private string Decode(int from, int to) => from == to ? "" : _tokenizer.Decode(_ids[from..to])!;

    private string Pass(string text, bool isLast)
    {
        string all = _held.Append(text).ToString();
        _held.Clear();
        int end = _stop.Select(ending => all.IndexOf(ending, StringComparison.Ordinal)).Where(place => place >= 0).DefaultIfEmpty(-1).Min();
        if (end >= 0)
        {
            IsStopped = true;
            return all[..end];
        }

        int certain = isLast ? all.Length : all.Length - HeldLength(all);
        _held.Append(all, certain, all.Length - certain);
        return all[..certain];
    }

    /// <summary>How many of the last characters may begin a stop text.</summary>
    private int HeldLength(string text)
    {
        int held = 0;
        foreach (string ending in _stop)
        {
            for (int length = Math.Min(ending.Length - 1, text.Length); length > held; length--)
            {
                if (text.AsSpan().EndsWith(ending.AsSpan(0, length)))
                    held = length;
            }
        }

        return held;
    }
}
