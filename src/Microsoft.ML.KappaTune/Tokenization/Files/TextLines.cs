using System.Text;
using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>The lines of a text file in UTF-8.</summary>
internal static class TextLines
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="CheckpointFormatException">The file isn't UTF-8.</exception>
    public static string[] Read(TokenizerFiles files, string name)
    {
        try
        {
            string[] lines = Strict.GetString(files.Content[name]).Split('\n');
            // What follows the last line end is no line.
            string[] whole = lines[^1].Length == 0 ? lines[..^1] : lines;
            return [.. whole.Select(line => line.TrimEnd('\r'))];
        }
        catch (DecoderFallbackException e)
        {
            throw new CheckpointFormatException(files.PathOf(name), "the file isn't UTF-8", JsonFile.Remedy, innerException: e);
        }
    }
}
