using System.Text.Json;

namespace Microsoft.ML.KappaTune.Tests.Audio;

public class ErrorRateTests
{
    [Fact]
    public void Rates_are_those_of_jiwer()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(Golden.Open("speech/error_rates.json")));
        var all = new List<(ErrorRate Words, ErrorRate Characters)>();
        bool hasTotal = false;
        foreach (JsonElement row in golden.RootElement.EnumerateArray())
        {
            bool isTotal = row.TryGetProperty("all", out _);
            (ErrorRate words, ErrorRate characters) = isTotal
                ? (ErrorRate.Sum(all.Select(rates => rates.Words)), ErrorRate.Sum(all.Select(rates => rates.Characters)))
                : Rates(row.GetProperty("reference").GetString()!, row.GetProperty("hypothesis").GetString()!);
            Assert.Equal(row.GetProperty("wer").GetDouble(), words.Value, 1e-12);
            Assert.Equal(row.GetProperty("cer").GetDouble(), characters.Value, 1e-12);
            if (!isTotal)
                all.Add((words, characters));
            hasTotal |= isTotal;
        }

        Assert.True(hasTotal && all.Count == 7);

        static (ErrorRate Words, ErrorRate Characters) Rates(string said, string heard) =>
            (ErrorRate.OfWords(said, heard), ErrorRate.OfCharacters(said, heard));
    }

    [Theory]
    [InlineData("one two three", "one two three", 0, 0, 0)]
    [InlineData("one two three", "one three", 0, 0, 1)]
    [InlineData("one two three", "one two two three", 0, 1, 0)]
    [InlineData("one two three", "one four three", 1, 0, 0)]
    [InlineData("one two three", "", 0, 0, 3)]
    [InlineData("a b c d", "b c d e", 0, 1, 1)]
    [InlineData("a b", "b a", 2, 0, 0)]
    [InlineData("  one\ttwo \n three ", "one two three", 0, 0, 0)]
    [InlineData("one", "One", 1, 0, 0)]
    public void Edits_of_words_are_told_apart(string said, string heard, int substitutions, int insertions, int deletions)
    {
        int length = said.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        ErrorRate words = ErrorRate.OfWords(said, heard);
        Assert.Equal(new ErrorRate(substitutions, insertions, deletions, length), words);
        Assert.Equal(substitutions + insertions + deletions, words.Edits);
        Assert.Equal((double)words.Edits / length, words.Value);
        Assert.Equal(new ErrorRate(substitutions, deletions, insertions, length + insertions - deletions), ErrorRate.OfWords(heard, said));
    }

    /// <summary>As jiwer 4: what is heard in silence is an error a word, and silence that is heard as silence none.</summary>
    [Theory]
    [InlineData("", "", 0)]
    [InlineData(" ", "", 0)]
    [InlineData("", "one", 1)]
    [InlineData("", "one two three", 3)]
    public void Nothing_said_costs_what_was_heard(string said, string heard, int words)
    {
        Assert.Equal(new ErrorRate(0, words, 0, 0), ErrorRate.OfWords(said, heard));
        Assert.Equal(words, ErrorRate.OfWords(said, heard).Value);
        Assert.Equal(heard.Length, ErrorRate.OfCharacters(said, heard).Value);
        // Among others it counts like any text.
        ErrorRate other = ErrorRate.OfWords("one two three four", "one two three five");
        Assert.Equal((1.0 + words) / 4, ErrorRate.Sum([ErrorRate.OfWords(said, heard), other]).Value);
    }

    [Fact]
    public void A_corpus_is_the_sum_of_edits_over_the_sum_of_words_not_a_mean_of_rates()
    {
        TranscriptErrors[] errors = [TranscriptErrors.Of("one", "two"), TranscriptErrors.Of("a b c d e f g h i", "a b c d e f g h i")];
        Assert.Equal(0.1, TranscriptErrors.Sum(errors).Words.Value, 1e-12);
        Assert.Equal(new ErrorRate(3, 0, 0, 20), TranscriptErrors.Sum(errors).Characters);
        Assert.Equal(default(TranscriptErrors), TranscriptErrors.Sum([]));
        Assert.Equal(0, default(ErrorRate).Value);
    }

    [Fact]
    public void Counts_are_those_of_trying_everything()
    {
        var random = new Random(1);
        for (int i = 0; i < 300; i++)
        {
            string said = Letters(random), heard = Letters(random);
            (int edits, int substitutions) = Best(said, heard);
            int longer = heard.Length - said.Length, insertions = (edits - substitutions + longer) / 2;
            Assert.Equal(new ErrorRate(substitutions, insertions, insertions - longer, said.Length), ErrorRate.OfCharacters(said, heard));
        }

        static string Letters(Random random) => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => "abc"[random.Next(3)]));

        // The fewest edits, and the most substitutions among as few.
        static (int Edits, int Substitutions) Best(string said, string heard)
        {
            if (said.Length == 0 || heard.Length == 0)
                return (said.Length + heard.Length, 0);
            (int Edits, int Substitutions) both = Best(said[1..], heard[1..]), less = Best(said[1..], heard), more = Best(said, heard[1..]);
            if (said[0] != heard[0])
                both = (both.Edits + 1, both.Substitutions + 1);
            return new[] { both, (less.Edits + 1, less.Substitutions), (more.Edits + 1, more.Substitutions) }
                .MinBy(way => (way.Item1, -way.Item2));
        }
    }

    [Fact]
    public void Characters_are_Unicode_s()
    {
        Assert.Equal(new ErrorRate(0, 0, 1, 3), ErrorRate.OfCharacters("a😀b", "ab"));
        Assert.Equal(new ErrorRate(1, 0, 0, 3), ErrorRate.OfCharacters("a😀b", "a😁b"));
        Assert.Equal(new ErrorRate(0, 0, 1, 3), ErrorRate.OfCharacters(" a b ", "ab"));
        // Half of a pair is none.
        Assert.Equal("a b", TranscriptText.Normalize("a\ud800b"));
    }

    [Fact]
    public void Both_sides_are_normalised_alike_and_the_raw_rates_are_told_beside()
    {
        TranscriptErrors errors = TranscriptErrors.Of("Hello, World! It’s me.", "hello world it's me");
        Assert.Equal((0.0, 0.0), (errors.Words.Value, errors.Characters.Value));
        Assert.Equal(new ErrorRate(4, 0, 0, 4), errors.RawWords);
        Assert.Equal(new ErrorRate(4, 0, 3, 22), errors.RawCharacters);
        Assert.Equal(TranscriptErrors.Of("hello world", "Hello,  WORLD").Words, TranscriptErrors.Of("Hello,  WORLD", "hello world").Words);
        // Punctuation alone says nothing.
        Assert.Equal(new ErrorRate(0, 1, 0, 0), TranscriptErrors.Of("…", "one").Words);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(" ?! ", "")]
    [InlineData("Press 1, then *star*.", "press 1 then star")]
    [InlineData("It’s 5 o'clock — really?", "it's 5 o'clock really")]
    [InlineData("'tis the dogs' bowl", "tis the dogs bowl")]
    [InlineData("well-known\tand\nold", "well known and old")]
    [InlineData("ÉCOLE e\u0301cole", "école école")]
    [InlineData("ＦＵＬＬ １２", "full 12")]
    [InlineData("ПРИВЕТ, мир", "привет мир")]
    [InlineData("हिन्दी", "हिन्दी")]
    [InlineData("22", "22")]
    public void Texts_are_compared_in_this_form(string text, string expected)
    {
        Assert.Equal(expected, TranscriptText.Normalize(text));
        Assert.Equal(expected, TranscriptText.Normalize(expected));
    }

    [Fact]
    public void Results_are_written_and_read_as_JSON()
    {
        TranscriptErrors errors = TranscriptErrors.Of("One two", "one three four");
        Assert.Equal(errors, JsonSerializer.Deserialize<TranscriptErrors>(JsonSerializer.Serialize(errors)));
    }
}
