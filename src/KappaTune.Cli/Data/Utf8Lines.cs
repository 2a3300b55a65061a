using System.Text;

namespace KappaTune.Cli.Data;

/// <summary>The lines of a text file, which has to be UTF-8.</summary>
internal static class Utf8Lines
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="name">The file, as messages begin.</param>
    /// <exception cref="FormatException">A byte isn't UTF-8.</exception>
    public static IEnumerable<string> Read(string name, string path)
    {
        using var reader = new StreamReader(path, Strict);
        for (int line = 1; ; line++)
        {
            string? text;
            try
            {
                text = reader.ReadLine();
            }
            catch (DecoderFallbackException e)
            {
                // The reader decodes ahead of the lines that it gives.
                throw new FormatException(
                    $"{name}, line {NumberText.Count(line)} or one soon after it isn't UTF-8. Convert the file: iconv -f LATIN1 -t UTF-8 "
                    + "FILE > NEW, where LATIN1 is what it is in.",
                    e);
            }

            if (text is null)
                yield break;
            yield return text;
        }
    }
}
