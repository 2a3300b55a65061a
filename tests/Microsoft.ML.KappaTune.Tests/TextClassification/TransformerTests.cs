using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.TextClassification;

[Collection(nameof(ProcessSettings))]
public sealed class TransformerTests(FittedModel models) : IClassFixture<FittedModel>
{
    private const double Rounding = 1e-5;

    private readonly MLContext _context = models.Context;

    [Fact]
    public void The_columns_say_which_class_is_which()
    {
        DataViewSchema schema = models.Direct.GetOutputSchema(models.Test.Schema);
        DataViewSchema.Column predicted = schema["PredictedLabel"], score = schema["Score"];
        Assert.Equal(new KeyDataViewType(typeof(uint), 3), predicted.Type);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), score.Type);
        VBuffer<ReadOnlyMemory<char>> values = default, slots = default, training = default;
        predicted.GetKeyValues(ref values);
        score.GetSlotNames(ref slots);
        score.Annotations.GetValue("TrainingLabelValues", ref training);
        Assert.Equal(Document.Classes, values.DenseValues().Select(value => value.ToString()));
        Assert.Equal(Document.Classes, slots.DenseValues().Select(value => value.ToString()));
        Assert.Equal(Document.Classes, training.DenseValues().Select(value => value.ToString()));
        Assert.Equal(Document.Classes, models.Direct.Report!.Classes);
    }

    [Fact]
    public void Classes_may_be_numbers_or_have_no_names()
    {
        IDataView text = _context.Data.LoadFromEnumerable(
            TinyModel.Texts(20).Select(row => new Numbered { Class = row.Class + 0.5f, Sentence1 = row.Text }));
        IDataView numbered = _context.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(text).Transform(text);
        using var model = Trainer.Append(_context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(numbered);
        IDataView scored = model.Transform(numbered);
        Assert.All(scored.GetColumn<float>("PredictedLabel"), value => Assert.Contains(value, (float[])[0.5f, 1.5f]));
        VBuffer<ReadOnlyMemory<char>> slots = default;
        scored.Schema["Score"].GetSlotNames(ref slots);
        Assert.Equal(["0.5", "1.5"], slots.DenseValues().Select(value => value.ToString()));

        IDataView bare =
            _context.Data.LoadFromEnumerable(TinyModel.Texts(20).Select(row => new Bare { Label = (uint)row.Class, Sentence1 = row.Text }));
        using var other = Trainer.Append(_context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(bare);
        Assert.All(other.Transform(bare).GetColumn<string>("PredictedLabel"), value => Assert.Contains(value, (string[])["0", "1"]));
        Assert.Equal(["0", "1"], other.OfType<KappaTuneTextClassificationTransformer>().Single().Report!.Classes);
    }

    [Fact]
    public void One_by_one_gives_what_many_at_once_give()
    {
        float[][] many = FittedModel.Scores(models.Direct, models.Test);
        PredictionEngine<Document, Prediction> engine = Engine(models.Direct);
        Document[] rows = Document.Rows(60, 3, seed: 2);
        for (int i = 0; i < rows.Length; i++)
        {
            Prediction one = engine.Predict(rows[i]);
            Assert.Equal(many[i].Length, one.Score.Length);
            for (int c = 0; c < 3; c++)
                Assert.Equal(many[i][c], one.Score[c], Rounding);
            Assert.Equal(Array.IndexOf(one.Score, one.Score.Max()) + 1u, one.PredictedLabel);
        }
    }

    [Fact]
    public void Null_is_empty_and_a_pair_is_more_than_its_texts()
    {
        PredictionEngine<Document, Prediction> engine = Engine(models.Direct), pairs = Engine(models.Pairs);
        Assert.Equal(engine.Predict(new() { Sentence1 = "" }).Score, engine.Predict(new() { Sentence1 = null }).Score);
        float[] with = pairs.Predict(new() { Sentence1 = "good", Sentence2 = "bad" }).Score;
        Assert.NotEqual(with, pairs.Predict(new() { Sentence1 = "good", Sentence2 = "good" }).Score);
        Assert.NotEqual(with, pairs.Predict(new() { Sentence1 = "bad", Sentence2 = "good" }).Score);
        Assert.Equal(
            pairs.Predict(new() { Sentence1 = "good", Sentence2 = null }).Score,
            pairs.Predict(new() { Sentence1 = "good", Sentence2 = "" }).Score);
    }

    [Fact]
    public void Long_texts_are_cut_and_told_once()
    {
        var context = new MLContext();
        var warnings = new List<string>();
        context.Log += (_, e) =>
        {
            if (e.Kind == Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        IDataView data = Document.View(context, 20);
        using var model =
            context.MulticlassClassification.Trainers.KappaTuneTextClassification(models.Options with { MaxEpochs = 1 }).Fit(data);
        warnings.Clear();
        string longText = string.Join(' ', Enumerable.Repeat("good film", 40));
        PredictionEngine<Document, Prediction> engine = context.Model.CreatePredictionEngine<Document, Prediction>(
            model, new PredictionEngineOptions { OwnsTransformer = false });
        for (int i = 0; i < 3; i++)
            engine.Predict(new() { Sentence1 = longText });
        Assert.Contains("24 tokens", Assert.Single(warnings));

        warnings.Clear();
        _ = FittedModel.Scores(
            model, context.Data.LoadFromEnumerable([.. Document.Rows(10), new() { Sentence1 = longText }, new() { Sentence1 = longText }]));
        Assert.Contains("2 of 12 texts", Assert.Single(warnings));
    }

    [Fact]
    public void A_missing_column_is_ML_NET_s_own_error()
    {
        IDataView data = _context.Transforms.DropColumns("Sentence1").Fit(models.Test).Transform(models.Test);
        string there = string.Join(", ", data.Schema.Where(column => !column.IsHidden).Select(column => column.Name));
        Assert.StartsWith(
            $"Could not find sentence1 column 'Sentence1'. The input has {there}. Name the right one as sentence1ColumnName where this is made, "
            + "or add it: mlContext.Transforms.CopyColumns(\"Sentence1\", …).",
            Assert.Throws<ArgumentOutOfRangeException>(() => models.Direct.Transform(data)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => models.Direct.GetOutputSchema(data.Schema));
        Assert.Throws<ArgumentNullException>(() => models.Direct.Transform(null!));
    }

    [Fact]
    public void The_saved_folder_is_the_model_for_others()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("tuned");
        models.Direct.SaveModel(path);
        using (JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(path, "config.json"))))
        {
            Assert.Equal("other", config.RootElement.GetProperty("id2label").GetProperty("2").GetString());
            Assert.Equal("BertForSequenceClassification", config.RootElement.GetProperty("architectures")[0].GetString());
        }

        using TextClassifier loaded = TinyClassifier.Load(path, classes: 3);
        Assert.Empty(loaded.Use(module => module.NewParameters));
        AssertScores(loaded, models.Direct);
    }

    [Fact]
    public void A_saved_adapter_makes_the_model_of_its_base()
    {
        using var folder = new TemporaryFolder();
        models.Lora.SaveAdapter(folder.File("adapter"));
        using TextClassifier loaded = TinyClassifier.Load(models.Base, classes: 3);
        using LoraAdapters adapters = loaded.Use(module => LoraAdapters.Load(module, folder.File("adapter")));
        AssertScores(loaded, models.Lora);
        Assert.Contains(
            "SaveModel", Assert.Throws<InvalidOperationException>(() => models.Direct.SaveAdapter(folder.File("none"))).Message);
    }

    [Fact]
    public void Memory_stays_flat_over_twenty_thousand_predictions()
    {
        PredictionEngine<Document, Prediction> engine = Engine(models.Direct);
        Document[] rows = Document.Rows(100, 3);
        // Until the runtime has compiled everything for good and its heap has found its size.
        Predict(4_000);
        long tensors = LiveTensors.Settled(), resident = NativeBytes();
        Predict(20_000);
        Assert.InRange(LiveTensors.Settled(), 0, tensors);
        // The runtime's own memory goes up and down by some MB; a leak of a kilobyte a prediction would be 20 MB.
        Assert.InRange(NativeBytes() - resident, long.MinValue, 10 << 20);

        void Predict(int count)
        {
            var prediction = new Prediction();
            for (int i = 0; i < count; i++)
                engine.Predict(rows[i % rows.Length], ref prediction);
        }
    }

    [Fact]
    public void Disposing_frees_the_model_and_ends_scoring()
    {
        long before = LiveTensors.Settled();
        KappaTuneTextClassificationTransformer model = models.Fit(models.Options with { MaxEpochs = 1, Method = TuningMethod.Lora(2) });
        IDataView scored = model.Transform(models.Test);
        using (PredictionEngine<Document, Prediction> engine = _context.Model.CreatePredictionEngine<Document, Prediction>(model))
            engine.Predict(new() { Sentence1 = "good" });
        // The engine owned it.
        LiveTensors.AssertAre(before);
        Assert.Throws<ObjectDisposedException>(() => scored.GetColumn<uint>("PredictedLabel").ToArray());
        Assert.Throws<ObjectDisposedException>(() => Engine(model).Predict(new() { Sentence1 = "good" }));
        using var folder = new TemporaryFolder();
        Assert.Throws<ObjectDisposedException>(() => model.SaveModel(folder.File("a")));
        Assert.Throws<ObjectDisposedException>(() => model.SaveAdapter(folder.File("b")));
        Assert.Throws<ObjectDisposedException>(() => _context.Model.Save(model, models.Test.Schema, folder.File("c.zip")));
        // What it was is still known.
        Assert.Equal(3, model.Report!.Classes.Count);
        model.Dispose();
    }

    [Fact]
    public void Cursors_and_engines_may_score_while_it_is_disposed()
    {
        long before = LiveTensors.Settled();
        KappaTuneTextClassificationTransformer model = models.Fit(models.Options with { MaxEpochs = 1 });
        using var running = new CountdownEvent(4);
        Parallel.For(0, 5, new ParallelOptions { MaxDegreeOfParallelism = 5 }, i =>
        {
            if (i == 4)
            {
                running.Wait();
                model.Dispose();
                return;
            }

            Assert.Throws<ObjectDisposedException>(() => Score(i));
        });
        LiveTensors.AssertAre(before);

        void Score(int i)
        {
            bool signalled = false;
            try
            {
                PredictionEngine<Document, Prediction> engine = Engine(model);
                while (true)
                {
                    if (i % 2 == 0)
                        engine.Predict(new() { Sentence1 = "a good film" });
                    else
                        _ = FittedModel.Scores(model, models.Test);
                    Signal();
                }
            }
            finally
            {
                Signal();
            }

            void Signal()
            {
                if (!signalled)
                    running.Signal();
                signalled = true;
            }
        }
    }

    private KappaTuneTextClassificationTrainer Trainer =>
        _context.MulticlassClassification.Trainers.KappaTuneTextClassification(models.Options with { MaxEpochs = 1 });

    private PredictionEngine<Document, Prediction> Engine(ITransformer model) =>
        _context.Model.CreatePredictionEngine<Document, Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false });

    private void AssertScores(TextClassifier classifier, ITransformer expected)
    {
        float[][] scores = FittedModel.Scores(expected, models.Test);
        EncodedText[] texts = [.. Document.Rows(60, 3, seed: 2).Select(row => classifier.Encode(row.Sentence1, null))];
        var actual = new float[texts.Length * 3];
        classifier.Score(texts, actual);
        for (int i = 0; i < actual.Length; i++)
            Assert.Equal(scores[i / 3][i % 3], actual[i], Rounding);
    }

    /// <summary>Resident memory without the managed heap, which grows and shrinks as the runtime sees fit.</summary>
    private static long NativeBytes()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64 - GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
    }

    private sealed class Prediction
    {
        public uint PredictedLabel { get; set; }
        public float[] Score { get; set; } = [];
    }

    private sealed class Numbered
    {
        public float Class { get; set; }
        public string Sentence1 { get; set; } = "";
    }

    private sealed class Bare
    {
        [KeyType(2)]
        public uint Label { get; set; }
        public string Sentence1 { get; set; } = "";
    }
}
