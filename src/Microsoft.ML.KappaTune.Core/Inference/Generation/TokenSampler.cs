namespace Microsoft.ML.KappaTune.Inference;

/// <summary>Chooses tokens by their logits. For one text and one thread.</summary>
/// <param name="options">Checked options.</param>
internal sealed class TokenSampler(GenerationOptions options)
{
    private int _drawn;

    /// <summary>The next token.</summary>
    /// <param name="logits">A logit for each token that may be chosen; they are overwritten.</param>
    /// <param name="seen">The tokens that are in the text, which a penalty is for.</param>
    /// <exception cref="InvalidOperationException">A logit isn't a number: the model's weights are broken.</exception>
    public int Next(Span<float> logits, IReadOnlySet<int> seen)
    {
        Penalise(logits, seen);
        int best = Largest(logits);
        if (options.Temperature == 0)
            return best;
        (int[] tokens, double[] probabilities) = Distribution(logits, logits[best]);
        double point = RandomSeeds.ForToken(options.Seed, _drawn++);
        int at = 0;
        while (at < tokens.Length - 1 && (point -= probabilities[at]) >= 0)
            at++;
        return tokens[at];
    }

    /// <summary>What is drawn from: the tokens that filters leave, the likeliest first, and their probabilities, whose sum is 1.</summary>
    public (int[] Tokens, double[] Probabilities) Distribution(Span<float> logits, IReadOnlySet<int> seen)
    {
        Penalise(logits, seen);
        return Distribution(logits, logits[Largest(logits)]);
    }

    private (int[] Tokens, double[] Probabilities) Distribution(ReadOnlySpan<float> logits, double largest)
    {
        var weights = new double[logits.Length];
        for (int i = 0; i < weights.Length; i++)
            weights[i] = Math.Exp((logits[i] - largest) / options.Temperature);
        // Of a large vocabulary most tokens are out at once; to sort them all would take as long as a small model's pass.
        double least = options.TopK > 0 && options.TopK < weights.Length ? Ranked(weights, options.TopK) : 0;
        int[] tokens = [.. Enumerable.Range(0, weights.Length).Where(token => weights[token] >= least)];
        double[] all = Array.ConvertAll(tokens, token => -weights[token]);
        Array.Sort(all, tokens);
        OrderEquals(all, tokens);
        for (int i = 0; i < all.Length; i++)
            all[i] = -all[i];

        int kept = all.Length;
        if (options.TopP < 1)
            kept = CountOfShare(all, kept);
        // The likeliest's weight is 1. One of 0 is never drawn, whatever rounding makes of the sum.
        kept = CountAtLeast(all, Math.Max(options.MinP, double.Epsilon), kept);
        double sum = all.Take(kept).Sum();
        return (tokens[..kept], [.. all.Take(kept).Select(weight => weight / sum)]);
    }

    /// <summary>The weight of the rank, counted from 1: of equals each has one.</summary>
    private static double Ranked(double[] weights, int rank)
    {
        var highest = new PriorityQueue<double, double>(rank);
        foreach (double weight in weights)
        {
            if (highest.Count < rank)
                highest.Enqueue(weight, weight);
            else if (weight > highest.Peek())
                highest.DequeueEnqueue(weight, weight);
        }

        return highest.Peek();
    }

    /// <summary>Puts tokens of one weight in their own order, so that a seed gives the same text whatever sorts.</summary>
    private static void OrderEquals(double[] weights, int[] tokens)
    {
        for (int start = 0, end; start < weights.Length; start = end)
        {
            end = start + 1;
            while (end < weights.Length && weights[end] == weights[start])
                end++;
            if (end > start + 1)
                Array.Sort(tokens, start, end - start);
        }
    }

    /// <summary>How many of the first weights, which fall, are at least this one; of equals all.</summary>
    private static int CountAtLeast(double[] weights, double least, int count)
    {
        int kept = 1;
        while (kept < count && weights[kept] >= least)
            kept++;
        return kept;
    }

    /// <summary>How many of the first weights it takes to have the share of top-p together.</summary>
    private int CountOfShare(double[] weights, int count)
    {
        double wanted = options.TopP * weights.Take(count).Sum(), sum = 0;
        int kept = 0;
        while (kept < count && sum < wanted)
            sum += weights[kept++];
        return kept;
    }

    private void Penalise(Span<float> logits, IReadOnlySet<int> seen)
    {
        if (options.RepetitionPenalty == 1)
            return;
        var penalty = (float)options.RepetitionPenalty;
        foreach (int token in seen)
        {
            if (token < logits.Length)
                logits[token] = logits[token] < 0 ? logits[token] * penalty : logits[token] / penalty;
        }
    }

    /// <summary>The place of the largest, the first of equals.</summary>
    private static int Largest(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            if (float.IsNaN(logits[i]))
                throw Broken($"logit of token {i} isn't a number");
            if (logits[i] > logits[best])
                best = i;
        }

        return float.IsNegativeInfinity(logits[best]) || float.IsPositiveInfinity(logits[best])
            ? throw Broken("logits aren't finite")
            : best;
    }

    private static InvalidOperationException Broken(string what) =>
        new($"The model's {what}. Check its weights, or compute in float32.");
}
