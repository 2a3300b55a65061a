namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>The lines of a text file in UTF-8.</summary>
internal static class TextLines
{
    private const char ByteOrderMark = '\ufeff';

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="CheckpointFormatException">The file isn't UTF-8.</exception>
    public static string[] Read(TokenizerFiles files, string name)
    {
        try
        {
            // Blank lines at the end, which editors leave, are neither tokens nor merges.
            string text = Strict.GetString(files.Content[name]).TrimStart(ByteOrderMark).TrimEnd('\r', '\n');
            return text.Length == 0 ? [] : [.. text.Split('\n').Select(line => line.TrimEnd('\r'))];
        }
        catch (DecoderFallbackException e)
        {
            throw new CheckpointFormatException(files.PathOf(name), "the file isn't UTF-8", JsonFile.Remedy, innerException: e);
        }
    }
}
