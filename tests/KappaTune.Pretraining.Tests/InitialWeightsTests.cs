using Microsoft.ML.KappaTune.Pretraining;
using Microsoft.ML.KappaTune.Tasks.LanguageModels;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Pretraining;

public sealed class InitialWeightsTests
{
    [Fact]
    public void Sinusoids_have_their_size_and_tell_distances_whatever_the_place()
    {
        using var scope = NewDisposeScope();
        Tensor table = zeros(50, 24);
        Sinusoids.Fill(table, 0.3);
        Assert.Equal(0.3, table.square().mean().sqrt().item<float>(), 5);
        // sin, then cos; the first wave has one radian a token, the second 10,000 to the power of -1/12.
        float unit = 0.3f * MathF.Sqrt(2);
        Assert.Equal(unit * MathF.Sin(7), table[7, 0].item<float>(), 5);
        Assert.Equal(unit * MathF.Cos(7 * MathF.Pow(10_000, -1f / 12)), table[7, 13].item<float>(), 5);
        Tensor products = table.mm(table.t());
        foreach (int distance in new[] { 1, 5, 20 })
            Assert.Equal(products[3, 3 + distance].item<float>(), products[25, 25 + distance].item<float>(), 4);
        Assert.True(products[25, 26].item<float>() > products[25, 30].item<float>());
    }

    [Fact]
    public void They_are_what_the_options_say()
    {
        using var corpus = new TinyCorpus();
        using var scope = NewDisposeScope();
        double range = Initial(corpus.Options with { InitializerRange = 0.3 }).Words.std().item<float>();
        Assert.InRange(range, 0.25, 0.35);
        Tensor positions = Initial(corpus.Options with { InitializerRange = 0.3, SinusoidalPositions = true }).Positions;
        Assert.Equal(0.3 * Math.Sqrt(2), positions[0, positions.shape[1] - 1].item<float>(), 4); // cos of 0
        Assert.NotEqual(0.3 * Math.Sqrt(2), Initial(corpus.Options with { InitializerRange = 0.3 }).Positions[0, -1].item<float>(), 4);

        (Tensor Words, Tensor Positions) Initial(PretrainingOptions options)
        {
            HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(corpus.Options.Tokenizer!, null));
            using LanguageModelObjective objective = new PretrainingModels(options, tokenizer, CPU).Create("tests");
            Dictionary<string, Tensor> parameters =
                objective.Model.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().clone());
            return (parameters["bert.embeddings.word_embeddings.weight"], parameters["bert.embeddings.position_embeddings.weight"]);
        }
    }
}
