using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

/// <summary>Splits, shuffles and ranges have the recorded properties; which rows land where isn't part of the contract.</summary>
public class DataSplitGoldenTests
{
    public static TheoryData<string> Files => Golden.Files("ml/split", "cases.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Splits_and_shuffles_have_the_recorded_properties(string file) =>
        GoldenCases.ForEach(file, golden => golden.ToString(), golden =>
        {
            string call = golden.GetProperty("call").GetString()!;
            if (golden.TryGetProperty("error", out JsonElement error))
                GoldenError.AssertThrows(error, () => Fail(call));
            else if (call == "ShuffleRows")
                CheckShuffle(golden);
            else if (call == "CrossValidationSplit")
                CheckFolds(golden);
            else if (call == "TakeRows and SkipRows")
                CheckRanges(golden);
            else if (golden.TryGetProperty("disjoint", out _))
                CheckSplit(golden);
            else
                CheckSizes(golden);
        });

    private static void Fail(string call)
    {
        var context = new MLContext(seed: 0);
        IDataView data = Rows(context, 10, 3);
        object _ = call switch
        {
            "TrainTestSplit testFraction 0" => context.Data.TrainTestSplit(data, 0),
            "TrainTestSplit testFraction 1" => context.Data.TrainTestSplit(data, 1),
            "TrainTestSplit samplingKeyColumnName missing" => context.Data.TrainTestSplit(data, samplingKeyColumnName: "Nope"),
            "CrossValidationSplit numberOfFolds 1" => context.Data.CrossValidationSplit(data, 1),
            "TrainTestSplit null data" => context.Data.TrainTestSplit(null!),
            "ShuffleRows null" => context.Data.ShuffleRows(null!),
            "ShuffleRows pool 0" => context.Data.ShuffleRows(data, shufflePoolSize: 0),
            "TakeRows -1" => context.Data.TakeRows(data, -1),
            "SkipRows -1" => context.Data.SkipRows(data, -1),
            _ => throw new ArgumentException($"A call that this test doesn't know: {call}"),
        };
    }

    private static void CheckSplit(JsonElement golden)
    {
        int count = golden.GetProperty("rows").GetInt32();
        int? seed = Seed(golden, "seed");
        double fraction = golden.GetProperty("testFraction").GetDouble();
        string? sampling = golden.Text("samplingKeyColumnName");
        int groups = sampling is null ? 1 : golden.GetProperty("groups").GetInt32();
        var context = new MLContext(Seed(golden, "mlContextSeed"));
        IDataView data = Rows(context, count, groups);

        DataOperationsCatalog.TrainTestData split = context.Data.TrainTestSplit(data, fraction, sampling, seed);
        int[] train = Ids(split.TrainSet);
        int[] test = Ids(split.TestSet);

        Assert.Equal(golden.GetProperty("complete").GetBoolean() && golden.GetProperty("disjoint").GetBoolean(),
            train.Concat(test).Order().SequenceEqual(Enumerable.Range(0, count)));
        Assert.Equal(golden.GetProperty("trainKeepsOrder").GetBoolean(), train.SequenceEqual(train.Order()));
        Assert.Equal(golden.GetProperty("testKeepsOrder").GetBoolean(), test.SequenceEqual(test.Order()));
        Assert.Equal(golden.GetProperty("sameOnSecondRead").GetBoolean(), test.SequenceEqual(Ids(split.TestSet)));
        Assert.Equal(golden.GetProperty("sameOnSecondCall").GetBoolean(),
            test.SequenceEqual(Ids(context.Data.TrainTestSplit(data, fraction, sampling, seed).TestSet)));
        Assert.Equal(golden.GetProperty("otherSeedGivesOtherRows").GetBoolean(),
            !test.SequenceEqual(Ids(context.Data.TrainTestSplit(data, fraction, sampling, (seed ?? 0) + 1000).TestSet)));
        Assert.Equal(golden.GetProperty("columns").EnumerateArray().Select(c => c.GetString()),
            split.TestSet.Schema.Where(c => !c.IsHidden).Select(c => c.Name));
        if (sampling is not null)
            Assert.Equal(golden.GetProperty("groupsSplitAcrossBoth").GetInt32(),
                train.Select(id => id % groups).Intersect(test.Select(id => id % groups)).Count());
        if (sampling is null)
            AssertNear(count * fraction, test.Length, count, fraction);
    }

    private static void CheckSizes(JsonElement golden)
    {
        int count = golden.GetProperty("rows").GetInt32();
        double fraction = golden.GetProperty("testFraction").GetDouble();
        if (golden.TryGetProperty("sameRows", out JsonElement same))
        {
            var context = new MLContext(seed: 0);
            IDataView data = Rows(context, count, 1);
            int[][] tests = [.. golden.GetProperty("testRows").EnumerateArray()
                .Select(_ => Ids(context.Data.TrainTestSplit(data, fraction).TestSet))];
            Assert.Equal(same.GetBoolean(), tests.All(test => test.SequenceEqual(tests[0])));
        }
        else if (golden.GetProperty("testRows").ValueKind == JsonValueKind.Array)
        {
            for (int seed = 0; seed < golden.GetProperty("testRows").GetArrayLength(); seed++)
            {
                var context = new MLContext(seed: 0);
                int[] test = Ids(context.Data.TrainTestSplit(Rows(context, count, 1), fraction, seed: seed).TestSet);
                AssertNear(count * fraction, test.Length, count, fraction);
            }
        }
        else
        {
            var context = new MLContext(seed: 0);
            DataOperationsCatalog.TrainTestData split = context.Data.TrainTestSplit(
                Rows(context, count, 1), fraction, seed: Seed(golden, "seed"));
            Assert.Equal(golden.GetProperty("trainRows").GetInt32() + golden.GetProperty("testRows").GetInt32(),
                Ids(split.TrainSet).Length + Ids(split.TestSet).Length);
        }
    }

    private static void CheckFolds(JsonElement golden)
    {
        int count = golden.GetProperty("rows").GetInt32();
        int folds = golden.GetProperty("numberOfFolds").GetInt32();
        string? sampling = golden.Text("samplingKeyColumnName");
        var context = new MLContext(seed: 0);

        IReadOnlyList<DataOperationsCatalog.TrainTestData> splits =
            context.Data.CrossValidationSplit(Rows(context, count, 50), folds, sampling, Seed(golden, "seed"));

        Assert.Equal(golden.GetProperty("folds").GetInt32(), splits.Count);
        Assert.Equal(golden.GetProperty("eachFoldDisjointAndComplete").GetBoolean(),
            splits.All(split => Ids(split.TrainSet).Concat(Ids(split.TestSet)).Order().SequenceEqual(Enumerable.Range(0, count))));
        Assert.Equal(golden.GetProperty("testSetsPartitionTheRows").GetBoolean(),
            splits.SelectMany(split => Ids(split.TestSet)).Order().SequenceEqual(Enumerable.Range(0, count)));
        if (sampling is null)
            Assert.All(splits, split => AssertNear((double)count / folds, Ids(split.TestSet).Length, count, 1.0 / folds));
    }

    private static void CheckShuffle(JsonElement golden)
    {
        int count = golden.GetProperty("rows").GetInt32();
        var context = new MLContext(seed: 0);
        IDataView data = Rows(context, count, 1);

        IDataView shuffled = Shuffle();
        int[] ids = Ids(shuffled);

        Assert.Equal(golden.GetProperty("rowsOut").GetInt32(), ids.Length);
        Assert.Equal(golden.GetProperty("permutation").GetBoolean(), ids.Order().SequenceEqual(Enumerable.Range(0, count)));
        Assert.Equal(golden.GetProperty("unchangedOrder").GetBoolean(), ids.SequenceEqual(Enumerable.Range(0, count)));
        Assert.Equal(golden.GetProperty("sameOnSecondRead").GetBoolean(), ids.SequenceEqual(Ids(shuffled)));
        Assert.Equal(golden.GetProperty("sameOnSecondCall").GetBoolean(), ids.SequenceEqual(Ids(Shuffle())));
        double displacement = ids.Select((id, place) => Math.Abs(id - place)).Average();
        double expected = golden.GetProperty("meanDisplacement").GetDouble();
        Assert.InRange(displacement, 0.7 * expected, 1.4 * expected);

        IDataView Shuffle() => context.Data.ShuffleRows(
            data, Seed(golden, "seed"), golden.GetProperty("shufflePoolSize").GetInt32(), golden.GetProperty("shuffleSource").GetBoolean());
    }

    private static void CheckRanges(JsonElement golden)
    {
        var context = new MLContext(seed: 0);
        int count = golden.GetProperty("rows").GetInt32();
        IDataView data = Rows(context, count, 1);

        Assert.Equal(golden.GetProperty("take 3 after skip 5").EnumerateArray().Select(id => id.GetInt32()),
            Ids(context.Data.TakeRows(context.Data.SkipRows(data, 5), 3)));
        Assert.Equal(
            golden.GetProperty("take more than there are").GetInt32(), Ids(context.Data.TakeRows(Rows(context, 10, 1), 100)).Length);
        Assert.Equal(
            golden.GetProperty("skip more than there are").GetInt32(), Ids(context.Data.SkipRows(Rows(context, 10, 1), 100)).Length);
        Assert.Equal(golden.GetProperty("FilterRowsByColumn Id 2 to 5 (lower inclusive, upper exclusive)").EnumerateArray()
            .Select(id => id.GetInt32()),
            Ids(context.Data.FilterRowsByColumn(data, "Id", 2, 5)));
    }

    // Five standard deviations of a sum of independent draws: a right split fails once in millions of tries, and the seeds are fixed.
    private static void AssertNear(double expected, int actual, int count, double fraction)
    {
        double slack = 5 * Math.Sqrt(count * fraction * (1 - fraction));
        Assert.InRange(actual, expected - slack, expected + slack);
    }

    private static int? Seed(JsonElement golden, string name) =>
        golden.TryGetProperty(name, out JsonElement seed) && seed.ValueKind == JsonValueKind.Number ? seed.GetInt32() : null;

    private static IDataView Rows(MLContext context, int count, int groups) => context.Data.LoadFromEnumerable(
        Enumerable.Range(0, count).Select(i => new Row { Id = i, Group = $"group {i % groups}", G = i % groups, L = i }));

    private static int[] Ids(IDataView data) => [.. data.GetColumn<float>("Id").Select(id => (int)id)];

    private sealed class Row
    {
        public float Id;
        public string Group = "";
        public int G;
        public long L;
    }
}
