/// <summary>
/// Has digits and commands said by voices: of three utterances one is a command, one a string of digits that is spoken in one go, and one
/// is joined from digits that were spoken singly, as answering machines do.
/// </summary>
internal static class Speakers
{
    // Of the joined strings: so many manners of speaking, each of which says all digits once.
    private const int JoiningShare = 20;

    /// <summary>Has as many utterances said as are asked for.</summary>
    /// <param name="voices">Who speaks.</param>
    /// <param name="count">Utterances.</param>
    /// <param name="folder">Where spoken lines are kept.</param>
    public static Utterance[] Say(IReadOnlyList<Voice> voices, int count, string folder, Random random)
    {
        Line[] lines = [.. Enumerable.Range(0, count * 2 / 3).Select(i => Line.Draw(
            Voice.Draw(voices, random), i % 2 == 0 ? Phrases.Commands[random.Next(Phrases.Commands.Count)]
                : string.Join(' ', Phrases.DrawDigits(random)), random))];
        int manners = Math.Max(1, count / JoiningShare);
        Line[] words = [.. Enumerable.Range(0, manners)
            .Select(_ => Line.Draw(Voice.Draw(voices, random), "", random))
            .SelectMany(line => Phrases.Digits.Select(digit => line with { Text = digit }))];
        Sound[] spoken = Speaking.Speak([.. lines, .. words], folder);
        return
        [
            .. lines.Select((line, i) => new Utterance(line.Text, line.Voice.ToString(), spoken[i])),
            .. Enumerable.Range(0, count - lines.Length).Select(_ => Join(random.Next(manners))),
        ];

        Utterance Join(int manner)
        {
            int first = manner * Phrases.Digits.Count;
            return JoinDigits(words[first].Voice.ToString(), digit => spoken[lines.Length + first + digit], random);
        }
    }

    /// <summary>A string of digits that were spoken singly.</summary>
    /// <param name="by">Who spoke them.</param>
    /// <param name="soundOf">How each digit sounds.</param>
    public static Utterance JoinDigits(string by, Func<int, Sound> soundOf, Random random)
    {
        int[] digits = [.. Enumerable.Range(0, 1 + random.Next(Phrases.LongestString)).Select(_ => random.Next(Phrases.Digits.Count))];
        return new(
            string.Join(' ', digits.Select(digit => Phrases.Digits[digit])), by,
            Sound.Join(digits.Select(soundOf), () => 0.02 + 0.25 * random.NextDouble()));
    }
}
