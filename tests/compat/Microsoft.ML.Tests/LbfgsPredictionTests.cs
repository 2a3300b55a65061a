using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

/// <summary>What the trained transformer adds to the data.</summary>
public class LbfgsPredictionTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void Prediction_has_the_labels_values_and_says_what_it_is()
    {
        IDataView data = TrainingData.Multiclass(_context, 3, TrainingData.Clouds(3, 60, 3, 2, seed: 1), ["red", "green", "blue"]);
        MulticlassPredictionTransformer<MaximumEntropyModelParameters> model =
            _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy().Fit(data);

        DataViewSchema schema = model.GetOutputSchema(data.Schema);

        Assert.Equal(["Label", "Features", "Weight", "PredictedLabel", "Score"], schema.Select(column => column.Name));
        Assert.Equal(new KeyDataViewType(typeof(uint), 3), schema["PredictedLabel"].Type);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), schema["Score"].Type);
        Assert.Equal(["red", "green", "blue"], Texts(schema["PredictedLabel"], "KeyValues"));
        Assert.Equal(["red", "green", "blue"], Texts(schema["Score"], "SlotNames"));
        Assert.Equal(["red", "green", "blue"], Texts(schema["Score"], "TrainingLabelValues"));
        Assert.Equal(
            ("MulticlassClassification", "Score"), (Text(schema["Score"], "ScoreColumnKind"), Text(schema["Score"], "ScoreValueKind")));
        Assert.Equal(
            ("MulticlassClassification", "PredictedLabel"),
            (Text(schema["PredictedLabel"], "ScoreColumnKind"), Text(schema["PredictedLabel"], "ScoreValueKind")));
        Assert.Equal(
            ("Features", new VectorDataViewType(NumberDataViewType.Single, 3)), (model.FeatureColumnName, model.FeatureColumnType));
    }

    [Fact]
    public void A_second_prediction_is_a_set_of_its_own()
    {
        IDataView data = TrainingData.Multiclass(_context, 3, TrainingData.Clouds(3, 60, 3, 2, seed: 1));
        var trainer = _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy();

        IDataView twice = trainer.Fit(data).Transform(trainer.Fit(data).Transform(data));

        uint[] sets = [.. twice.Schema.Where(column => column.Name == "Score").Select(column =>
        {
            uint set = 0;
            column.Annotations.GetValue("ScoreColumnSetId", ref set);
            return set;
        })];
        Assert.Equal([1u, 2u], sets);
    }

    [Fact]
    public void PredictedLabel_is_the_highest_score_and_missing_where_there_is_none()
    {
        IDataView train = TrainingData.Multiclass(_context, 3, TrainingData.Clouds(3, 60, 3, 2, seed: 1));
        ITransformer model = _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy().Fit(train);
        IDataView scored = model.Transform(
            TrainingData.Multiclass(_context, 3, [.. TrainingData.Clouds(3, 20, 3, 2, seed: 2), (0, [float.NaN, 0, 0], 1f)]));

        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        uint[] predicted = [.. scored.GetColumn<uint>("PredictedLabel")];

        Assert.Equal(scores[..^1].Select(score => (uint)Array.IndexOf(score, score.Max()) + 1), predicted[..^1]);
        Assert.Equal(0u, predicted[^1]);
        Assert.All(scores[^1], score => Assert.True(float.IsNaN(score)));
        Assert.All(scores[..^1], score => Assert.Equal(1, score.Sum(), 1e-5));
    }

    [Fact]
    public void The_shape_of_the_output_is_known_before_there_is_data()
    {
        IDataView data = TrainingData.Multiclass(_context, 3, TrainingData.Clouds(3, 60, 3, 2, seed: 1), ["red", "green", "blue"]);
        IEstimator<ITransformer> chain = _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy()
            .Append(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(labelColumnName: "PredictedLabel"));

        // The second trainer's label is what the first one says it will add: a key.
        Assert.Equal(7, chain.Fit(data).GetOutputSchema(data.Schema).Count);
    }

    [Fact]
    public void Many_threads_read_one_scored_view()
    {
        IDataView data = TrainingData.Multiclass(_context, 3, TrainingData.Clouds(3, 200, 3, 2, seed: 1));
        IDataView scored = _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy().Fit(data).Transform(data);
        float[] Read() => [.. scored.GetColumn<float[]>("Score").SelectMany(score => score)];
        float[] expected = Read();

        Parallel.For(0, 8, _ => Assert.Equal(expected, Read()));
    }

    private static string Text(DataViewSchema.Column column, string kind)
    {
        ReadOnlyMemory<char> value = default;
        column.Annotations.GetValue(kind, ref value);
        return value.ToString();
    }

    private static string[] Texts(DataViewSchema.Column column, string kind)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        column.Annotations.GetValue(kind, ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }
}
