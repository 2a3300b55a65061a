namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>The tokens that stand for single bytes, <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>.</summary>
internal static class ByteTokens
{
    /// <summary>Their ids by byte; null where the vocabulary lacks one, and so can't express every character.</summary>
    public static int[]? Find(Vocabulary vocabulary)
    {
        int[] ids = [.. Enumerable.Range(0, 256).Select(value => vocabulary.IdOf($"<0x{value:X2}>"))];
        return ids.Contains(-1) ? null : ids;
    }

    /// <summary>Refuses a vocabulary with some of them only: the library that the files are made for mixes up the order there.</summary>
    public static void Check(Vocabulary vocabulary, Func<string, CheckpointFormatException> refuse)
    {
        int count = Enumerable.Range(0, 256).Count(value => vocabulary.IdOf($"<0x{value:X2}>") >= 0);
        if (count is > 0 and < 256)
            throw refuse($"the vocabulary has {count} of the 256 byte tokens, which isn't understood");
    }

    /// <summary>Reads a token of that form.</summary>
    public static bool TryParse(string token, out byte value)
    {
        value = 0;
        return token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
            && byte.TryParse(token.AsSpan(3, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out value);
    }
}
