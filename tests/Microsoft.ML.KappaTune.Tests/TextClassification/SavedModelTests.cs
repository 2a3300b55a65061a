using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Persistence;

namespace Microsoft.ML.KappaTune.Tests.TextClassification;

/// <summary>A saved model is the model, wherever it is loaded.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class SavedModelTests(FittedModel models) : IClassFixture<FittedModel>, IDisposable
{
    private readonly MLContext _context = models.Context;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<WeightStorage, bool> Storages => new()
    {
        { WeightStorage.Full, false }, { WeightStorage.Full, true }, { WeightStorage.Changed, false }, { WeightStorage.Changed, true },
    };

    [Theory]
    [MemberData(nameof(Storages))]
    public void Scores_are_the_same_bit_for_bit(WeightStorage storage, bool lora)
    {
        using KappaTuneTextClassificationTransformer model = Fit(storage, lora);
        string file = Save(model);
        using var loaded = (KappaTuneTextClassificationTransformer)_context.Model.Load(file, out DataViewSchema schema);
        Assert.Equal(FittedModel.Scores(model, models.Test), FittedModel.Scores(loaded, models.Test));
        Assert.Equal(models.Test.Schema.Select(column => column.Name), schema.Select(column => column.Name));
        Assert.Equal(model.Report!.Classes, loaded.Report!.Classes);
        Assert.Equal(model.Report!.Losses, loaded.Report!.Losses);
        Assert.Equal(
            model.Report!.Plan.Selected.Select(matrix => matrix.Name), loaded.Report!.Plan.Selected.Select(matrix => matrix.Name));

        // What was loaded can be saved, and is the same again.
        Assert.Equal(Texts(file), Texts(Save(loaded)));
        loaded.SaveModel(_folder.File("model"));
        if (lora)
        {
            model.SaveAdapter(_folder.File("adapter"));
            loaded.SaveAdapter(_folder.File("again"));
            foreach (string path in Directory.EnumerateFiles(_folder.File("adapter")))
                Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(_folder.File("again"), Path.GetFileName(path))));
        }
        else
        {
            Assert.Throws<InvalidOperationException>(() => loaded.SaveAdapter(_folder.File("adapter")));
        }
    }

    [Fact]
    public void It_computes_with_what_is_asked_for()
    {
        using KappaTuneTextClassificationTransformer model = Fit(WeightStorage.Full, lora: false);
        string file = Save(model);
        using var loaded = (KappaTuneTextClassificationTransformer)_context.Model.Load(file, out DataViewSchema? schema, "cpu", threads: 1);
        Assert.Equal(FittedModel.Scores(model, models.Test), FittedModel.Scores(loaded, models.Test));
        Assert.Equal(models.Test.Schema.Select(column => column.Name), schema!.Select(column => column.Name));
        foreach (string device in (string[])["cuda:99", "tpu"])
        {
            var e = Assert.Throws<ArgumentException>(() => _context.Model.Load(file, out _, device, threads: null));
            Assert.StartsWith($"Device is {device}; allowed is ", e.Message);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => _context.Model.Load(file, out _, device: null, threads: -1));
    }

    [Theory]
    [InlineData(WeightStorage.Full, false)]
    [InlineData(WeightStorage.Changed, true)]
    public void A_pipeline_loads_in_a_fresh_process(WeightStorage storage, bool lora)
    {
        using var model = _context.Transforms.Conversion.MapValueToKey("Label", nameof(Document.Class))
            .Append(_context.MulticlassClassification.Trainers.KappaTuneTextClassification(OptionsOf(storage, lora)))
            .Append(_context.Transforms.Conversion.MapKeyToValue("Guess", "PredictedLabel"))
            .Fit(_context.Data.LoadFromEnumerable(Document.Rows(60, 3)));
        IDataView data = _context.Data.LoadFromEnumerable(Document.Rows(40, 3, seed: 5));
        string file = _folder.File("pipeline.zip"), rows = _folder.File("rows.tsv"), result = _folder.File("result.tsv");
        _context.Model.Save(model, data.Schema, file);
        using (FileStream stream = File.Create(rows))
            _context.Data.SaveAsText(
                _context.Transforms.SelectColumns("Class", "Sentence1").Fit(data).Transform(data), stream, headerRow: false, schema: false);

        Run(null, file, rows, result);

        IDataView scored = model.Transform(data);
        string[] expected =
        [.. scored.GetColumn<float[]>("Score").Zip(scored.GetColumn<string>("Guess"), Line)];
        Assert.Equal(expected, File.ReadAllLines(result));

        static string Line(float[] scores, string guess) =>
            $"{guess}\t{string.Join('\t', scores.Select(score => BitConverter.SingleToInt32Bits(score)))}";
    }

    [Theory]
    [InlineData(WeightStorage.Full)]
    [InlineData(WeightStorage.Changed)]
    public void Other_families_are_saved_as_well(WeightStorage storage)
    {
        string baseModel = TinyModel.Write(_folder, "distilbert", config: TinyModel.Config(ModelFamilies.DistilBert));
        using var model =
            models.Fit(OptionsOf(storage, lora: true) with { BaseModel = baseModel, Sentence2ColumnName = nameof(Document.Sentence2) });
        using var loaded = (KappaTuneTextClassificationTransformer)Load(Save(model));
        Assert.Equal(FittedModel.Scores(model, models.Test), FittedModel.Scores(loaded, models.Test));
        Assert.True(loaded.Report!.Method.IsLora);
    }

    [Theory]
    [MemberData(nameof(Storages))]
    public void A_sentence_encoders_pooler_trains_with_the_head(WeightStorage storage, bool lora)
    {
        string baseModel = TinyModel.WriteSentenceEncoder(_folder, "sentences");
        using var model = models.Fit(OptionsOf(storage, lora) with { BaseModel = baseModel });
        Assert.DoesNotContain(model.Report!.Plan.Matrices, planned => planned.Matrix.Name.Contains("pooler", StringComparison.Ordinal));
        using var loaded = (KappaTuneTextClassificationTransformer)Load(Save(model));
        Assert.Equal(FittedModel.Scores(model, models.Test), FittedModel.Scores(loaded, models.Test));
    }

    [Fact]
    public void Changed_weights_are_few_and_need_their_base()
    {
        string moved = _folder.File("moved");
        string baseModel = TinyModel.Write(_folder, "old", seed: 3);
        using var model = models.Fit(models.Options with { BaseModel = baseModel, WeightStorage = WeightStorage.Changed, MaxEpochs = 1 });
        string file = Save(model);
        using (var full = models.Fit(models.Options with { BaseModel = baseModel, MaxEpochs = 1 }))
        {
            Assert.True(new FileInfo(file).Length < new FileInfo(Save(full)).Length, "changed weights take more room than all");
            Assert.Equal(FittedModel.Scores(full, models.Test), FittedModel.Scores(model, models.Test));
        }

        Directory.Move(baseModel, moved);
        Assert.Contains("KAPPATUNE_BASE_MODEL", Assert.Throws<CheckpointFormatException>(() => Load(file)).Message);

        // Another model in its place, of the same size; one trained from the old one can't be saved without it either.
        TinyModel.Write(_folder, "old", seed: 4);
        Assert.Contains("isn't the base model any more", Assert.Throws<CheckpointFormatException>(() => Save(model)).Message);
        var other = Assert.Throws<CheckpointFormatException>(() => Load(file));
        Assert.Equal("it isn't the base model that the saved model was trained from", other.Reason);
        Assert.StartsWith($"Put that one at {baseModel}, or move away what is there and name its folder", other.Remedy);
        Directory.Delete(baseModel, recursive: true);

        // One bit of its weights.
        string weights = Path.Combine(moved, "model.safetensors");
        byte[] bytes = File.ReadAllBytes(weights);
        Directory.CreateDirectory(baseModel);
        foreach (string part in Directory.EnumerateFiles(moved))
            File.Copy(part, Path.Combine(baseModel, Path.GetFileName(part)));
        byte[] changed = [.. bytes];
        changed[^1000] ^= 1;
        File.WriteAllBytes(Path.Combine(baseModel, "model.safetensors"), changed);
        Assert.Throws<CheckpointFormatException>(() => Load(file));
        Directory.Delete(baseModel, recursive: true);

        // Saving needs it as well, unless the model was loaded with it.
        Assert.Throws<CheckpointFormatException>(() => Save(model));

        string rows = _folder.File("rows.tsv"), result = _folder.File("result.tsv");
        File.WriteAllText(rows, "positive\tgood film\n");
        Run(moved, file, rows, result);
        Assert.Single(File.ReadAllLines(result));
    }

    [Fact]
    public void Loading_and_saving_leave_no_files_behind()
    {
        var context = new MLContext { TempFilePath = _folder.File("temporary") };
        string file = _folder.File("model.zip");
        context.Model.Save(models.Lora, models.Test.Schema, file);
        var lines = new List<string>();
        context.Log += (_, e) => lines.Add(e.RawMessage);
        ((IDisposable)context.Model.Load(file, out _)).Dispose();
        Assert.Contains("The model scores on cpu; it was trained with Device = cpu.", lines);
        Assert.Throws<FormatException>(() => LoadedModel.Of(WithoutReport(file), context));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.File("temporary")));
    }

    [Fact]
    public void No_type_is_named_but_the_loader()
    {
        string file = Save(models.Lora);
        foreach ((string name, byte[] content) in Contents(file).Where(entry => !entry.Name.EndsWith(".key", StringComparison.Ordinal)))
            Assert.DoesNotContain("Microsoft.ML.KappaTune", Encoding.UTF8.GetString(content));
        byte[] key = Contents(file).Single(entry => HoldsPayload(entry.Content)).Content;
        // The assembly that the loader is in, in UTF-8 or, as ML.NET writes it, in UTF-16.
        Assert.Equal(1, Count(key, Encoding.UTF8) + Count(key, Encoding.Unicode));

        static int Count(byte[] content, Encoding encoding)
        {
            byte[] wanted = encoding.GetBytes("Microsoft.ML.KappaTune");
            return Enumerable.Range(0, content.Length).Count(place => content.AsSpan(place).StartsWith(wanted));
        }
    }

    private static bool HoldsPayload(byte[] content) => content.AsSpan().IndexOf("KAPPATXC"u8) >= 0;

    private KappaTuneTextClassificationTrainer.Options OptionsOf(WeightStorage storage, bool lora) => models.Options with
    {
        MaxEpochs = 1,
        WeightStorage = storage,
        Method = lora ? TuningMethod.Lora(2) : TuningMethod.Direct,
        Selection = models.Options.Selection with { Biases = true },
    };

    private KappaTuneTextClassificationTransformer Fit(WeightStorage storage, bool lora) => models.Fit(OptionsOf(storage, lora));

    private string Save(ITransformer model)
    {
        string file = _folder.File($"{Guid.NewGuid():N}.zip");
        _context.Model.Save(model, models.Test.Schema, file);
        return file;
    }

    private ITransformer Load(string file) => SavedModel.Load(_context.Model, file, out _);

    private static List<(string Name, byte[] Content)> Contents(string file)
    {
        var entries = new List<(string, byte[])>();
        ModelZip.Edit(File.ReadAllBytes(file), (name, content) =>
        {
            entries.Add((name, content));
            return content;
        });
        return entries;
    }

    private static string[] Texts(string file) =>
        [.. Contents(file).Select(entry => $"{entry.Name} {Convert.ToHexString(entry.Content)}")];

    private static byte[] WithoutReport(string file) => ModelZip.Edit(
        File.ReadAllBytes(file), (name, content) => name.EndsWith("report.json", StringComparison.Ordinal) ? null : content);

    private static void Run(string? baseModel, params string[] arguments)
    {
        // The runtime lies in <root>/shared/Microsoft.NETCore.App/<version>.
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        string program = Path.Combine(AppContext.BaseDirectory, "Microsoft.ML.KappaTune.Tests.Loader.dll");
        var start = new ProcessStartInfo(Path.Combine(root, "dotnet"), [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (baseModel is not null)
            start.Environment[BaseReference.Variable] = baseModel;
        using var process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
    }
}
