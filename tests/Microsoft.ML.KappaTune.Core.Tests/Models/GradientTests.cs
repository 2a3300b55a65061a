using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>What the layers write in place must never be what a gradient needs.</summary>
public sealed class GradientTests
{
    [Theory, MemberData(nameof(SmallEncoder.Families), MemberType = typeof(SmallEncoder))]
    public void Gradients_are_those_of_finite_differences(string family)
    {
        EncoderConfig config = SmallEncoder.Config(family, "gelu_new") with
        {
            HiddenDropout = 0,
            AttentionDropout = 0,
            ClassifierDropout = 0,
        };
        using var scope = NewDisposeScope();
        using var model = SmallEncoder.Randomised(SequenceClassifier.Create(config, 3, seed: 1, ScalarType.Float64));
        (Tensor ids, Tensor mask, Tensor types) = SmallEncoder.Batch(config, 5, 2);
        Tensor labels = tensor(new long[] { 2, 0 });
        Tensor Loss() => nn.functional.cross_entropy(model.Classify(ids, mask, types), labels);

        Loss().backward();
        AssertAreFiniteDifferences(model, () => Loss().ToDouble());
    }

    [Theory, MemberData(nameof(SmallEncoder.Families), MemberType = typeof(SmallEncoder))]
    public void Every_parameter_gets_a_gradient_with_dropout_on(string family)
    {
        EncoderConfig config = SmallEncoder.Config(family) with { HiddenDropout = 0.3, AttentionDropout = 0.3, ClassifierDropout = 0.3 };
        using var dropout = new DropoutGenerator(1);
        using var scope = NewDisposeScope();
        (Tensor ids, Tensor mask, Tensor types) = SmallEncoder.Batch(config, 6, 4, 6);
        using var classifier = SmallEncoder.Randomised(SequenceClassifier.Create(config, 3, seed: 1));
        using var language = SmallEncoder.Randomised(MaskedLanguageModel.Create(config, seed: 1));
        nn.functional.cross_entropy(classifier.Classify(ids, mask, types), tensor(new long[] { 0, 1, 2 })).backward();
        nn.functional.cross_entropy(language.Predict(ids, mask, types).view(-1, config.VocabularySize), ids.view(-1)).backward();
        foreach (nn.Module model in (nn.Module[])[classifier, language])
            Assert.All(model.named_parameters(), p => Assert.NotNull(p.parameter.grad));
    }

    [Fact]
    public void Stages_without_gradients_are_left_out_of_the_backward_pass()
    {
        EncoderConfig config = SmallEncoder.Config(ModelFamilies.Bert) with
        {
            HiddenDropout = 0,
            AttentionDropout = 0,
            ClassifierDropout = 0,
        };
        using var scope = NewDisposeScope();
        using var model = SmallEncoder.Randomised(SequenceClassifier.Create(config, 3, seed: 1));
        (Tensor ids, Tensor mask, Tensor types) = SmallEncoder.Batch(config, 6, 4);
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in model.named_parameters())
            parameter.requires_grad = model.StageOf(name) >= 2;

        AttentionInput input = model.Encoder.AttentionOf(mask);
        Tensor hidden;
        using (no_grad())
            hidden = model.Encoder.Layer(0, model.Encoder.Embed(ids, mask, types), input);
        nn.functional.cross_entropy(model.Head(model.Layer(1, hidden, input)), tensor(new long[] { 1, 2 })).backward();
        Assert.All(model.named_parameters(), p => Assert.Equal(model.StageOf(p.name) >= 2, p.parameter.grad is not null));
    }

    /// <summary>Of each parameter the gradient that it has, at one place.</summary>
    internal static void AssertAreFiniteDifferences(nn.Module model, Func<double> loss)
    {
        using var guard = no_grad();
        foreach ((string name, Tensor parameter) in model.named_parameters())
        {
            Tensor flat = parameter.detach().view(-1);
            // The place that changes most, so that the difference is well above rounding.
            long place = parameter.grad!.abs().view(-1).argmax(0).ToInt64();
            double gradient = parameter.grad!.view(-1)[place].ToDouble(), value = flat[place].ToDouble();
            const double Step = 1e-5;
            flat[place] = value + Step;
            double above = loss();
            flat[place] = value - Step;
            double below = loss();
            flat[place] = value;
            Assert.True(Math.Abs((above - below) / (2 * Step) - gradient) < 1e-6 * Math.Max(1, Math.Abs(gradient)), name);
        }
    }
}
