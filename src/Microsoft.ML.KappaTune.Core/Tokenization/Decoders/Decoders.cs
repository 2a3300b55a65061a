namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>One step from tokens back to text; the strings that the last one leaves are joined.</summary>
internal interface IDecoder
{
    /// <summary>Changes the list in place.</summary>
    void Decode(List<string> tokens);
}

/// <summary>WordPiece: continuations lose their prefix, other tokens get a space before them.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleanUp) : IDecoder
{
    // What English tokenization put spaces around.
    private static readonly (string From, string To)[] Cleanups =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    public void Decode(List<string> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            string token = tokens[i];
            if (i > 0)
                token = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : $" {token}";
            if (cleanUp)
            {
                foreach ((string from, string to) in Cleanups)
                    token = token.Replace(from, to, StringComparison.Ordinal);
            }

            tokens[i] = token;
        }
    }
}

/// <summary>Byte-level: the visible characters are bytes of UTF-8; what isn't UTF-8 becomes U+FFFD.</summary>
internal sealed class ByteLevelDecoder : IDecoder
{
    public void Decode(List<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (string token in tokens)
        {
            int start = bytes.Count;
            foreach (char c in token)
            {
                if (ByteAlphabet.TryGetByte(c, out byte value))
                {
                    bytes.Add(value);
                    continue;
                }

                // An added token, which stands for itself.
                bytes.RemoveRange(start, bytes.Count - start);
                bytes.AddRange(Encoding.UTF8.GetBytes(token));
                break;
            }
        }

        tokens.Clear();
        tokens.Add(Encoding.UTF8.GetString([.. bytes]));
    }
}

/// <summary>Metaspaces become spaces; those of the first token, which the pre-tokenizer put there, go.</summary>
internal sealed class MetaspaceDecoder(char replacement, bool dropsFirst) : IDecoder
{
    public void Decode(List<string> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            tokens[i] = i == 0 && dropsFirst
                ? tokens[i].Replace(replacement.ToString(), "", StringComparison.Ordinal)
                : tokens[i].Replace(replacement, ' ');
        }
    }
}

/// <summary>A word's last token ends with a suffix, which becomes a space.</summary>
internal sealed class BpeDecoder(string suffix) : IDecoder
{
    public void Decode(List<string> tokens)
    {
        for (int i = 0; i < tokens.Count && suffix.Length > 0; i++)
            tokens[i] = tokens[i].Replace(suffix, i == tokens.Count - 1 ? "" : " ", StringComparison.Ordinal);
    }
}

/// <summary>Byte tokens that follow each other become the text of their UTF-8 or, where it is none, a U+FFFD each.</summary>
internal sealed class ByteFallbackDecoder : IDecoder
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public void Decode(List<string> tokens)
    {
        string[] before = [.. tokens];
        tokens.Clear();
        var bytes = new List<byte>();
        foreach (string token in before)
        {
            if (ByteTokens.TryParse(token, out byte value))
            {
                bytes.Add(value);
                continue;
            }

            Flush(bytes, tokens);
            tokens.Add(token);
        }

        Flush(bytes, tokens);
    }

    private static void Flush(List<byte> bytes, List<string> tokens)
    {
        if (bytes.Count == 0)
            return;
        try
        {
            tokens.Add(Strict.GetString([.. bytes]));
        }
        catch (DecoderFallbackException)
        {
            tokens.AddRange(Enumerable.Repeat("\uFFFD", bytes.Count));
        }

        bytes.Clear();
    }
}

/// <summary>All tokens become one string.</summary>
internal sealed class FuseDecoder : IDecoder
{
    public void Decode(List<string> tokens)
    {
        string whole = string.Concat(tokens);
        tokens.Clear();
        tokens.Add(whole);
    }
}

/// <summary>Replaces what a pattern matches, token by token.</summary>
internal sealed class ReplaceDecoder(ReplaceNormalizer replace) : IDecoder
{
    public void Decode(List<string> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
            tokens[i] = replace.Apply(tokens[i]);
    }
}

/// <summary>Removes up to so many of a character from the ends of each token.</summary>
internal sealed class StripDecoder(char content, int start, int stop) : IDecoder
{
    public void Decode(List<string> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            string token = tokens[i];
            int first = 0, end = token.Length;
            while (first < end && first < start && token[first] == content)
                first++;
            while (end > first && token.Length - end < stop && token[end - 1] == content)
                end--;
            tokens[i] = token[first..end];
        }
    }
}
