using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Fusion;

public sealed class FusedModelTests
{
    /// <summary>Of each way to have positions, masks and scaled embeddings one.</summary>
    public static TheoryData<string> Kinds =>
        ["two heads share", "dynamic", "longrope", "window", "gemma 2", "gemma 3", "gpt-2", "mixture"];

    [Theory, MemberData(nameof(SmallDecoder.AllVariants), MemberType = typeof(SmallDecoder))]
    public void By_text_alone_it_is_its_decoder(string variant)
    {
        DecoderConfig config = SmallDecoder.Config(variant);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel plain = SmallDecoder.Model(config);
        using FusedModel fused = SmallFusion.Model(config);
        plain.eval();
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: false, 7, 3, 10);
        Assert.True(plain.Logits(ids, mask).eq(fused.Logits(ids, mask)).all().item<bool>());
        Assert.Equal(
            plain.named_parameters().Select(named => named.name),
            fused.named_parameters().Select(named => named.name).Where(name => !FusionParts.IsOf(name)));
        Assert.Equal(
            fused.NewParameters.Order(StringComparer.Ordinal),
            fused.named_parameters().Select(named => named.name).Where(FusionParts.IsOf).Order(StringComparer.Ordinal));
        Assert.All(fused.NewParameters, name => Assert.Equal(0, fused.StageOf(name)));
    }

    [Theory, MemberData(nameof(SmallDecoder.AllVariants), MemberType = typeof(SmallDecoder))]
    public void Vectors_that_are_tokens_embeddings_are_as_these_tokens(string variant)
    {
        DecoderConfig config = SmallDecoder.Config(variant);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(config);
        model.eval();
        foreach (bool left in (bool[])[false, true])
        {
            (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left, 9, 6);
            // Two of the first text, three of the second.
            long[] places = left ? [2, 3, 13, 14, 16] : [2, 3, 10, 11, 13];
            Tensor of = ids.flatten().index_select(0, tensor(places));
            Tensor vectors = model.Decoder.WordEmbeddings.index_select(0, of);
            if (config.ScalesEmbeddings)
                vectors = vectors.Times(Math.Sqrt(config.HiddenSize));
            Tensor others = ids.flatten().index_copy(0, tensor(places), zeros_like(of)).view(ids.shape);
            Tensor expected = model.Decoder.Decode(ids, mask);
            Tensor given = model.Decoder.Decode(others, mask, given: new InputVectors(tensor(places), vectors));
            Assert.InRange(StoredTensors.Difference(given, expected, mask), 0, 1e-5);
            Assert.True(StoredTensors.Difference(model.Decoder.Decode(others, mask), expected, mask) > 1e-3);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_row_of_a_padded_batch_is_the_row_alone(string variant)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using FusedModel model = Exact(variant);
        Frames[] rows = [.. ((int[])[9, 1, 38, 0, 24]).Select(count => SmallFusion.Frames(count, seed: count))];
        foreach (bool left in (bool[])[false, true])
        {
            (Tensor ids, Tensor mask, FusedInput input) = SmallFusion.Batch(model.FusionConfig, left, rows);
            Tensor states = Decode(model, ids, mask, input);
            for (int row = 0; row < rows.Length; row++)
            {
                (Tensor itsIds, Tensor itsMask, FusedInput its) = SmallFusion.Batch(model.FusionConfig, left, rows[row]);
                Tensor alone = Decode(model, itsIds, itsMask, its);
                Tensor inBatch = states[row].narrow(0, left ? states.shape[1] - alone.shape[1] : 0, alone.shape[1]);
                Assert.InRange(StoredTensors.Difference(inBatch.unsqueeze(0), alone), 0, 1e-10);
            }
        }
    }

    [Fact]
    public void Each_part_of_an_encoder_leaves_padding_out()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach (FusionOptions options in (FusionOptions[])
            [
                SmallFusion.Options with { ResidualBlocks = 0, EncoderLayers = 0 },
                SmallFusion.Options with { ResidualBlocks = 2, EncoderLayers = 0, Convolutions = 3 },
                SmallFusion.Options with { ResidualBlocks = 0, Convolutions = 1 },
            ])
        {
            FusionConfig config = SmallFusion.Config(options);
            using CtcEncoder encoder = CtcEncoder.Create(config, characters: 3, seed: 2, CPU);
            Frames[] rows = [.. Enumerable.Range(0, 24).Select(count => SmallFusion.Frames(count, count))];
            Tensor logs = encoder.Predict(FrameBatch.Create(rows, CPU));
            for (int row = 1; row < rows.Length; row++)
            {
                Tensor alone = encoder.Predict(FrameBatch.Create([rows[row]], CPU)), itself = logs[row].narrow(0, 0, alone.shape[1]);
                Assert.InRange(StoredTensors.Difference(itself.unsqueeze(0), alone), 0, 1e-4);
            }
        }
    }

    [Theory, MemberData(nameof(SmallDecoder.AllVariants), MemberType = typeof(SmallDecoder))]
    public void What_a_cache_keeps_changes_nothing(string variant)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using FusedModel model = Exact(variant);
        (Tensor ids, Tensor mask, FusedInput input) = SmallFusion.Batch(
            model.FusionConfig, left: true, SmallFusion.Frames(13, 1), SmallFusion.Frames(4, 2));
        using KeyValueCache cache = model.Decoder.NewCache();
        List<Tensor> states = [model.Decoder.Decode(ids, mask, cache, model.Project(input))];
        for (int step = 0; step < 6; step++)
        {
            Tensor next = tensor(new long[] { 9 + step, 20 - step }, [2, 1]);
            (ids, mask) = (cat([ids, next], 1), cat([mask, ones_like(next)], 1));
            states.Add(model.Decoder.Decode(next, mask, cache));
            // The rows grow, and with them the places' numbers.
            input = input with { Places = PlacesIn(mask, input.Frames, model.FusionConfig) };
            Tensor whole = Decode(model, ids, mask, input);
            Tensor last = whole.narrow(1, whole.shape[1] - 1, 1);
            Assert.InRange(StoredTensors.Difference(states[^1], last), 0, 1e-10);
        }
    }

    [Fact]
    public void Gradients_reach_encoder_and_projector()
    {
        using var scope = NewDisposeScope();
        using FusedModel model = SmallFusion.Model(SmallDecoder.Config());
        (Tensor ids, Tensor mask, FusedInput input) = SmallFusion.Batch(
            model.FusionConfig, left: false, SmallFusion.Frames(13, 1), SmallFusion.Frames(4, 2));
        Decode(model, ids, mask, input).narrow(1, 3, 2).Squared().sum().backward();
        foreach (string name in model.NewParameters)
        {
            // A bias of keys moves all scores of a query alike, so that it changes nothing.
            Tensor gradient = model.get_parameter(name)!.grad!;
            Assert.True(gradient.isfinite().all().item<bool>(), name);
            Assert.True(name.EndsWith("key.bias", StringComparison.Ordinal) || gradient.abs().max().ToDouble() > 0, name);
        }
    }

    [Fact]
    public void Vectors_need_the_decoders_size_and_as_many_places()
    {
        DecoderConfig decoder = SmallDecoder.Config();
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using FusedModel model = SmallFusion.Model(decoder);
        FusedInput input = FusedInput.Create([SmallFusion.Frames(16)], [2], model.FusionConfig, CPU);
        Assert.Equal([2L, 16], model.Project(input)!.Vectors.shape);
        Assert.Null(model.Project(FusedInput.Create([SmallFusion.Frames(0)], [2], model.FusionConfig, CPU)));
        var e = Assert.Throws<ArgumentException>(() => model.Project(input with { Places = tensor(new long[] { 2 }) }));
        Assert.Contains("make 2 vectors, and there are 1 places", e.Message);
    }

    /// <summary>A model whose rounding is too small to hide a fault.</summary>
    private static FusedModel Exact(string variant)
    {
        FusedModel model = SmallFusion.Model(SmallDecoder.Config(variant));
        model.to(ScalarType.Float64);
        return model;
    }

    private static Tensor Decode(FusedModel model, Tensor ids, Tensor mask, FusedInput input) =>
        model.Decoder.Decode(ids, mask, given: model.Project(input));

    /// <summary>The places of vectors in rows that are padded on the left, behind two tokens.</summary>
    private static Tensor PlacesIn(Tensor mask, FrameBatch frames, FusionConfig config)
    {
        long length = mask.shape[1];
        long[] begins = [.. Enumerable.Range(0, (int)mask.shape[0]).Select(row => length - mask[row].sum().item<long>())];
        long[] places = [.. begins.SelectMany((begin, row) => Enumerable.Range(0, config.VectorCount(frames.Counts[row]))
            .Select(vector => row * length + begin + 2 + vector))];
        return tensor(places);
    }
}
