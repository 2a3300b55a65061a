namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// Three characters that are in none of a rendering's inputs. They go through a template with the text around them: two mark the begin
/// and the end of what the model writes, one comes behind the first character of a special token's text in a message, so that it is
/// none to the template and to whoever reads the result.
/// </summary>
internal sealed class ChatMarks
{
    private const char FirstPrivate = '\ue000', LastPrivate = '\uf8ff';

    private readonly char _begin;
    private readonly char _end;
    private readonly char _plain;
    private readonly string[] _tokens;

    /// <param name="inputs">All texts that a template is or gets.</param>
    /// <param name="plainTokens">The tokens that are plain text in messages.</param>
    /// <exception cref="FormatException">The texts use all characters of Unicode's private area.</exception>
    public ChatMarks(IEnumerable<string> inputs, IReadOnlyCollection<string> plainTokens)
    {
        HashSet<char> used = [.. inputs.SelectMany(text => text).Where(c => c is >= FirstPrivate and <= LastPrivate)];
        char[] free = [.. Enumerable.Range(FirstPrivate, LastPrivate - FirstPrivate + 1).Select(c => (char)c).Where(c => !used.Contains(c))
            .Take(3)];
        if (free is not [char begin, char end, char plain])
            throw new FormatException("The texts use all characters of Unicode's private area. Take some of them out.");
        (_begin, _end, _plain) = (begin, end, plain);
        _tokens = [.. plainTokens.Where(token => token.Length > 0)];
    }

    /// <summary>The marks, as a template's interpreter takes them.</summary>
    public string Characters => new([_begin, _end, _plain]);

    /// <summary>A text in which no token begins, nor one that what follows it could complete.</summary>
    public string Protect(string content)
    {
        StringBuilder? marked = null;
        int copied = 0;
        for (int i = 0; i < content.Length; i++)
        {
            if (!BeginsToken(content.AsSpan(i)))
                continue;
            int next = i + (char.IsSurrogatePair(content, i) ? 2 : 1);
            marked = (marked ?? new StringBuilder()).Append(content, copied, next - copied).Append(_plain);
            copied = next;
        }

        return marked is null ? content : marked.Append(content, copied, content.Length - copied).ToString();
    }

    /// <summary>Takes the marks out of what a template wrote.</summary>
    /// <exception cref="FormatException">The template cut a marked part in two.</exception>
    public ChatText Read(string rendered)
    {
        var text = new StringBuilder(rendered.Length);
        var generated = new List<Span>();
        var plain = new HashSet<int>();
        int depth = 0, start = 0;
        foreach (char c in rendered)
        {
            if (c == _begin && depth++ == 0)
            {
                start = text.Length;
            }
            else if (c == _end && --depth == 0)
            {
                if (text.Length > start)
                    generated.Add(new Span(start, text.Length));
            }
            else if (c == _plain && text.Length > 0)
            {
                plain.Add(text.Length - (char.IsLowSurrogate(text[^1]) && text.Length > 1 ? 2 : 1));
            }

            if (depth < 0)
                break;
            if (c != _begin && c != _end && c != _plain)
                text.Append(c);
        }

        return depth == 0
            ? new ChatText(text.ToString(), generated, plain)
            : throw new FormatException("it cuts a part between generation and endgeneration in two");
    }

    private bool BeginsToken(ReadOnlySpan<char> text)
    {
        foreach (string token in _tokens)
        {
            if (text.StartsWith(token) || (text.Length < token.Length && token.AsSpan().StartsWith(text)))
                return true;
        }

        return false;
    }
}
