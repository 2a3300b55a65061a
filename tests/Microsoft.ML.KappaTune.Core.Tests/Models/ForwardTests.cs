using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

public sealed class ForwardTests
{
    private static readonly long[] Lengths = [7, 3, 1, 10];

    public static TheoryData<string, string> FamiliesAndActivations
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (string family in ModelFamilies.All.OfType<EncoderFamily>().Select(family => family.ModelType))
            {
                foreach (string activation in Activation.Names.Split(", "))
                    rows.Add(family, activation);
            }

            return rows;
        }
    }

    [Theory, MemberData(nameof(FamiliesAndActivations))]
    public void A_padded_batch_equals_plain_loops_over_each_text(string family, string activation)
    {
        EncoderConfig config = SmallEncoder.Config(family, activation);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var classifier = SmallEncoder.Randomised(SequenceClassifier.Create(config, 3, seed: 1, ScalarType.Float64));
        using var language = SmallEncoder.Randomised(MaskedLanguageModel.Create(config, seed: 1, ScalarType.Float64));
        classifier.eval();
        language.eval();
        (Tensor ids, Tensor mask, Tensor types) = SmallEncoder.Batch(config, Lengths);
        Tensor states = classifier.Encoder.Encode(ids, mask, types);
        Tensor logits = classifier.Classify(ids, mask, types), tokens = language.Predict(ids, mask, types);

        var reference = new ReferenceModel(classifier, config);
        var languageReference = new ReferenceModel(language, config);
        for (int text = 0; text < Lengths.Length; text++)
        {
            long[] its = [.. ids[text].data<long>().Take((int)Lengths[text])], itsTypes = [.. types[text].data<long>().Take(its.Length)];
            double[][] expected = reference.Encode(its, itsTypes), language2 = languageReference.Encode(its, itsTypes);
            AssertClose(reference.ClassLogits(expected), logits[text]);
            for (int i = 0; i < its.Length; i++)
            {
                AssertClose(expected[i], states[text][i]);
                AssertClose(languageReference.TokenLogits(language2[i]), tokens[text][i]);
            }
        }
    }

    [Theory, MemberData(nameof(SmallEncoder.Families), MemberType = typeof(SmallEncoder))]
    public void Padding_changes_nothing(string family)
    {
        EncoderConfig config = SmallEncoder.Config(family);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var model = SmallEncoder.Randomised(SequenceClassifier.Create(config, 3, seed: 1));
        model.eval();
        (Tensor ids, Tensor mask, Tensor types) = SmallEncoder.Batch(config, Lengths);
        Tensor together = model.Encoder.Encode(ids, mask, types), logits = model.Classify(ids, mask, types);
        for (int text = 0; text < Lengths.Length; text++)
        {
            Tensor Alone(Tensor all) => all.narrow(0, text, 1).narrow(1, 0, Lengths[text]);
            Tensor alone = model.Encoder.Encode(Alone(ids), Alone(mask), Alone(types));
            Assert.InRange(StoredTensors.Difference(Alone(together), alone), 0, 1e-5);
            Tensor itsLogits = model.Classify(Alone(ids), Alone(mask), Alone(types));
            Assert.InRange(StoredTensors.Difference(logits.narrow(0, text, 1), itsLogits), 0, 1e-5);
        }
    }

    [Theory, MemberData(nameof(SmallEncoder.Families), MemberType = typeof(SmallEncoder))]
    public void The_first_token_alone_is_as_among_the_others(string family)
    {
        EncoderConfig config = SmallEncoder.Config(family);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var model = SmallEncoder.Randomised(SequenceClassifier.Create(config, 3, seed: 1, ScalarType.Float64));
        model.eval();
        (Tensor ids, Tensor mask, Tensor types) = SmallEncoder.Batch(config, Lengths);
        Tensor all = model.Encoder.Encode(ids, mask, types), first = model.Encoder.Encode(ids, mask, types, firstOnly: true);
        Assert.Equal([4, 1, 16], first.shape);
        Assert.InRange(StoredTensors.Difference(first, all.narrow(1, 0, 1)), 0, 1e-12);
        Assert.InRange(StoredTensors.Difference(model.Classify(ids, mask, types), model.Head(all)), 0, 1e-12);

        // Stage by stage, as training runs it.
        Tensor hidden = model.Encoder.Embed(ids, mask, types);
        AttentionInput input = model.Encoder.AttentionOf(mask);
        for (int i = 0; i + 1 < model.Encoder.StageCount; i++)
            hidden = model.Layer(i, hidden, input);
        Assert.Equal(0, StoredTensors.Difference(hidden, first));
    }

    [Fact]
    public void Threads_may_share_a_model()
    {
        EncoderConfig config = SmallEncoder.Config(ModelFamilies.Bert);
        using var scope = NewDisposeScope();
        using var model = SmallEncoder.Randomised(SequenceClassifier.Create(config, 3, seed: 1));
        model.eval();
        (Tensor ids, Tensor mask, Tensor types) = SmallEncoder.Batch(config, Lengths);
        float[] expected = Logits();
        float[][] results = new float[64][];
        Parallel.For(0, results.Length, i => results[i] = Logits());
        // Threads of which each has its own count of the library's threads may differ in the last digit.
        Assert.All(results, logits => Assert.All(logits.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5)));

        float[] Logits()
        {
            using var guard = no_grad();
            using Tensor logits = model.Classify(ids, mask, types);
            return logits.data<float>().ToArray();
        }
    }

    /// <summary>In every type and where nothing at all is attended to.</summary>
    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void The_bias_is_finite_and_leaves_nothing_to_padding(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var model = SequenceClassifier.Create(SmallEncoder.Config(ModelFamilies.Bert), 2, seed: 1, type);
        Tensor bias = model.Encoder.AttentionOf(tensor(new long[] { 1, 0, 0, 0 }, 2, 2)).Bias!;
        Assert.Equal(type, bias.dtype);
        Assert.Equal([2, 1, 1, 2], bias.shape);
        Tensor values = bias.to(ScalarType.Float64).view(2, 2);
        Assert.True(values.isfinite().all().ToBoolean());
        Assert.Equal([1, 0, 0.5, 0.5], values.softmax(-1).data<double>().ToArray());
    }

    [Fact]
    public void Half_precision_models_run_near_the_full_one()
    {
        EncoderConfig config = SmallEncoder.Config(ModelFamilies.Bert);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var full = SequenceClassifier.Create(config, 3, seed: 1);
        using var half = SequenceClassifier.Create(config, 3, seed: 1, ScalarType.BFloat16);
        full.eval();
        half.eval();
        (Tensor ids, Tensor mask, Tensor types) = SmallEncoder.Batch(config, Lengths);
        Tensor states = half.Encoder.Encode(ids, mask, types);
        Assert.Equal(ScalarType.BFloat16, states.dtype);
        Assert.InRange(StoredTensors.Difference(states, full.Encoder.Encode(ids, mask, types), mask), 1e-6, 0.1);
    }

    [Fact]
    public void Dropout_is_active_in_training_mode_only()
    {
        EncoderConfig config = SmallEncoder.Config(ModelFamilies.Roberta);
        using var guard = no_grad();
        using var dropout = new DropoutGenerator(1);
        using var scope = NewDisposeScope();
        (Tensor ids, Tensor mask, Tensor types) = SmallEncoder.Batch(config, Lengths);
        Assert.True(Varies(config with { AttentionDropout = 0, ClassifierDropout = 0 }));
        Assert.True(Varies(config with { HiddenDropout = 0, ClassifierDropout = 0 }));
        Assert.True(Varies(config with { HiddenDropout = 0, AttentionDropout = 0, ClassifierDropout = 0.5 }));
        Assert.False(Varies(config with { HiddenDropout = 0, AttentionDropout = 0, ClassifierDropout = 0 }));

        bool Varies(EncoderConfig its)
        {
            using var model = SmallEncoder.Randomised(SequenceClassifier.Create(its, 3, seed: 1));
            Tensor training = model.Classify(ids, mask, types);
            bool varies = StoredTensors.Difference(model.Classify(ids, mask, types), training) > 0;
            model.eval();
            Tensor once = model.Classify(ids, mask, types);
            Assert.Equal(0, StoredTensors.Difference(model.Classify(ids, mask, types), once));
            Assert.Equal(varies, StoredTensors.Difference(once, training) > 1e-6);
            return varies;
        }
    }

    [Fact]
    public void Texts_longer_than_the_model_are_refused()
    {
        EncoderConfig config = SmallEncoder.Config(ModelFamilies.Roberta);
        using var scope = NewDisposeScope();
        using var model = SequenceClassifier.Create(config, 2, seed: 1);
        (Tensor ids, Tensor mask, _) = SmallEncoder.Batch(config, config.MaxTokens + 1);
        Assert.Contains("11 tokens", Assert.Throws<ArgumentException>(() => model.Classify(ids, mask, null)).Message);
    }

    [Fact]
    public void Masks_and_types_of_another_shape_are_refused()
    {
        EncoderConfig config = SmallEncoder.Config(ModelFamilies.Bert);
        using var scope = NewDisposeScope();
        using var model = SequenceClassifier.Create(config, 2, seed: 1);
        (Tensor ids, Tensor mask, Tensor types) = SmallEncoder.Batch(config, 4, 4);
        Assert.Throws<ArgumentException>(() => model.Classify(ids, mask.narrow(0, 0, 1), types));
        Assert.Throws<ArgumentException>(() => model.Classify(ids, mask, types.narrow(1, 0, 1)));
    }

    [Fact]
    public void Missing_types_are_type_0_and_a_model_of_one_type_takes_any()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach (EncoderFamily family in ModelFamilies.All.OfType<EncoderFamily>())
        {
            EncoderConfig config = SmallEncoder.Config(family);
            using var model = SmallEncoder.Randomised(SequenceClassifier.Create(config, 2, seed: 1));
            model.eval();
            (Tensor ids, Tensor mask, _) = SmallEncoder.Batch(config, Lengths);
            Tensor without = model.Classify(ids, mask, null);
            Assert.InRange(StoredTensors.Difference(model.Classify(ids, mask, zeros_like(ids)), without), 0, 1e-6);
            bool counts = StoredTensors.Difference(model.Classify(ids, mask, ones_like(ids)), without) > 1e-3;
            Assert.Equal(family == ModelFamilies.Bert, counts);
        }
    }

    private static void AssertClose(double[] expected, Tensor actual)
    {
        double[] values = actual.data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
            Assert.InRange(values[i], expected[i] - 1e-10, expected[i] + 1e-10);
    }
}
