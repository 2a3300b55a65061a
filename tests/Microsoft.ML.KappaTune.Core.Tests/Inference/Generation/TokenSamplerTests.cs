using Microsoft.ML.KappaTune.Inference;

namespace Microsoft.ML.KappaTune.Tests.Inference;

/// <summary>Filters against values worked out by hand, and draws against the filters' distribution.</summary>
public sealed class TokenSamplerTests
{
    // Probabilities 0.5, 0.25, 0.125, 0.125 by their places.
    private static readonly float[] Logits = [(float)Math.Log(0.125), (float)Math.Log(0.5), (float)Math.Log(0.125), (float)Math.Log(0.25)];

    private static readonly HashSet<int> None = [];

    public static TheoryData<GenerationOptions, int[], double[]> Filtered => new()
    {
        { new() { Temperature = 1 }, [1, 3, 0, 2], [0.5, 0.25, 0.125, 0.125] },
        // Squares: 16, 4, 1, 1 of 22.
        { new() { Temperature = 0.5 }, [1, 3, 0, 2], [16 / 22.0, 4 / 22.0, 1 / 22.0, 1 / 22.0] },
        { new() { Temperature = 1, TopK = 2 }, [1, 3], [2 / 3.0, 1 / 3.0] },
        // Of equals all are kept.
        { new() { Temperature = 1, TopK = 3 }, [1, 3, 0, 2], [0.5, 0.25, 0.125, 0.125] },
        { new() { Temperature = 1, TopK = 9 }, [1, 3, 0, 2], [0.5, 0.25, 0.125, 0.125] },
        { new() { Temperature = 1, TopP = 0.4 }, [1], [1] },
        { new() { Temperature = 1, TopP = 0.6 }, [1, 3], [2 / 3.0, 1 / 3.0] },
        { new() { Temperature = 1, TopP = 0.8 }, [1, 3, 0], [4 / 7.0, 2 / 7.0, 1 / 7.0] },
        { new() { Temperature = 1, MinP = 0.3 }, [1, 3], [2 / 3.0, 1 / 3.0] },
        { new() { Temperature = 1, MinP = 1 }, [1], [1] },
        // So cold that the others' powers are 0.
        { new() { Temperature = 1e-4 }, [1], [1] },
        // Top-p counts what top-k leaves: 2/3 of it is the first alone.
        { new() { Temperature = 1, TopK = 2, TopP = 0.6 }, [1], [1] },
    };

    [Theory, MemberData(nameof(Filtered))]
    public void Filters_leave_these_tokens(GenerationOptions options, int[] tokens, double[] probabilities)
    {
        (int[] found, double[] given) = new TokenSampler(options).Distribution([.. Logits], None);
        Assert.Equal(tokens, found);
        for (int i = 0; i < given.Length; i++)
            Assert.Equal(probabilities[i], given[i], 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(999)]
    public void Of_many_tokens_the_likeliest_are_left_in_their_order(int topK)
    {
        var random = new Random(topK);
        // Rounded, so that many are equal.
        float[] logits = [.. Enumerable.Range(0, 1000).Select(_ => (float)Math.Round(6 * random.NextDouble(), 1))];
        int[] sorted = [.. Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]).ThenBy(token => token)];
        int[] expected = [.. sorted.TakeWhile(token => logits[token] >= logits[sorted[topK - 1]])];
        (int[] tokens, double[] probabilities) = new TokenSampler(new() { Temperature = 1, TopK = topK }).Distribution([.. logits], None);
        Assert.Equal(expected, tokens);
        Assert.Equal(1, probabilities.Sum(), 1e-9);
        Assert.Equal(Math.Exp(logits[tokens[^1]] - logits[tokens[0]]), probabilities[^1] / probabilities[0], 1e-6);
    }

    [Fact]
    public void A_penalty_makes_what_was_there_less_likely()
    {
        var sampler = new TokenSampler(new() { Temperature = 1, RepetitionPenalty = 2 });
        float[] logits = [2, -2, 0, 1];
        (int[] tokens, double[] probabilities) = sampler.Distribution(logits, new HashSet<int> { 0, 1, 9 });
        Assert.Equal([1, -4, 0, 1], logits);
        Assert.Equal([0, 3, 2, 1], tokens);
        Assert.Equal(Math.E / (2 * Math.E + 1 + Math.Exp(-4)), probabilities[0], 1e-9);
    }

    [Fact]
    public void Greedy_takes_the_first_of_the_likeliest()
    {
        Assert.Equal(1, new TokenSampler(new()).Next([1, 3, 3, 2], None));
        Assert.Equal(3, new TokenSampler(new() { RepetitionPenalty = 4 }).Next([1, 3, 3, 2], new HashSet<int> { 1, 2 }));
        // A cold temperature comes to the same.
        Assert.Equal(1, new TokenSampler(new() { Temperature = 1e-6 }).Next([1, 3, 2.9f, 2], None));
    }

    [Fact]
    public void Draws_follow_the_distribution_and_the_seed()
    {
        GenerationOptions options = new() { Temperature = 1, TopK = 3, Seed = 5 };
        const int Draws = 20_000;
        int[] Draw(GenerationOptions given)
        {
            var sampler = new TokenSampler(given);
            return [.. Enumerable.Range(0, Draws).Select(_ => sampler.Next([.. Logits], None))];
        }

        int[] first = Draw(options);
        double[] expected = [0.125, 0.5, 0.125, 0.25];
        for (int token = 0; token < 4; token++)
        {
            // Five standard deviations.
            double error = 5 * Math.Sqrt(expected[token] * (1 - expected[token]) / Draws);
            Assert.Equal(expected[token], first.Count(drawn => drawn == token) / (double)Draws, error);
        }

        Assert.Equal(first, Draw(options));
        Assert.NotEqual(first, Draw(options with { Seed = 6 }));
    }

    [Fact]
    public void Logits_that_are_not_numbers_are_refused()
    {
        var fault = Assert.Throws<InvalidOperationException>(() => new TokenSampler(new()).Next([1, float.NaN], None));
        Assert.Contains("token 1", fault.Message);
        Assert.Throws<InvalidOperationException>(() => new TokenSampler(new()).Next([float.PositiveInfinity], None));
        Assert.Throws<InvalidOperationException>(() => new TokenSampler(new()).Next([float.NegativeInfinity], None));
    }

    [Fact]
    public void Options_that_are_not_allowed_are_named_together()
    {
        GenerationOptions wrong = new()
        {
            MaxTokens = 0,
            Temperature = -1,
            TopK = -1,
            TopP = 0,
            MinP = 2,
            RepetitionPenalty = 0,
            Stop = [""],
        };
        string message = Assert.Throws<ArgumentException>(wrong.Check).Message;
        foreach (string name in (string[])["MaxTokens", "Temperature", "TopK", "TopP", "MinP", "RepetitionPenalty", "Stop"])
            Assert.Contains($"{name} is", message);
        new GenerationOptions().Check();
    }
}
