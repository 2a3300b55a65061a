using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

public sealed class DecoderForwardTests
{
    private static readonly long[] Lengths = [7, 3, 1, 10];

    public static TheoryData<string, bool> VariantsAndSides
    {
        get
        {
            var rows = new TheoryData<string, bool>();
            foreach (string variant in SmallDecoder.Variants)
            {
                rows.Add(variant, false);
                rows.Add(variant, true);
            }

            return rows;
        }
    }

    [Theory, MemberData(nameof(VariantsAndSides))]
    public void A_padded_batch_equals_plain_loops_over_each_text(string variant, bool left)
    {
        DecoderConfig config = SmallDecoder.Config(variant);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(config, ScalarType.Float64);
        model.eval();
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left, Lengths);
        Tensor logits = model.Logits(ids, mask), states = model.Decoder.Decode(ids, mask);
        var reference = new ReferenceDecoder(model, config);
        for (int text = 0; text < Lengths.Length; text++)
        {
            long[] its = SmallDecoder.Text(ids, mask, text);
            int begin = left ? (int)(Lengths.Max() - its.Length) : 0;
            double[][] expected = reference.Logits(its), expectedStates = reference.States(its)[^1];
            for (int i = 0; i < its.Length; i++)
            {
                AssertClose(expected[i], logits[text][begin + i]);
                AssertClose(expectedStates[i], states[text][begin + i]);
            }
        }
    }

    [Fact]
    public void Long_texts_are_turned_as_short_ones()
    {
        DecoderConfig config = SmallDecoder.Config("llama3");
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(config, ScalarType.Float64);
        model.eval();
        var reference = new ReferenceDecoder(model, config);
        foreach (int length in (int[])[3, 100, 64, 65])
        {
            (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: false, length);
            double[][] expected = reference.Logits(SmallDecoder.Text(ids, mask, 0));
            AssertClose(expected[^1], model.Logits(ids)[0][^1]);
        }
    }

    [Fact]
    public void What_comes_after_changes_nothing()
    {
        DecoderConfig config = SmallDecoder.Config();
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(config, ScalarType.Float64);
        model.eval();
        (Tensor ids, _) = SmallDecoder.Batch(config, left: false, 9);
        Tensor before = model.Logits(ids), other = ids.clone();
        other[0, 5] = (ids[0, 5].ToInt64() + 1) % config.VocabularySize;
        Tensor after = model.Logits(other);
        for (int place = 0; place < 9; place++)
        {
            double difference = StoredTensors.Difference(after[0][place], before[0][place]);
            Assert.True(place < 5 ? difference == 0 : difference > 1e-3, $"{place}: {difference}");
        }
    }

    [Fact]
    public void A_mask_of_ones_is_no_mask()
    {
        DecoderConfig config = SmallDecoder.Config();
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(config);
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: false, 9, 9);
        Assert.Equal(0, StoredTensors.Difference(model.Logits(ids), model.Logits(ids, mask)));
    }

    [Fact]
    public void Stage_by_stage_is_all_at_once()
    {
        DecoderConfig config = SmallDecoder.Config("tied");
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(config);
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: false, Lengths);
        TransformerStack stack = model.Stack;
        AttentionInput input = stack.AttentionOf(mask);
        Tensor hidden = stack.Embed(ids, mask, null);
        for (int i = 0; i + 1 < stack.StageCount; i++)
            hidden = stack.Layer(i, hidden, input);
        Assert.Equal(0, StoredTensors.Difference(model.Head(hidden), model.Logits(ids, mask)));
        Tensor some = hidden.flatten(0, 1).index_select(0, tensor(new long[] { 3, 8 }));
        Assert.InRange(StoredTensors.Difference(
            model.Head(some), model.Logits(ids, mask).flatten(0, 1).index_select(0, tensor(new long[] { 3, 8 }))), 0, 1e-5);
    }

    /// <summary>In every type and where nothing at all is attended to.</summary>
    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void The_bias_is_finite_and_leaves_nothing_to_padding_and_what_comes_after(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var model = CausalLanguageModel.Create(SmallDecoder.Config(), seed: 1, type);
        Tensor bias = model.Decoder.AttentionOf(tensor(new long[] { 1, 1, 0, 0, 1, 1 }, 2, 3)).Bias!;
        Assert.Equal(type, bias.dtype);
        Assert.Equal([2, 1, 3, 3], bias.shape);
        Assert.True(bias.isfinite().all().ToBoolean());
        double[] seen = [.. bias.to(ScalarType.Float64).exp().view(-1).data<double>()];
        Assert.Equal([1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1], seen);
    }

    [Fact]
    public void Half_precision_models_run_near_the_full_one()
    {
        DecoderConfig config = SmallDecoder.Config();
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var full = CausalLanguageModel.Create(config, seed: 1);
        using var half = CausalLanguageModel.Create(config, seed: 1, ScalarType.BFloat16);
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: false, Lengths);
        Tensor logits = half.Logits(ids, mask);
        Assert.Equal(ScalarType.BFloat16, logits.dtype);
        Assert.InRange(StoredTensors.Difference(logits, full.Logits(ids, mask), mask), 1e-7, 0.02);
        Assert.Equal(NextTokens.Loss(full, ids, mask), NextTokens.Loss(half, ids, mask), 0.01);
    }

    [Fact]
    public void A_model_can_change_its_type_and_back()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        DecoderConfig config = SmallDecoder.Config();
        using CausalLanguageModel model = SmallDecoder.Model(config);
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: false, Lengths);
        Tensor before = model.Logits(ids, mask);
        model.to(ScalarType.Float64);
        Tensor after = model.Logits(ids, mask);
        Assert.Equal(ScalarType.Float64, after.dtype);
        Assert.InRange(StoredTensors.Difference(before, after, mask), 0, 1e-4);
        model.to(ScalarType.Float32);
        Assert.Equal(0, StoredTensors.Difference(model.Logits(ids, mask), before));
    }

    [Theory]
    [InlineData(0.3, 0, 0)]
    [InlineData(0, 0.3, 0)]
    [InlineData(0, 0, 0.3)]
    public void Dropout_is_active_in_training_mode_only(double attention, double hidden, double embedding)
    {
        using var guard = no_grad();
        using var dropout = new DropoutGenerator(1);
        using var scope = NewDisposeScope();
        DecoderConfig config = SmallDecoder.Config() with
        {
            AttentionDropout = attention,
            HiddenDropout = hidden,
            EmbeddingDropout = embedding,
        };
        using CausalLanguageModel model = SmallDecoder.Model(config);
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: false, Lengths);
        Assert.NotEqual(0, StoredTensors.Difference(model.Logits(ids, mask), model.Logits(ids, mask)));
        model.eval();
        Assert.Equal(0, StoredTensors.Difference(model.Logits(ids, mask), model.Logits(ids, mask)));
    }

    [Fact]
    public void Threads_may_share_a_model()
    {
        DecoderConfig config = SmallDecoder.Config();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(config);
        model.eval();
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: false, 99, 7);
        float[][] results = new float[64][];
        Parallel.For(0, results.Length, i =>
        {
            using var guard = no_grad();
            using Tensor logits = model.Logits(ids, mask);
            results[i] = logits.data<float>().ToArray();
        });
        // Threads of which each has its own count of the library's threads may differ in the last digit.
        Assert.All(results, logits => Assert.All(logits.Zip(results[0]), pair => Assert.Equal(pair.Second, pair.First, 1e-5)));
    }

    [Fact]
    public void Wrong_inputs_are_refused()
    {
        DecoderConfig config = SmallDecoder.Config() with { MaxTokens = 8 };
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(config);
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: false, 9, 9);
        Assert.Contains("9 tokens", Assert.Throws<ArgumentException>(() => model.Logits(ids, mask)).Message);
        Tensor shorter = ids.narrow(1, 0, 5);
        Assert.Throws<ArgumentException>(() => model.Logits(shorter, mask.narrow(1, 0, 5).narrow(0, 0, 1)));
        Assert.Throws<ArgumentException>(() => model.Logits(shorter, mask));
    }

    internal static void AssertClose(double[] expected, Tensor actual)
    {
        double[] values = actual.data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
            Assert.InRange(values[i], expected[i] - 1e-10, expected[i] + 1e-10);
    }
}
