using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>Texts that share a row, and texts that are read piece by piece.</summary>
public sealed class TextsInRowsTests
{
    private const double Tolerance = 1e-10;

    public static TheoryData<string> Variants => SmallDecoder.AllVariants;

    [Fact]
    public void Positions_count_from_the_first_token_of_each_text()
    {
        using var scope = NewDisposeScope();
        Tensor mask = tensor(new long[] { 0, 0, 1, 1, 1, 2, 2, 3, /**/ 1, 0, 1, 1, 0, 3, 3, 0 }, 2, 8);
        long[] positions = [.. TextPositions.Of(mask).data<long>()];
        // Those of padding are any.
        Assert.Equal([0, 1, 2, 0, 1, 0], [.. positions[2..8]]);
        Assert.Equal([0, 1, 2, 0, 1], [positions[8], positions[10], positions[11], positions[13], positions[14]]);
        Assert.All(positions, position => Assert.InRange(position, 0, 3));
        Assert.Equal([0, 1, 2], TextPositions.Of(ones(1, 3, ScalarType.Bool)).data<long>());
    }

    [Theory, MemberData(nameof(Variants))]
    public void Texts_in_one_row_equal_each_alone(string variant)
    {
        DecoderConfig config = SmallDecoder.Config(variant);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(config, ScalarType.Float64);
        model.eval();
        long[] lengths = [5, 1, 7, 4];
        (Tensor ids, _) = SmallDecoder.Batch(config, left: false, lengths.Sum() + 2);
        long[] texts = [.. lengths.SelectMany((length, i) => Enumerable.Repeat(i + 1L, (int)length)), 0, 0];
        Tensor mask = tensor(texts, 1, texts.Length), packed = model.Logits(ids, mask);
        (double loss, long counted, long begin) = (0, 0, 0);
        foreach (long length in lengths)
        {
            Tensor its = ids.narrow(1, begin, length);
            Assert.InRange(StoredTensors.Difference(packed.narrow(1, begin, length), model.Logits(its)), 0, Tolerance);
            if (length > 1)
                loss += (length - 1) * NextTokens.Loss(model, its);
            counted += length - 1;
            begin += length;
        }

        // No text's first token is counted as what follows the last one of the text before.
        Assert.Equal(loss / counted, NextTokens.Loss(model, ids, mask), Tolerance);
    }

    [Theory, MemberData(nameof(Variants))]
    public void Read_piece_by_piece_is_read_at_once(string variant)
    {
        DecoderConfig config = SmallDecoder.Config(variant);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(config, ScalarType.Float64);
        model.eval();
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: true, 80, 75, 3);
        using KeyValueCache cache = model.Decoder.NewCache();
        long begin = 0;
        foreach (long length in (long[])[5, 1, 1, 60, 12, 1])
        {
            Tensor so = mask.narrow(1, 0, begin + length), its = mask.narrow(1, begin, length);
            Tensor piece = model.Logits(ids.narrow(1, begin, length), so, cache);
            // Not of the whole text: a longer one may be turned by other angles.
            Tensor whole = model.Logits(ids.narrow(1, 0, begin + length), so);
            Assert.InRange(StoredTensors.Difference(piece, whole.narrow(1, begin, length), its), 0, Tolerance);
            begin += length;
            Assert.Equal(begin, cache.Length);
        }
    }

    [Theory, MemberData(nameof(Variants))]
    public void Whole_rows_read_piece_by_piece_are_read_at_once(string variant)
    {
        DecoderConfig config = SmallDecoder.Config(variant);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(config, ScalarType.Float64);
        model.eval();
        (Tensor ids, _) = SmallDecoder.Batch(config, left: false, 70, 70);
        using KeyValueCache cache = model.Decoder.NewCache();
        long begin = 0;
        foreach (long length in (long[])[1, 1, 3, 1, 60, 1, 3])
        {
            Tensor piece = model.Logits(ids.narrow(1, begin, length), ones(2, begin + length, ScalarType.Int64), cache);
            Tensor whole = model.Logits(ids.narrow(1, 0, begin + length)).narrow(1, begin, length);
            Assert.InRange(StoredTensors.Difference(piece, whole), 0, Tolerance);
            begin += length;
        }
    }

    /// <summary>Padding that comes after is seen by no token of a text; any other padding, and a second text, would be.</summary>
    [Theory]
    [InlineData(new long[] { 1, 1, 1, /**/ 1, 1, 0, /**/ 1, 0, 0 }, true)]
    [InlineData(new long[] { 1, 1, 1, /**/ 0, 0, 0, /**/ 1, 1, 0 }, true)]
    [InlineData(new long[] { 1, 1, 1, /**/ 0, 1, 1, /**/ 1, 1, 0 }, false)]
    [InlineData(new long[] { 1, 1, 1, /**/ 1, 0, 1, /**/ 1, 1, 0 }, false)]
    [InlineData(new long[] { 1, 1, 1, /**/ 1, 1, 2, /**/ 1, 1, 1 }, false)]
    [InlineData(new long[] { 2, 2, 0, /**/ 1, 1, 1, /**/ 1, 1, 1 }, false)]
    public void Rows_that_begin_with_their_only_text_need_no_bias(long[] mask, bool isNone)
    {
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(SmallDecoder.Config());
        AttentionInput input = model.Decoder.AttentionOf(tensor(mask, 3, 3));
        Assert.Equal(isNone, input.Bias is null);
        Assert.Equal(isNone ? 1 : 3, input.Angles!.Cosines.shape[0]);
    }

    [Fact]
    public void A_window_needs_a_bias_where_rows_are_longer()
    {
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(SmallDecoder.Config("gemma 2"));
        Assert.Null(model.Decoder.AttentionOf(ones(2, 3, ScalarType.Int64)).Window!.Bias);
        AttentionInput longer = model.Decoder.AttentionOf(ones(2, 4, ScalarType.Int64));
        Assert.Null(longer.Bias);
        Assert.Equal([1, 1, 4, 4], longer.Window!.Bias!.shape);
        double[] unseen = [.. longer.Window.Bias.to(ScalarType.Float64).lt(zeros(1)).to(ScalarType.Float64).view(-1).data<double>()];
        Assert.Equal([0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0], unseen);
    }

    /// <summary>Nothing may attend to anything in such a row: a sum over no weights would be no number, and so would gradients.</summary>
    [Theory, MemberData(nameof(Variants))]
    public void A_row_without_a_token_is_finite_and_changes_no_other(string variant)
    {
        DecoderConfig config = SmallDecoder.Config(variant);
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(config, ScalarType.Float64);
        model.eval();
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: true, 9, 6, 4);
        Tensor without = cat([mask.narrow(0, 0, 1), zeros_like(mask.narrow(0, 1, 1)), mask.narrow(0, 2, 1)]);
        Tensor logits = model.Logits(ids, without);
        Assert.True(logits.isfinite().all().item<bool>());
        Assert.InRange(StoredTensors.Difference(model.Logits(ids, mask), logits, without), 0, Tolerance);
        Assert.True(model.Logits(ids, zeros_like(ids)).isfinite().all().item<bool>());

        logits.square().mul(without.unsqueeze(-1)).sum().backward();
        Assert.All(model.parameters(), parameter => Assert.True(parameter.grad is null || parameter.grad.isfinite().all().item<bool>()));
        Assert.Contains(model.parameters(), parameter => parameter.grad is not null);
    }

    [Fact]
    public void The_mask_is_as_long_as_what_was_read_and_what_is_read()
    {
        DecoderConfig config = SmallDecoder.Config();
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(config);
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: false, 6);
        using KeyValueCache cache = model.Decoder.NewCache();
        model.Logits(ids, mask, cache);
        Assert.Throws<ArgumentException>(() => model.Logits(ids, mask, cache));
        Assert.Throws<ArgumentException>(() => model.Logits(ids, cat([mask, mask], 1)));
    }
}
