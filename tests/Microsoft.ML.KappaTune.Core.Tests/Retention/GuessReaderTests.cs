using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tests.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Retention;

public sealed class GuessReaderTests
{
    // Windows of three tokens, with so many guesses each.
    private static readonly int[] Guesses = [2, 0, 3, 1, 0, 2];

    [Theory]
    [InlineData(1, new[] { 1, 2, 2, 1 }, new[] { 2, 3, 1, 2 })]
    [InlineData(3, new[] { 2, 1, 3 }, new[] { 2, 3, 3 })]
    [InlineData(5, new[] { 3, 3 }, new[] { 5, 3 })]
    [InlineData(8, new[] { 6 }, new[] { 8 })]
    public void Pieces_are_whole_windows_with_no_more_answers_than_allowed(int most, int[] windows, int[] answers)
    {
        using var scope = NewDisposeScope();
        MaskedWindow[] all =
        [
            .. Guesses.Select((count, i) => new MaskedWindow([i, 1, 2], [.. Enumerable.Range(0, 3).Select(t => t < count ? t : -1)])),
        ];
        var batch = new WindowBatch(all, padId: 0, CPU);
        Tensor features = rand(Guesses.Sum(), 4);
        var reader = new GuessReader(states => states.mul(2), most);
        Answers whole = Assert.Single(reader.Read(batch, features));
        Answers[] pieces = [.. reader.ReadInPieces(batch, features)];
        Assert.Equal(windows, pieces.Select(piece => piece.Samples));
        Assert.Equal(answers, pieces.Select(piece => (int)piece.Logits.shape[0]));
        Assert.Equal(0, StoredTensors.Difference(cat([.. pieces.Select(piece => piece.Logits)]), whole.Logits));
        Assert.Equal(whole.Targets.data<long>().ToArray(), pieces.SelectMany(piece => piece.Targets.data<long>().ToArray()));
        int before = 0;
        List<int> owners = [];
        foreach (Answers piece in pieces)
        {
            owners.AddRange(piece.Owners.Select(owner => before + owner));
            before += piece.Samples;
        }

        Assert.Equal(whole.Owners, owners);
    }

    [Fact]
    public void A_piece_is_made_when_it_is_asked_for()
    {
        using var scope = NewDisposeScope();
        int calls = 0;
        var batch = new WindowBatch([new([1, 2], [2, -1]), new([3, 4], [4, -1])], padId: 0, CPU);
        var reader = new GuessReader(Head, mostAtOnce: 1);
        using IEnumerator<Answers> pieces = reader.ReadInPieces(batch, rand(2, 4)).GetEnumerator();
        Assert.True(pieces.MoveNext());
        Assert.Equal(1, calls);
        Assert.True(pieces.MoveNext());
        Assert.False(pieces.MoveNext());
        Assert.Equal(2, calls);

        Tensor Head(Tensor states)
        {
            calls++;
            return states;
        }
    }
}
