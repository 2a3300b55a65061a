using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;

public sealed class NextTokenLossTests
{
    [Theory]
    [InlineData("two heads share")]
    [InlineData("tied")]
    public void Every_token_but_the_first_of_its_text_counts(string variant)
    {
        DecoderConfig config = SmallDecoder.Config(variant);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(config, ScalarType.Float64);
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: false, 7, 3, 1, 10);
        var reference = new ReferenceDecoder(model, config);
        double[] losses = [.. Enumerable.Range(0, 4).SelectMany(text => reference.Losses(SmallDecoder.Text(ids, mask, text)))];
        // One fewer a text than it has tokens.
        Assert.Equal(6 + 2 + 0 + 9, losses.Length);
        Assert.Equal(losses.Average(), NextTokens.Loss(model, ids, mask), 1e-10);

        // Neither the tokens' own logits nor those of padding would give it.
        Tensor logits = model.Logits(ids, mask);
        Assert.True(Math.Abs(nn.functional.cross_entropy(logits.flatten(0, 1), ids.flatten()).ToDouble() - losses.Average()) > 1e-3);
        Assert.True(Math.Abs(NextTokens.Loss(model, ids) - losses.Average()) > 1e-3);
    }

    [Theory, MemberData(nameof(SmallDecoder.Variants), MemberType = typeof(SmallDecoder))]
    public void Gradients_are_those_of_finite_differences(string variant)
    {
        DecoderConfig config = SmallDecoder.Config(variant);
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(config, ScalarType.Float64);
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: false, 5, 2);
        NextTokens.Learn(model, ids, mask);
        GradientTests.AssertAreFiniteDifferences(model, () => NextTokens.Loss(model, ids, mask));
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
        double first = NextTokens.Loss(model, ids);
        for (int step = 0; step < 60; step++)
        {
            using var inner = NewDisposeScope();
            optimizer.zero_grad();
            NextTokens.Learn(model, ids);
            optimizer.step();
        }

        Assert.Equal(Math.Log(config.VocabularySize), first, 0.1);
        Assert.InRange(NextTokens.Loss(model, ids), 0, 0.2);
        Assert.Equal(5, model.Logits(tensor(new long[] { 3, 4 }, 1, 2))[0][1].argmax(0).ToInt64());
    }
}
