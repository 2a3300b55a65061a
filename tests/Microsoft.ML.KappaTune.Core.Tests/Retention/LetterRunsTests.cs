using Microsoft.ML.KappaTune.Retention;

namespace Microsoft.ML.KappaTune.Tests.Retention;

public class LetterRunsTests
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz"; // 7 runs of 20

    [Theory]
    [InlineData("abcdefghijklmnopqrs", 0)]
    [InlineData("abcdefghijklmnopqrst", 1)]
    [InlineData(Letters, 7)]
    [InlineData("  .,;–\n\n", 0)]
    [InlineData("", 0)]
    public void There_is_one_at_each_letter(string text, int expected)
    {
        ulong[] runs = [.. LetterRuns.Of(text)];
        Assert.Equal(expected, runs.Length);
        Assert.Equal(expected, runs.Distinct().Count());
    }

    [Fact]
    public void Blanks_signs_and_capitals_make_no_difference() => Assert.Equal(
        LetterRuns.Of("Пять или шесть слов, одно за другим, 99 раз"), LetterRuns.Of("ПЯТЬ\tили  шесть слов «одно» за\n другим 99 РАЗ!"));

    [Fact]
    public void The_letters_before_a_run_are_no_part_of_it() =>
        Assert.Equal(LetterRuns.Of(Letters).Last(), Assert.Single(LetterRuns.Of(Letters[6..])));

    [Theory]
    [InlineData("xxxx" + Letters + "yyyy", 26 / 34.0)] // one stretch of 26 letters
    [InlineData("xxxx" + Letters + Letters, 52 / 56.0)]
    [InlineData("abcdefghijklmnopqrs", 0)] // shorter than a run
    [InlineData("zyxwvutsrqponmlkjihgfedcba", 0)]
    [InlineData("", 0)]
    public void The_share_is_of_letters(string text, double expected) =>
        Assert.Equal(expected, LetterRuns.ShareIn([.. LetterRuns.Of(Letters)], text), 1e-12);
}
