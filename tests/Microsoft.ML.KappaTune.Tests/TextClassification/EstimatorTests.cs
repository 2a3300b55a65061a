using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Tests.Rows;

namespace Microsoft.ML.KappaTune.Tests.TextClassification;

[Collection(nameof(ProcessSettings))]
public sealed class EstimatorTests(FittedModel models) : IClassFixture<FittedModel>
{
    private readonly MLContext _context = models.Context;

    private IDataView Empty => _context.Transforms.Conversion.MapValueToKey("Label", nameof(Document.Class))
        .Fit(_context.Data.LoadFromEnumerable(Document.Rows(9, 3))).Transform(_context.Data.LoadFromEnumerable<Document>([]));

    private MulticlassClassificationCatalog.MulticlassClassificationTrainers Trainers => _context.MulticlassClassification.Trainers;

    [Fact]
    public void A_pipeline_learns_what_the_texts_tell()
    {
        IDataView train = _context.Data.LoadFromEnumerable(Document.Rows(240, 3)),
            test = _context.Data.LoadFromEnumerable(Document.Rows(60, 3, seed: 2));
        var pipeline = _context.Transforms.Conversion.MapValueToKey("Label", nameof(Document.Class))
            .AppendCacheCheckpoint(_context)
            .Append(Trainers.KappaTuneTextClassification(models.Options with { MaxEpochs = 12 }))
            .Append(_context.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        using var model = pipeline.Fit(train);
        IDataView scored = model.Transform(test);
        MulticlassClassificationMetrics metrics = _context.MulticlassClassification.Evaluate(scored);
        Assert.True(metrics.MicroAccuracy > 0.8, $"only {metrics.MicroAccuracy:P0} of new texts are classified right");
        Assert.InRange(metrics.LogLoss, 0, 0.9);
        Assert.Equal(
            Document.Rows(60, 3, seed: 2).Zip(scored.GetColumn<string>("PredictedLabel"))
                .Count(pair => pair.First.Class == pair.Second) / 60.0,
            metrics.MicroAccuracy, 1e-9);
    }

    [Fact]
    public void Cross_validation_trains_on_each_fold()
    {
        var folds = _context.MulticlassClassification.CrossValidate(
            models.Train, Trainers.KappaTuneTextClassification(models.Options with { MaxEpochs = 1 }), numberOfFolds: 2);
        Assert.Equal(2, folds.Count);
        foreach (var fold in folds)
        {
            Assert.InRange(fold.Metrics.LogLoss, 0.01, 5);
            Assert.Equal(3, fold.Metrics.PerClassLogLoss.Count);
            ((IDisposable)fold.Model).Dispose();
        }
    }

    [Fact]
    public void The_short_form_takes_what_the_built_in_trainer_takes()
    {
        IDataView data = _context.Transforms.CopyColumns("Target", "Label").Fit(models.Train).Transform(models.Train);
        using var model = Trainers.KappaTuneTextClassification(
            "Target", "Probabilities", "Guess", nameof(Document.Sentence1), nameof(Document.Sentence2), 8, 1, models.Base,
            models.Test.Relabelled(_context),
            KappaSelection.Lowest(1)).Fit(data);
        Assert.Equal(60, model.Report!.ValidationRows);
        Assert.Equal(1, model.Report!.Plan.SelectedCount);
        Assert.Single(model.Report!.Epochs);
        DataViewSchema schema = model.GetOutputSchema(data.Schema);
        Assert.Equal(3, ((VectorDataViewType)schema["Probabilities"].Type).Size);
        Assert.Equal(3ul, ((KeyDataViewType)schema["Guess"].Type).Count);
        Assert.Null(schema.GetColumnOrNull("Score"));
    }

    [Fact]
    public void Options_may_be_written_without_their_type()
    {
        KappaTuneTextClassificationTrainer estimator = Trainers.KappaTuneTextClassification(new() { LabelColumnName = "Target" });
        Assert.Contains("'Target'", Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(models.Train)).Message);
        Assert.NotNull(Trainers.KappaTuneTextClassification());
    }

    [Fact]
    public void A_number_is_how_much_to_keep_and_no_call_without_one_means_it()
    {
        KappaSelection selection = KappaSelection.Lowest(3);
        IDataView validation = models.Train;
        KappaTuneTextClassificationTrainer[] plain =
        [
            Trainers.KappaTuneTextClassification(), Trainers.KappaTuneTextClassification("Target"),
            Trainers.KappaTuneTextClassification(labelColumnName: "Target", baseModel: "folder"),
            Trainers.KappaTuneTextClassification(sentence1ColumnName: "A", sentence2ColumnName: "B", maxEpochs: 2, selection: selection),
        ];
        Assert.All(plain, trainer => Assert.Null(OptionsOf(trainer).Budget));
        Assert.Equal(new() { Budget = new() { Keep = 0.98 } }, OptionsOf(Trainers.KappaTuneTextClassification(0.98)));
        Assert.Equal(
            new()
            {
                Budget = new() { Keep = 0.95 },
                LabelColumnName = "Target",
                Sentence1ColumnName = "A",
                Sentence2ColumnName = "B",
                BaseModel = "folder",
                RetentionText = "control.txt",
                MaxEpochs = 2,
                ValidationSet = validation,
                Selection = selection,
            },
            OptionsOf(Trainers.KappaTuneTextClassification(0.95, "Target", "A", "B", "folder", "control.txt", 2, validation, selection)));
        Assert.StartsWith(
            "Budget.Keep is 1; allowed is above 0 and below 1",
            Assert.Throws<ArgumentException>(() => Trainers.KappaTuneTextClassification(keep: 1, labelColumnName: "Target")).Message);
    }

    [Fact]
    public void The_shape_of_the_output_is_the_output_s()
    {
        var spy = new ShapeSpy();
        using var _ = models.Context.MulticlassClassification.Trainers.KappaTuneTextClassification(models.Options with { MaxEpochs = 1 })
            .Append(spy).Fit(models.Train);
        DataViewSchema schema = models.Direct.GetOutputSchema(models.Train.Schema);
        SchemaShape.Column predicted = Assert.Single(spy.Seen!, column => column.Name == "PredictedLabel");
        Assert.True(predicted.IsKey);
        Assert.Equal(NumberDataViewType.UInt32, predicted.ItemType);
        Assert.Equal(
            schema["PredictedLabel"].Annotations.Schema.Select(a => a.Name).Order(), predicted.Annotations.Select(a => a.Name).Order());
        SchemaShape.Column score = Assert.Single(spy.Seen!, column => column.Name == "Score");
        Assert.Equal(SchemaShape.Column.VectorKind.Vector, score.Kind);
        Assert.Equal(schema["Score"].Annotations.Schema.Select(a => a.Name).Order(), score.Annotations.Select(a => a.Name).Order());
    }

    [Theory]
    [InlineData("Label", null, null, "Could not find label column 'Label'")]
    [InlineData("Sentence1", null, null, "Could not find sentence1 column 'Sentence1'")]
    [InlineData("Sentence2", null, null, "Could not find sentence2 column 'Sentence2'")]
    [InlineData("Label", "Class", "Label", "Schema mismatch for label column 'Label': expected Key<UInt32>, got String")]
    [InlineData("Sentence1", "Number", "Sentence1", "Schema mismatch for sentence1 column 'Sentence1': expected String, got Int32")]
    [InlineData(
        "Sentence2", "Vector", "Sentence2", "Schema mismatch for sentence2 column 'Sentence2': expected String, got VarVector<Single>")]
    public void A_column_that_isn_t_there_or_is_of_another_type_is_an_error(string dropped, string? copied, string? name, string message)
    {
        IDataView data = _context.Transforms.DropColumns(dropped).Fit(models.Train).Transform(models.Train);
        if (copied is not null)
            data = _context.Transforms.CopyColumns(name!, copied).Fit(data).Transform(data);
        var estimator = Trainers.KappaTuneTextClassification(models.Options with { Sentence2ColumnName = "Sentence2" });
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(data));
        Assert.StartsWith(message, error.Message);
        Assert.Equal("inputSchema", error.ParamName);
        if (copied is null)
        {
            string[] there = [.. data.Schema.Where(column => !column.IsHidden).Select(column => column.Name)];
            Assert.Contains($". The training data has {string.Join(", ", there)}. Name the right one as ", error.Message);
            Assert.Contains($" {dropped}ColumnName in the trainer's options", error.Message);
        }
    }

    [Fact]
    public void Rows_without_a_label_are_skipped_and_counted_or_an_error_that_names_the_row()
    {
        Document[] rows = Document.Rows(40, 3);
        rows[5].Class = rows[17].Class = null;
        var mapping = _context.Transforms.Conversion.MapValueToKey("Label", nameof(Document.Class)).Fit(
            _context.Data.LoadFromEnumerable(Document.Rows(9, 3)));
        IDataView data = mapping.Transform(_context.Data.LoadFromEnumerable(rows));
        using (var model = Trainers.KappaTuneTextClassification(models.Options with { MaxEpochs = 1 }).Fit(data))
        {
            Assert.Equal(2, model.Report!.SkippedRows);
            Assert.Equal(38, model.Report!.TrainingRows);
        }

        var strict = Trainers.KappaTuneTextClassification(models.Options with { MissingLabels = MissingLabels.Error });
        Assert.Contains("Row 6 of the training data", Assert.Throws<InvalidOperationException>(() => strict.Fit(data)).Message);
        var validated = Trainers.KappaTuneTextClassification(
            models.Options with { MissingLabels = MissingLabels.Error, ValidationSet = _context.Data.SkipRows(data, 6) });
        Assert.Contains(
            "Row 12 of the validation data",
            Assert.Throws<InvalidOperationException>(() => validated.Fit(_context.Data.TakeRows(data, 5))).Message);
    }

    [Fact]
    public void No_rows_no_labels_and_no_classes_are_errors()
    {
        var estimator = Trainers.KappaTuneTextClassification(models.Options);
        Assert.Contains("no rows", Message(Empty));
        Document[] unlabelled = Document.Rows(3, 3);
        foreach (Document row in unlabelled)
            row.Class = "never seen";
        var mapping = _context.Transforms.Conversion.MapValueToKey("Label", nameof(Document.Class)).Fit(
            _context.Data.LoadFromEnumerable(Document.Rows(9, 3)));
        Assert.Contains("None of the 3 rows", Message(mapping.Transform(_context.Data.LoadFromEnumerable(unlabelled))));
        Assert.Contains("has 1 classes", Message(Document.Label(_context, Document.Rows(9, 3).Where(row => row.Class == "other"))));
        Assert.Contains("4294967295", Message(_context.Data.LoadFromEnumerable([new Counted { Label = 3, Sentence1 = "good" }])));

        string Message(IDataView data) => Assert.Throws<InvalidOperationException>(() => estimator.Fit(data)).Message;
    }

    [Fact]
    public void A_validation_set_needs_the_same_columns_and_classes()
    {
        IDataView noText = _context.Transforms.DropColumns("Sentence1").Fit(models.Test).Transform(models.Test);
        Assert.Throws<ArgumentOutOfRangeException>(() => Fit(noText));
        IDataView reversed = Document.Label(_context, Document.Rows(30, 3).Reverse());
        Assert.Contains("other key values", Assert.Throws<InvalidOperationException>(() => Fit(reversed)).Message);
        Assert.Contains("no rows", Assert.Throws<InvalidOperationException>(() => Fit(Empty)).Message);

        object Fit(IDataView validation) =>
            Trainers.KappaTuneTextClassification(models.Options with { ValidationSet = validation }).Fit(models.Train);
    }

    [Fact]
    public void What_was_kept_is_measured_on_rows()
    {
        Document[] rows = [.. Document.Rows(60, 3, seed: 7), new() { Sentence1 = null }];
        using var tuned = Fit(_context.Data.LoadFromEnumerable(rows));
        RetentionReport kept = tuned.Report!.Retention!;
        Assert.Equal("Column 'Sentence1' of the retention data", kept.Text);
        Assert.True(kept.Loss!.Before != kept.Loss.After, "the tuned model is the base");

        var missing = Assert.Throws<ArgumentOutOfRangeException>(
            () => Fit(_context.Transforms.DropColumns("Sentence1").Fit(models.Test).Transform(models.Test)));
        Assert.StartsWith("Could not find sentence1 column 'Sentence1'. The retention data has Class, ", missing.Message);
        Assert.Contains("CopyColumns(\"Sentence1\"", missing.Message);
        var number = Assert.Throws<ArgumentOutOfRangeException>(
            () => Fit(_context.Transforms.CopyColumns("Sentence1", "Number").Fit(models.Test).Transform(models.Test)));
        Assert.StartsWith("Schema mismatch for sentence1 column 'Sentence1': expected String, got Int32", number.Message);
        var empty = Assert.Throws<InvalidOperationException>(() => Fit(_context.Data.LoadFromEnumerable(rows[60..])));
        Assert.StartsWith("The retention data has no text in column 'Sentence1'. Give it rows", empty.Message);
        var tooShort = Assert.Throws<FormatException>(
            () => Fit(_context.Data.LoadFromEnumerable([new Document { Sentence1 = "good" }])));
        Assert.StartsWith("Column 'Sentence1' of the retention data has no text of 8 tokens or more.", tooShort.Message);

        KappaTuneTextClassificationTransformer Fit(IDataView retention) => Trainers.KappaTuneTextClassification(
            models.Options with { MaxEpochs = 1, RetentionSet = retention }).Fit(models.Train);
    }

    [Fact]
    public void A_control_text_is_a_file_or_rows() => Assert.StartsWith(
        "RetentionSet is set; allowed is null where RetentionText names a file.",
        Assert.Throws<ArgumentException>(() => Trainers.KappaTuneTextClassification(
            models.Options with { RetentionText = "text.txt", RetentionSet = models.Test })).Message);

    [Theory]
    [InlineData("", "Score", "PredictedLabel", "Sentence1", null, "LabelColumnName is empty")]
    [InlineData("Label", "", "PredictedLabel", "Sentence1", null, "ScoreColumnName is empty")]
    [InlineData("Label", "Score", "", "Sentence1", null, "OutputColumnName is empty")]
    [InlineData("Label", "Score", "PredictedLabel", "", null, "Sentence1ColumnName is empty")]
    [InlineData("Label", "Score", "PredictedLabel", "Sentence1", "", "Sentence2ColumnName is empty")]
    [InlineData("Label", "Same", "Same", "Sentence1", null, "ScoreColumnName is Same; allowed is a name other than OutputColumnName's")]
    public void A_column_needs_a_name(string label, string score, string output, string text, string? pair, string message) =>
        Assert.Contains(message,
            Assert.Throws<ArgumentException>(() => Trainers.KappaTuneTextClassification(label, score, output, text, pair)).Message);

    [Fact]
    public void All_that_the_options_themselves_tell_is_one_error_when_the_trainer_is_made()
    {
        var e = Assert.Throws<ArgumentException>(() => Trainers.KappaTuneTextClassification(new()
        {
            Selection = new() { Amount = 7, Include = [" "] },
            Method = new() { Rank = -3, Alpha = -1, Dropout = 1 },
            MaxEpochs = 0,
            HeadEpochs = 5,
            EarlyStopping = new() { Patience = 0 },
            Budget = new() { MaximumRollbacks = -1 },
            MaximumOptimizerMemory = 0,
            MaximumTime = TimeSpan.Zero,
            CheckpointEvery = 3,
            Resume = true,
            Device = "gpu",
            ScoreColumnName = "PredictedLabel",
        }));
        Assert.Equal(
            "MaxEpochs is 0; allowed is 1 or more. "
            + "MaximumOptimizerMemory is 0; allowed is 1 or more, or null. "
            + "MaximumTime is 00:00:00; allowed is above 0, or null. "
            + "Selection.Amount is 7; allowed is above 0 and at most 1 with LowestFraction. "
            + "Selection.Include is \" \"; allowed is a pattern such as *.attention.*. "
            + "Method.Rank is -3; allowed is 1 or more, or 0 for direct training. "
            + "Method.Alpha is -1; allowed is above 0 and finite. "
            + "Method.Dropout is 1; allowed is 0 or more and below 1. "
            + "EarlyStopping.Patience is 0; allowed is 1 or more. "
            + "Budget.MaximumRollbacks is -1; allowed is 0 or more. "
            + "Budget is no limit; allowed is one with a Keep, a MaximumDivergence or a MaximumDrift. "
            + "HeadEpochs is 5; allowed is 0 or more and below MaxEpochs. "
            + "CheckpointEvery is 3; allowed is 0 where CheckpointDirectory is null. "
            + "Resume is True; allowed is false where CheckpointDirectory is null. "
            + "Device is gpu; allowed is auto, cpu, cuda or cuda:0. "
            + "EarlyStopping is set; allowed is null where there are no validation rows: give some, or a ValidationFraction above 0. "
            + "ScoreColumnName is PredictedLabel; allowed is a name other than OutputColumnName's. (Parameter 'MaxEpochs')",
            e.Message);
    }

    [Fact]
    public void What_only_this_machine_tells_may_wait_until_training_starts()
    {
        var trainer = Trainers.KappaTuneTextClassification(models.Options with { Device = "cuda:99", RetentionText = "absent.txt" });
        Assert.StartsWith(
            "RetentionText is absent.txt; allowed is ", Assert.Throws<ArgumentException>(() => trainer.Fit(models.Train)).Message);
        var other = Trainers.KappaTuneTextClassification(models.Options with { Device = "cuda:99" });
        Assert.StartsWith("Device is cuda:99; allowed is cpu", Assert.Throws<ArgumentException>(() => other.Fit(models.Train)).Message);
    }

    [Fact]
    public void Direct_training_that_was_written_and_read_again_is_right()
    {
        var written = System.Text.Json.JsonSerializer.Serialize(TuningMethod.Direct);
        var method = System.Text.Json.JsonSerializer.Deserialize<TuningMethod>(written)!;
        Assert.False(method.IsLora);
        Assert.NotNull(Trainers.KappaTuneTextClassification(new() { Method = method }));
    }

    [Fact]
    public void A_value_of_an_option_that_is_out_of_range_is_an_error()
    {
        var e = Assert.Throws<ArgumentException>(() => Trainers.KappaTuneTextClassification(new() { LabelSmoothing = 1 }));
        Assert.StartsWith("LabelSmoothing is 1; allowed is 0 or more and below 1.", e.Message);
        Assert.Throws<ArgumentException>(() => Trainers.KappaTuneTextClassification(new() { MissingLabels = (MissingLabels)7 }));
        Assert.Throws<ArgumentException>(() => Trainers.KappaTuneTextClassification(new() { WeightStorage = (WeightStorage)7 }));
        Assert.Throws<ArgumentNullException>(() => Trainers.KappaTuneTextClassification(options: null!));
    }

    [Fact]
    public void Messages_and_progress_reach_the_caller()
    {
        var context = new MLContext();
        var lines = new List<string>();
        context.Log += (_, e) =>
        {
            if (e.Kind == Runtime.ChannelMessageKind.Info && e.Source.Contains("KappaTuneTextClassification", StringComparison.Ordinal))
                lines.Add(e.RawMessage);
        };
        var steps = new List<TuningProgress>();
        IDataView data = Document.View(context, 40);
        using var model = context.MulticlassClassification.Trainers.KappaTuneTextClassification(
            models.Options with { MaxEpochs = 2, Progress = steps.Add, ValidationSet = Document.View(context, 20) }).Fit(data);
        Assert.NotEmpty(lines);
        Assert.Contains(lines, line => line.Contains("epoch", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(steps, step => step.Phase == TuningPhase.Training);
        Assert.Equal(2, steps.Count(step => step.Phase == TuningPhase.Validated));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_options")]
    private static extern ref KappaTuneTextClassificationTrainer.Options OptionsOf(KappaTuneTextClassificationTrainer trainer);

    private sealed class Counted
    {
        [KeyType(uint.MaxValue)]
        public uint Label { get; set; }

        public string Sentence1 { get; set; } = "";
    }
}

file static class Views
{
    /// <summary>The view with a copy of its label named Target.</summary>
    public static IDataView Relabelled(this IDataView data, MLContext context) =>
        context.Transforms.CopyColumns("Target", "Label").Fit(data).Transform(data);
}
