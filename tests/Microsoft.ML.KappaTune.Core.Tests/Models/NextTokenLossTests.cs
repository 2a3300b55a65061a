using Microsoft.ML.KappaTune.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

public sealed class NextTokenLossTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Targets_are_shifted_by_one_and_padding_is_ignored(bool left)
    {
        DecoderConfig config = SmallDecoder.Config();
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(config, ScalarType.Float64);
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left, 7, 3, 1, 10);
        var reference = new ReferenceDecoder(model, config);
        double[] losses = [.. Enumerable.Range(0, 4).SelectMany(text => reference.Losses(SmallDecoder.Text(ids, mask, text)))];
        // One fewer a text than it has tokens.
        Assert.Equal(6 + 2 + 0 + 9, losses.Length);
        Assert.Equal(losses.Average(), model.Loss(ids, mask).ToDouble(), 1e-10);

        // Neither the tokens' own logits nor those of padding's would give it.
        Tensor logits = model.Logits(ids, mask);
        Assert.True(Math.Abs(nn.functional.cross_entropy(logits.flatten(0, 1), ids.flatten()).ToDouble() - losses.Average()) > 1e-3);
        Assert.True(Math.Abs(model.Loss(ids).ToDouble() - losses.Average()) > 1e-3);
        // What is under the mask doesn't matter.
        Tensor others = where(mask.ne(0), ids, (ids + 1).remainder(config.VocabularySize));
        Assert.Equal(model.Loss(ids, mask).ToDouble(), model.Loss(others, mask).ToDouble(), 1e-12);
    }

    [Fact]
    public void Without_padding_every_token_but_the_first_counts()
    {
        DecoderConfig config = SmallDecoder.Config("tied");
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(config, ScalarType.Float64);
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: false, 6, 6);
        var reference = new ReferenceDecoder(model, config);
        double expected = Enumerable.Range(0, 2).SelectMany(text => reference.Losses(SmallDecoder.Text(ids, mask, text))).Average();
        Assert.Equal(expected, model.Loss(ids).ToDouble(), 1e-10);
    }

    [Fact]
    public void Nothing_to_guess_is_no_number()
    {
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(SmallDecoder.Config());
        Assert.True(double.IsNaN(model.Loss(tensor(new long[] { 4, 5 }, 1, 2), tensor(new long[] { 1, 0 }, 1, 2)).ToDouble()));
        Assert.True(double.IsNaN(model.Loss(tensor(new long[] { 4 }, 1, 1)).ToDouble()));
    }

    [Theory, MemberData(nameof(SmallDecoder.Variants), MemberType = typeof(SmallDecoder))]
    public void Gradients_are_those_of_finite_differences(string variant)
    {
        DecoderConfig config = SmallDecoder.Config(variant);
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(config, ScalarType.Float64);
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: false, 5, 2);
        model.Loss(ids, mask).backward();
        foreach ((string name, Tensor parameter) in model.named_parameters())
        {
            using var guard = no_grad();
            Tensor flat = parameter.detach().view(-1);
            // The place that changes most, so that the difference is well above rounding.
            long place = parameter.grad!.abs().view(-1).argmax(0).ToInt64();
            double gradient = parameter.grad!.view(-1)[place].ToDouble(), value = flat[place].ToDouble();
            const double Step = 1e-5;
            flat[place] = value + Step;
            double above = model.Loss(ids, mask).ToDouble();
            flat[place] = value - Step;
            double below = model.Loss(ids, mask).ToDouble();
            flat[place] = value;
            Assert.True(Math.Abs((above - below) / (2 * Step) - gradient) < 1e-6 * Math.Max(1, Math.Abs(gradient)), name);
        }
    }

    [Fact]
    public void It_can_be_learned()
    {
        DecoderConfig config = SmallDecoder.Config("two heads share");
        using var scope = NewDisposeScope();
        using var model = CausalLanguageModel.Create(config, seed: 1);
        // Each token tells the next, but no token tells itself.
        Tensor ids = arange(0, 96, dtype: ScalarType.Int64).remainder(12).view(4, 24);
        var optimizer = optim.AdamW(model.parameters(), 0.01);
        double first = model.Loss(ids).ToDouble();
        for (int step = 0; step < 60; step++)
        {
            using var inner = NewDisposeScope();
            optimizer.zero_grad();
            model.Loss(ids).backward();
            optimizer.step();
        }

        Assert.Equal(Math.Log(config.VocabularySize), first, 0.1);
        Assert.InRange(model.Loss(ids).ToDouble(), 0, 0.2);
        Assert.Equal(5, model.Logits(tensor(new long[] { 3, 4 }, 1, 2))[0][1].argmax(0).ToInt64());
    }
}
