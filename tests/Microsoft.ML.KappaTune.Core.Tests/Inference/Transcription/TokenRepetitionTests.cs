using Microsoft.ML.KappaTune.Inference;

namespace Microsoft.ML.KappaTune.Tests.Inference;

public sealed class TokenRepetitionTests
{
    [Theory]
    [InlineData(1, 24)]
    [InlineData(3, 8)]
    [InlineData(5, 5)]
    [InlineData(8, 4)]
    public void A_piece_again_and_again_is_found_once_there_is_enough_of_it(int piece, int copies)
    {
        int[] before = [90, 91, 92], all =
            [.. before, .. Enumerable.Range(0, copies * piece).Select(i => i % piece)];
        int first = Enumerable.Range(1, all.Length).First(length => TokenRepetition.EndOfFirst(all.AsSpan(0, length)) is not null);
        Assert.Equal(before.Length + Math.Max(24, 4 * piece), first);
        Assert.Equal(before.Length + piece, TokenRepetition.EndOfFirst(all.AsSpan(0, first)));
    }

    [Fact]
    public void What_people_say_is_none()
    {
        Assert.Null(TokenRepetition.EndOfFirst([]));
        Assert.Null(TokenRepetition.EndOfFirst([7, 7, 7, 7, 7, 7, 7, 7, 7, 7]));
        Assert.Null(TokenRepetition.EndOfFirst([.. Enumerable.Range(0, 200)]));
        // It has to go on to the end.
        Assert.Null(TokenRepetition.EndOfFirst([.. Enumerable.Repeat(7, 60), 8]));
        // A long piece is a text that is said twice.
        Assert.Null(TokenRepetition.EndOfFirst([.. Enumerable.Range(0, 90).Select(i => i % 9)]));
    }
}
