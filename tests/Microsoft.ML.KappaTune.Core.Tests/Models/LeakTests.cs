using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Fusion;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>Counts the process's tensors, so nothing may run beside it.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class LeakTests
{
    [Theory, MemberData(nameof(SmallEncoder.Families), MemberType = typeof(SmallEncoder))]
    public void A_call_leaves_its_result_and_nothing_else(string family)
    {
        EncoderConfig config = SmallEncoder.Config(family, "gelu_new");
        using var guard = no_grad();
        using var dropout = new DropoutGenerator(1);
        using var scope = NewDisposeScope();
        using var model = SequenceClassifier.Create(config, 3, seed: 1);
        using var language = MaskedLanguageModel.Create(config, seed: 1);
        (Tensor ids, Tensor mask, Tensor types) = SmallEncoder.Batch(config, 7, 3, 1, 10);
        AttentionInput input = model.Encoder.AttentionOf(mask);
        Tensor hidden = model.Encoder.Embed(ids, mask, types);
        foreach (bool training in (bool[])[false, true])
        {
            model.train(training);
            language.train(training);
            AssertOne(() => model.Encoder.AttentionOf(mask).Bias!);
            AssertOne(() => model.Encoder.Embed(ids, mask, types));
            AssertOne(() => model.Encoder.Embed(ids, mask, null));
            AssertOne(() => model.Encoder.Layer(1, hidden, input));
            AssertOne(() => model.Layer(1, hidden, input));
            AssertOne(() => model.Encoder.Encode(ids, mask, types));
            AssertOne(() => model.Features(hidden));
            AssertOne(() => model.Head(hidden));
            AssertOne(() => model.Classify(ids, mask, types));
            AssertOne(() => language.Head(hidden));
            AssertOne(() => language.Predict(ids, mask, types));
        }

        void AssertOne(Func<Tensor> call) => AssertOneTensor(scope, call);
    }

    [Theory]
    [InlineData("two heads share")]
    [InlineData("tied")]
    [InlineData("dynamic")]
    [InlineData("gemma 3")]
    [InlineData("phi-3")]
    [InlineData("gpt-2")]
    public void A_decoders_call_leaves_its_result_and_nothing_else(string variant)
    {
        DecoderConfig config = SmallDecoder.Config(variant) with
        {
            AttentionDropout = 0.1,
            HiddenDropout = 0.1,
            EmbeddingDropout = 0.1,
        };
        using var guard = no_grad();
        using var dropout = new DropoutGenerator(1);
        using var scope = NewDisposeScope();
        long atFirst = LiveTensors.Settled();
        using (var model = CausalLanguageModel.Create(config, seed: 1))
        using (var classifier = ClassifierLoader.Create(config, 3, seed: 1))
        {
            (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: false, 7, 3, 10);
            // The first one makes the table of rotations, which is kept.
            int owned = scope.DisposablesCount;
            AttentionInput input = model.Decoder.AttentionOf(mask);
            Tensor[] its = [.. TensorsOf(input), .. input.Window is { } window ? TensorsOf(window) : []];
            Assert.Equal(owned + its.Length, scope.DisposablesCount);
            classifier.Classify(ids, mask, null).Dispose();
            using Tensor hidden = model.Stack.Embed(ids, mask, null), first = model.Stack.Layer(0, hidden, input);
            foreach (bool training in (bool[])[false, true])
            {
                model.train(training);
                classifier.train(training);
                AssertOneTensor(scope, () => model.Stack.Embed(ids, mask, null));
                AssertOneTensor(scope, () => model.Stack.Layer(1, hidden, input));
                AssertOneTensor(scope, () => model.Decoder.Decode(ids, mask));
                AssertOneTensor(scope, () => model.Head(hidden));
                AssertOneTensor(scope, () => model.Stack.States(ids, mask, null));
                AssertOneTensor(scope, () => TextPositions.LastStates(hidden, mask));
                AssertOneTensor(scope, () => classifier.Classify(ids, mask, null));
                AssertOneTensor(scope, () => model.Logits(ids, mask));
                AssertOneTensor(scope, () => model.Logits(ids));
                AssertOneTensor(scope, Cached);
            }

            foreach (Tensor mine in (Tensor[])[ids, mask, .. its])
                mine.Dispose();

            Tensor Cached()
            {
                using KeyValueCache cache = model.Decoder.NewCache();
                return model.Logits(ids, mask, cache);
            }
        }

        LiveTensors.AssertAre(atFirst);

        static Tensor[] TensorsOf(AttentionInput input) =>
            [.. new[] { input.Bias, input.Angles?.Cosines, input.Angles?.Sines }.OfType<Tensor>()];
    }

    [Fact]
    public void A_fused_models_call_leaves_its_result_and_nothing_else()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        long atFirst = LiveTensors.Settled();
        using (FusedModel model = SmallFusion.Model(SmallDecoder.Config()))
        {
            (Tensor ids, Tensor mask, FusedInput input) = SmallFusion.Batch(
                model.FusionConfig, left: false, SmallFusion.Frames(20, 1), SmallFusion.Frames(5, 2));
            // The first one makes the tables of rotations, which are kept.
            model.Embed(ids, mask, input).Dispose();
            AssertOneTensor(scope, () => model.Embed(ids, mask, input));
            AssertOneTensor(scope, () => model.Project(input)!.Vectors);
            using Tensor vectors = model.Project(input)!.Vectors;
            AssertOneTensor(scope, () => model.Decoder.EmbedWith(ids, mask, new(input.Places, vectors)));
            model.Decoder.Decode(ids, mask).Dispose();
            AssertOneTensor(scope, () => model.Decoder.Decode(ids, mask, given: new(input.Places, vectors)));
            foreach (Tensor mine in (Tensor[])[ids, mask, input.Places, input.Frames.Values])
                mine.Dispose();
        }

        LiveTensors.AssertAre(atFirst);
    }

    private static void AssertOneTensor(DisposeScope scope, Func<Tensor> call)
    {
        int owned = scope.DisposablesCount;
        long before = LiveTensors.Settled();
        Tensor result = call();
        Assert.Equal(before + 1, Tensor.TotalCount);
        Assert.Equal(owned + 1, scope.DisposablesCount);
        result.Dispose();
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Loading_leaves_the_parameters_or_nothing()
    {
        using var folder = new TemporaryFolder();
        EncoderConfig config = SmallEncoder.Config(ModelFamilies.Bert);
        using (var model = SequenceClassifier.Create(config, 3, seed: 1))
            ModelWriter.SaveFolder(folder.Path, model);
        using Checkpoint checkpoint = Checkpoint.Open(folder.Path);
        long before = LiveTensors.Settled();
        foreach (ScalarType type in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
        {
            using SequenceClassifier model = SequenceClassifier.Load(checkpoint, 4, seed: 1, dtype: type);
            LiveTensors.AssertAre(before + model.parameters().Count());
            ModelWriter.Save(folder.File("again.safetensors"), model);
            LiveTensors.AssertAre(before + model.parameters().Count());
        }

        LiveTensors.AssertAre(before);
        EncoderConfig wrong = config with { MaxTokens = 11 };
        Assert.Throws<CheckpointFormatException>(() => SequenceClassifier.Load(checkpoint, 3, seed: 1, config: wrong));
        Assert.Throws<CheckpointFormatException>(() => MaskedLanguageModel.Load(checkpoint));
        LiveTensors.AssertAre(before);
    }
}
