using System.Text.Json;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Models;

namespace Microsoft.ML.KappaTune.Tests.Adapters.Lora;

public sealed class RankBudgetTests
{
    [Fact]
    public void No_ranks_that_differ_by_one_come_closer()
    {
        var random = new Random(3);
        for (int round = 0; round < 200; round++)
        {
            RankedMatrix[] matrices = [.. Enumerable.Range(0, random.Next(1, 9)).Select(
                _ => new RankedMatrix(((int[])[6, 10, 16, 21])[random.Next(4)], random.Next(1, 7)))];
            long least = matrices.Sum(matrix => matrix.Cost), budget = least + random.Next(0, 400);
            int[] ranks = RankBudget.Fit(matrices, budget);

            long total = Total(matrices, ranks);
            Assert.InRange(total, least, budget);
            Assert.All(ranks.Zip(matrices), pair => Assert.InRange(pair.First, 1, pair.Second.Largest));
            int lowest = ranks.Zip(matrices).Where(pair => pair.First < pair.Second.Largest).Select(pair => pair.First)
                .DefaultIfEmpty(int.MaxValue).Min();
            Assert.All(ranks, rank => Assert.True(lowest == int.MaxValue || rank <= lowest + 1));
            Assert.Equal(Best(matrices, budget), total);
        }
    }

    [Fact]
    public void Of_equal_ones_the_first_get_more()
    {
        RankedMatrix small = new(10, 8), large = new(30, 8);
        // 2 each are 120, and 40 are left: three more of 10 would leave 10, one of 30 and one of 10 nothing.
        Assert.Equal([3, 2, 3, 2], RankBudget.Fit([small, small, large, small], 160));
        Assert.Equal([8, 8], RankBudget.Fit([small, large], 100_000));
        // One that can't have more leaves it to others.
        Assert.Equal([1, 4], RankBudget.Fit([new(10, 1), small], 55));
    }

    [Fact]
    public void A_budget_below_rank_1_is_refused_with_what_would_do()
    {
        var e = Assert.Throws<ArgumentException>(() => RankBudget.Fit([new(10, 4), new(30, 4)], 39));
        Assert.StartsWith("Method.ParameterBudget is 39; allowed is 40 or more", e.Message);
        Assert.Equal("ParameterBudget", e.ParamName);
        using SequenceClassifier model = LoraSample.Model();
        Assert.Throws<ArgumentException>(() => LoraAdapters.Attach(model, LoraSample.Weights, TuningMethod.LoraWithin(10), seed: 1));
        Assert.All(model.LinearLayers.Values, layer => Assert.Null(layer.Adapter));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5.0)]
    public void Ranks_and_alphas_are_saved_as_patterns(double? alpha)
    {
        using var folder = new TemporaryFolder();
        using SequenceClassifier model = LoraSample.Model(), other = LoraSample.Model();
        // A rank costs 32 beside a query and 40 beside an output: two of each are 144, and one more query's is nearest to 180.
        using LoraAdapters adapters = LoraAdapters.Attach(
            model, LoraSample.Weights.Reverse(), TuningMethod.LoraWithin(180, alpha), seed: 1);
        Assert.Equal(176, adapters.Parameters.Sum(named => named.Parameter.NumberOfElements));
        LoraSettings two = new(2, alpha ?? 4), three = new(3, alpha ?? 6);
        Assert.Equal(three, adapters.ByModule[LoraSample.Query].Settings);
        Assert.Equal(two, adapters.ByModule[LoraSample.Output].Settings);
        LoraSample.Train(adapters);
        adapters.Save(folder.Path, null, LoraSample.Weights);

        JsonElement config = JsonFile.ReadObject(folder.File("adapter_config.json"));
        int common = config.GetProperty("r").GetInt32();
        JsonProperty pattern = Assert.Single(config.GetProperty("rank_pattern").EnumerateObject());
        Assert.Equal((5, common == 2 ? LoraSample.Query : LoraSample.Output), (common + pattern.Value.GetInt32(), pattern.Name));
        Assert.Equal(alpha is null ? 1 : 0, config.GetProperty("alpha_pattern").EnumerateObject().Count());
        using LoraAdapters read = LoraAdapters.Load(other, folder.Path);
        Assert.All(read.ByModule, pair => Assert.Equal(adapters.ByModule[pair.Key].Settings, pair.Value.Settings));
        Assert.Equal(LoraSample.Logits(model), LoraSample.Logits(other));
    }

    [Fact]
    public void Experts_of_a_layer_have_one_rank()
    {
        const string Block = "model.layers.0.block_sparse_moe.experts", Query = "model.layers.0.self_attn.q_proj";
        string[] selected =
        [
            $"{Query}.weight", $"{Block}.0.w1.weight", $"{Block}.0.w3.weight", $"{Block}.2.w3.weight", $"{Block}.1.w2.weight",
        ];
        using CausalLanguageModel model = SmallDecoder.Model(SmallDecoder.Config("mixture"));
        // A rank costs 16 + 16 beside the query; (16 + 8 + 8) + (16 + 8) beside the experts' inputs; 8 + 16 beside the last projection.
        using LoraAdapters adapters = LoraAdapters.Attach(model, selected, TuningMethod.LoraWithin(3 * 112 + 24 + 7), seed: 1);
        Assert.Equal(3 * 112 + 24, adapters.Parameters.Sum(named => named.Parameter.NumberOfElements));
        Assert.Equal(
            new Dictionary<string, int>
            {
                [$"{Block}.0.w1"] = 3,
                [$"{Block}.0.w3"] = 3,
                [$"{Block}.1.w2"] = 4,
                [$"{Block}.2.w3"] = 3,
                [Query] = 3,
            },
            adapters.ByModule.ToDictionary(pair => pair.Key, pair => pair.Value.Settings.Rank));
        Assert.All(adapters.ByModule.Values, adapter => Assert.Equal(2, adapter.Settings.Scale));
    }

    private static long Total(RankedMatrix[] matrices, int[] ranks) => matrices.Zip(ranks).Sum(pair => pair.First.Cost * pair.Second);

    /// <summary>The largest total within the budget of all ranks R or R + 1, tried one by one.</summary>
    private static long Best(RankedMatrix[] matrices, long budget)
    {
        long best = 0;
        for (int rank = 1; rank <= 7; rank++)
        {
            for (int more = 0; more < 1 << matrices.Length; more++)
            {
                int[] ranks = [.. matrices.Select((matrix, i) => Math.Min(matrix.Largest, rank + (more >> i & 1)))];
                long total = Total(matrices, ranks);
                if (total <= budget)
                    best = Math.Max(best, total);
            }
        }

        return best;
    }
}
