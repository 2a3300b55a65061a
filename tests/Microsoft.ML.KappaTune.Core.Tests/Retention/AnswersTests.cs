using Microsoft.ML.KappaTune.Retention;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Retention;

/// <summary>A sample's part in what all answer, against leaving samples out one by one.</summary>
public sealed class AnswersTests
{
    private const int Pairs = 7;

    [Fact]
    public void Of_samples_that_choose_each_other_losses_spread_as_leaving_each_out_says()
    {
        using var scope = NewDisposeScope();
        double[][] logits = Logits(seed: 1);
        var tally = new RetentionTally();
        tally.Add(Answers(logits));
        AssertJackknife(tally.Losses, without => Answered(without).Sum(answer => -LogShare(logits[answer], answer % Pairs, without)));
    }

    [Fact]
    public void Divergences_too()
    {
        using var scope = NewDisposeScope();
        double[][] before = Logits(seed: 1), after = Logits(seed: 2);
        var tally = new DivergenceTally();
        tally.Add(Answers(before), Answers(after));
        AssertJackknife(tally.Sums, without => Answered(without).Sum(answer => Enumerable.Range(0, Pairs).Where(k => k != without).Sum(k =>
        {
            double p = LogShare(before[answer], k, without), q = LogShare(after[answer], k, without);
            return Math.Exp(p) * (p - q);
        })));
    }

    [Fact]
    public void A_choice_that_has_all_of_the_probability_leaves_finite_sums()
    {
        using var scope = NewDisposeScope();
        double[][] sure = [.. Enumerable.Range(0, 2 * Pairs).Select(answer => Enumerable.Range(0, Pairs)
            .Select(choice => choice == (answer + 1) % Pairs ? 300.0 : 0).ToArray())];
        var losses = new RetentionTally();
        losses.Add(Answers(sure));
        var divergences = new DivergenceTally();
        divergences.Add(Answers(sure), Answers(Logits(seed: 3)));
        Assert.All(losses.Losses.Concat(divergences.Sums), sum => Assert.True(double.IsFinite(sum), $"{sum}"));
        // All choose wrongly, at a cost of 300 each.
        Assert.Equal(300 * 2 * Pairs, losses.Losses.Sum(), 0.1);
    }

    [Fact]
    public void Of_samples_by_themselves_it_is_the_sum_of_their_answers()
    {
        using var scope = NewDisposeScope();
        var answers = new Answers(3, [0, 2, 2, 0], zeros(4, 5), zeros(4, int64));
        Assert.Equal([5, 0, 5], answers.SumBySample(tensor([1f, 2f, 3f, 4f]), () => throw new InvalidOperationException()));
        // Alone, a pair is nobody's choice.
        var alone = new Answers(1, [0, 0], zeros(2, 1), zeros(2, int64), ChoicesAreSamples: true);
        Assert.Equal([3], alone.SumBySample(tensor([1f, 2f]), () => throw new InvalidOperationException()));
    }

    /// <param name="sumWithout">The sum over the answers of all samples but one, which is nobody's choice either; −1 for all.</param>
    private static void AssertJackknife(IReadOnlyList<double> sums, Func<int, double> sumWithout)
    {
        double all = sumWithout(-1);
        double[] parts = [.. Enumerable.Range(0, Pairs).Select(sample => all - sumWithout(sample))];
        Assert.Equal(all, sums.Sum(), 1e-4);
        Assert.Equal(parts.Select(part => part - parts.Average()), sums.Select(sum => sum - sums.Average()), new Near());
        // Not what each sample's own answers say.
        Assert.True(parts.Max() - parts.Min() > 0.1, "all samples have the same part");
    }

    private static IEnumerable<int> Answered(int without) => Enumerable.Range(0, 2 * Pairs).Where(answer => answer % Pairs != without);

    private static double LogShare(double[] logits, int choice, int without) =>
        logits[choice] - Math.Log(logits.Where((_, k) => k != without).Sum(Math.Exp));

    /// <summary>The answers of both sentences of each pair; pair i is right for i and for i + <see cref="Pairs"/>.</summary>
    private static Answers Answers(double[][] logits)
    {
        int[] owners = [.. Enumerable.Range(0, 2 * Pairs).Select(answer => answer % Pairs)];
        float[] values = [.. logits.SelectMany(row => row).Select(value => (float)value)];
        return new(
            Pairs, owners, tensor(values, [2 * Pairs, Pairs]), tensor(Array.ConvertAll(owners, owner => (long)owner)),
            ChoicesAreSamples: true);
    }

    private static double[][] Logits(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 2 * Pairs).Select(answer => Enumerable.Range(0, Pairs)
            .Select(choice => 4 * random.NextDouble() + (choice == answer % Pairs ? 2 : 0)).ToArray())];
    }

    private sealed class Near : EqualityComparer<double>
    {
        public override bool Equals(double x, double y) => Math.Abs(x - y) < 1e-4;

        public override int GetHashCode(double obj) => 0;
    }
}
