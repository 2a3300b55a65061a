/// <summary>
/// Lines that say some words, here and there with something between them that means nothing, and then the words again. Large language
/// models can write again what they have read, which is most of what one has to learn that is to write what it hears; a small one is
/// taught it.
/// </summary>
internal static class Repeats
{
    /// <summary>What is before the words, and between them and the same words again.</summary>
    public const string Before = "Heard:", Between = " Said:";

    private const string Nothing = " ~";

    private const int MostWords = 6, MostNothing = 4;

    /// <summary>Lines of a text's words, as many as it has characters itself.</summary>
    public static IEnumerable<string> Of(IReadOnlyCollection<string> paragraphs, Random random)
    {
        string[] words = [.. paragraphs
            .SelectMany(paragraph => paragraph.ToLowerInvariant().Split(' '))
            .Select(word => string.Concat(word.Where(char.IsAsciiLetterLower)))
            .Where(word => word.Length > 0)];
        long all = paragraphs.Sum(paragraph => (long)paragraph.Length);
        for (long length = 0; length < all;)
        {
            string line = Draw(words, random);
            length += line.Length;
            yield return line;
        }
    }

    private static string Draw(string[] words, Random random)
    {
        int count = 1 + random.Next(MostWords), begin = random.Next(words.Length - count);
        // As they are in a text, or in no order, so that it doesn't help to guess them.
        bool isText = random.Next(2) == 0, isPlain = random.Next(3) == 0;
        string[] said = [.. Enumerable.Range(0, count).Select(i => words[isText ? begin + i : random.Next(words.Length)])];
        string heard = string.Concat(said.Select(word => $"{Gap()} {word}"));
        return $"{Before}{heard}{Gap()}{Between} {string.Join(' ', said)}";

        string Gap() => isPlain ? "" : string.Concat(Enumerable.Repeat(Nothing, random.Next(MostNothing + 1)));
    }
}
