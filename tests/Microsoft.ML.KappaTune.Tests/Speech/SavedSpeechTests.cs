using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Tests.Compute;
using Microsoft.ML.KappaTune.Tests.Training;

namespace Microsoft.ML.KappaTune.Tests.Speech;

/// <summary>A saved model that hears is the model, in whatever form.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class SavedSpeechTests : SpeechPipeline
{
    private static readonly string[] OfFusion = ["fusion.json", "fusion.safetensors", "sound.json"];

    [Theory]
    [InlineData(WeightStorage.Full, false)]
    [InlineData(WeightStorage.Full, true)]
    [InlineData(WeightStorage.Changed, false)]
    [InlineData(WeightStorage.Changed, true)]
    public void It_hears_the_same_bit_for_bit(WeightStorage storage, bool isLora)
    {
        using var model = Fit(Options with
        {
            WeightStorage = storage,
            Method = isLora ? TuningMethod.Lora(2) : TuningMethod.Direct,
            ValidationFraction = 0.25,
        });
        IDataView rows = View(Clips(12, seed: 2));
        string file = Save(model);
        if (storage == WeightStorage.Full)
            Directory.Delete(_base, recursive: true);
        using KappaTuneSpeechTransformer loaded = Load(file);
        Assert.Equal(Heard(model, rows), Heard(loaded, rows));
        Assert.Equal(Likelihoods(model, rows), Likelihoods(loaded, rows));
        Assert.Equal(model.Report!.ToString(), loaded.Report!.ToString());
        Assert.NotNull(loaded.Report!.Epochs[^1].Validation!.Transcripts);
        Assert.Equal(model.Report!.Epochs.Select(epoch => epoch.Validation), loaded.Report!.Epochs.Select(epoch => epoch.Validation));
        Assert.Equal(new FileInfo(file).Length, new FileInfo(Save(loaded, "again.zip")).Length);
        CancellationToken token = TestContext.Current.CancellationToken;
        Assert.Equal(
            model.Generator.Generate("we saw", new() { MaxTokens = 4 }, token).Select(piece => piece.Text),
            loaded.Generator.Generate("we saw", new() { MaxTokens = 4 }, token).Select(piece => piece.Text));
        if (!isLora)
        {
            Assert.Throws<InvalidOperationException>(() => loaded.SaveAdapter(_folder.File("adapter")));
            return;
        }

        model.SaveAdapter(_folder.File("adapter"));
        loaded.SaveAdapter(_folder.File("adapter2"));
        Assert.Empty(OfFusion.Except(Names("adapter")));
        foreach (string name in Names("adapter"))
            Assert.Equal(File.ReadAllBytes(_folder.File($"adapter/{name}")), File.ReadAllBytes(_folder.File($"adapter2/{name}")));
    }

    [Fact]
    public void What_was_trained_is_less_than_all_and_needs_its_base()
    {
        var options = Options with { MaxEpochs = 1, Selection = KappaSelection.Lowest(2) };
        using var model = Fit(options with { WeightStorage = WeightStorage.Changed });
        string changed = Save(model, "changed.zip");
        using (var full = Fit(options))
            Assert.True(new FileInfo(changed).Length < new FileInfo(Save(full, "full.zip")).Length, "changed weights take more than all");
        Directory.Move(_base, _folder.File("moved"));
        Assert.Contains("KAPPATUNE_BASE_MODEL", Assert.IsType<CheckpointFormatException>(Fault(changed)).Message);
    }

    [Theory]
    [InlineData("fusion.safetensors")]
    [InlineData("sound.json")]
    [InlineData("model.safetensors")]
    public void A_damaged_file_is_refused(string entry)
    {
        using (var model = Fit(Options with { MaxEpochs = 1 }))
            Save(model);
        string file = _folder.File("model.zip");
        File.WriteAllBytes(file, ModelZip.Edit(File.ReadAllBytes(file), (name, content) =>
        {
            if (name.EndsWith(entry, StringComparison.Ordinal))
                content[^1] ^= 1;
            return content;
        }));
        Assert.IsType<FormatException>(Fault(file));
    }

    [Fact]
    public void A_folder_is_the_decoder_for_all_and_a_base_that_hears_already()
    {
        string folder = _folder.File("tuned");
        using (var model = Fit(Options))
            model.SaveModel(folder);
        Assert.Empty(OfFusion.Except(Names("tuned")));
        using (Checkpoint plain = Checkpoint.Open(_base), tuned = Checkpoint.Open(folder))
            Assert.Equal(plain.Tensors.Select(view => view.Name).Order(), tuned.Tensors.Select(view => view.Name).Order());

        var options = Options with { BaseModel = folder, MaxEpochs = 1 };
        using (var again = Fit(options))
        using (var first = Fit(Options with { MaxEpochs = 1 }))
            Assert.True(again.Report!.Losses[0].Loss < first.Report!.Losses[0].Loss, "it begins anew");
        var e = Assert.Throws<ArgumentException>(() => Fit(options with { Sound = Sound with { HopMilliseconds = 20 } }));
        Assert.Equal("Sound", e.ParamName);
        Assert.Contains(Path.Combine(folder, "sound.json"), e.Message);

        string sound = File.ReadAllText(Path.Combine(folder, "sound.json"));
        foreach ((string old, string damaged, string field) in (ReadOnlySpan<(string, string, string)>)
            [
                ("\"bands\": 4", "\"bands\": -4", "Bands"), ("\"bands\": 4", "\"bands\": \"4\"", "bands"),
                ("\"bands\"", "\"stripes\"", "stripes"), ("\"input\": \"path\"", "\"input\": \"pipe\"", "input"),
                ("\"hop_milliseconds\": 10,", "", "hop_milliseconds"),
            ])
        {
            File.WriteAllText(Path.Combine(folder, "sound.json"), sound.Replace(old, damaged));
            Assert.Contains(field, Assert.Throws<CheckpointFormatException>(() => Fit(options)).Message);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_folder_hears_like_the_file(bool isLora)
    {
        string folder = _folder.File("tuned"), adapter = _folder.File("adapter");
        using var model = Fit(Options with { Method = isLora ? TuningMethod.Lora(2) : TuningMethod.Direct });
        model.SaveModel(folder);
        IDataView rows = View(Clips(12, seed: 2));
        using (KappaTuneSpeechTransformer saved = Load(Save(model)), loaded = LoadFolder(folder))
        {
            Assert.Null(loaded.Report);
            Assert.Equal((SpeechInput.Path, "Audio"), (loaded.Input, loaded.InputColumnName));
            Assert.Equal(Heard(saved, rows), Heard(loaded, rows));
            Assert.Equal(Likelihoods(saved, rows), Likelihoods(loaded, rows));
            CancellationToken token = TestContext.Current.CancellationToken;
            Assert.Equal(
                model.Generator.Generate("we saw", new() { MaxTokens = 4 }, token).Select(piece => piece.Text),
                loaded.Generator.Generate("we saw", new() { MaxTokens = 4 }, token).Select(piece => piece.Text));

            // It is saved as any other, without a report that it hasn't.
            using KappaTuneSpeechTransformer again = Load(Save(loaded, "again.zip"));
            Assert.Null(again.Report);
            Assert.Equal(Likelihoods(model, rows), Likelihoods(again, rows));
        }

        if (!isLora)
            return;
        model.SaveAdapter(adapter);
        using KappaTuneSpeechTransformer merged = LoadFolder(_base, adapter);
        Assert.Equal(Heard(model, rows), Heard(merged, rows));
        Assert.All(Likelihoods(model, rows).Zip(Likelihoods(merged, rows)), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        Assert.Throws<InvalidOperationException>(() => merged.SaveAdapter(_folder.File("adapter2")));
    }

    [Fact]
    public void A_folder_without_what_hears_is_refused_by_its_file()
    {
        string folder = _folder.File("tuned");
        using (var model = Fit(Options with { MaxEpochs = 1 }))
            model.SaveModel(folder);
        var e = Assert.Throws<CheckpointFormatException>(() => LoadFolder(_base));
        Assert.Equal(Path.Combine(_base, "fusion.json"), e.File);
        foreach (string name in OfFusion.Reverse())
        {
            string file = Path.Combine(folder, name);
            byte[] content = File.ReadAllBytes(file);
            File.Delete(file);
            e = Assert.Throws<CheckpointFormatException>(() => LoadFolder(folder));
            Assert.Equal(file, e.File);
            File.WriteAllBytes(file, content);
        }

        Assert.Throws<ArgumentException>(() => _context.Model.LoadKappaTuneSpeech(folder, noSpeechColumnName: "Transcript"));
        Assert.Throws<ArgumentException>(() => _context.Model.LoadKappaTuneSpeech(folder, device: "abacus"));
        using var named = _context.Model.LoadKappaTuneSpeech(folder, inputColumnName: "File", transcriptColumnName: "Heard", device: "cpu");
        IDataView rows = _context.Data.LoadFromEnumerable(Clips(2, seed: 2).Select(clip => new { File = clip.Audio }));
        Assert.Equal(2, named.Transform(rows).GetColumn<string>("Heard").Count());
    }

    [Fact]
    public void Another_model_that_is_saved_into_its_folder_does_not_hear()
    {
        string folder = _folder.File("tuned");
        using (var model = Fit(Options with { MaxEpochs = 1 }))
            model.SaveModel(folder);
        var options = TinyTask.OptionsFor<KappaTuneLanguageModelEstimator.Options>(_base) with { MaxEpochs = 1 };
        IDataView texts = _context.Data.LoadFromEnumerable(new[] { new { Text = "we saw a film" } });
        using (var language = _context.Transforms.Text.KappaTuneLanguageModel(options).Fit(texts))
            language.SaveModel(folder);
        Assert.Empty(Names("tuned").Intersect(OfFusion));
    }

    [Fact]
    public void A_base_of_adapters_is_what_the_decoder_was()
    {
        using var model = Fit(Options with { Method = TuningMethod.Lora(2) });
        model.SaveAdapter(_folder.File("adapter"));
        model.SaveModel(_folder.File("tuned"));
        using Checkpoint plain = Checkpoint.Open(_base), tuned = Checkpoint.Open(_folder.File("tuned"));
        using CausalLanguageModel decoder = CausalLanguageModel.Load(plain), merged = CausalLanguageModel.Load(tuned);
        using LoraAdapters adapters = LoraAdapters.Load(decoder, _folder.File("adapter"));
        adapters.Merge();
        TinyTask.AssertSame(TinyTask.Weights(decoder), TinyTask.Weights(merged));
    }

    [Fact]
    public void A_fresh_process_hears_without_any_registration()
    {
        Clip[] clips = Clips(6, seed: 2);
        string rows = _folder.File("rows.tsv"), result = _folder.File("result.tsv");
        File.WriteAllLines(rows, clips.Select(clip => clip.Audio));
        using var model = Fit(Options);
        (int exitCode, _, string errors) = LoaderProcess.Run(AppContext.BaseDirectory, ["hear", Save(model), rows, result]);
        Assert.True(exitCode == 0, errors);
        IDataView view = View(clips);
        Assert.Equal(
            Heard(model, view).Zip(Likelihoods(model, view), (text, sum) => $"{text}\t{BitConverter.SingleToInt32Bits(sum)}"),
            File.ReadAllLines(result));
    }

    private string[] Names(string folder) => [.. Directory.EnumerateFiles(_folder.File(folder)).Select(file => Path.GetFileName(file))];

    /// <summary>A folder says nothing of how transcripts are written.</summary>
    private KappaTuneSpeechTransformer LoadFolder(string model, string? adapter = null) =>
        _context.Model.LoadKappaTuneSpeech(model, adapter, generation: Options.Generation, device: "cpu", threads: 1);

    private Exception Fault(string file) => SavedModel.CauseOf(Assert.ThrowsAny<Exception>(() => _context.Model.Load(file, out _)));
}
