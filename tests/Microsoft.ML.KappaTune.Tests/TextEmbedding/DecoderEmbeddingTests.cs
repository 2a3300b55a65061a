using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.TextEmbedding;

/// <summary>Vectors of decoders: what each text's tokens have for states by themselves, whatever they are batched with.</summary>
public sealed class DecoderEmbeddingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);
    private readonly string _base;

    public DecoderEmbeddingTests() => _base = TinyDecoder.Write(_folder);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(EmbeddingPooling.Mean, false)]
    [InlineData(EmbeddingPooling.LastToken, false)]
    [InlineData(EmbeddingPooling.LastToken, true)]
    public void Vectors_are_pooled_normalised_states_of_each_text_alone(EmbeddingPooling pooling, bool paddedLeft)
    {
        if (paddedLeft)
            SetPaddingLeft();
        Note[] notes = [.. Note.Some(40), new() { Text = "" }, new() { Text = null }];
        IDataView rows = _context.Data.LoadFromEnumerable(notes);
        var options = new KappaTuneEmbeddingEstimator.Options { Model = _base, Pooling = pooling, Normalize = false };
        using KappaTuneEmbeddingTransformer embedding = _context.Transforms.Text.KappaTuneEmbedding(options).Fit(rows);
        Assert.Equal(TinyDecoder.Config.HiddenSize, embedding.Dimension);
        float[][] vectors = [.. embedding.Transform(rows).GetColumn<float[]>("Features")];
        foreach ((Note note, float[] vector) in notes.Zip(vectors))
            AssertNear(Expected(note.Text ?? "", pooling), vector);
        Assert.True(vectors.Select(vector => vector[0]).Distinct().Count() > 20, "the texts have all the same vectors");

        _context.Model.Save(embedding, rows.Schema, _folder.File("embedding.zip"));
        Directory.Delete(_base, recursive: true);
        ITransformer loaded = new MLContext().Model.Load(_folder.File("embedding.zip"), out _);
        using (loaded as IDisposable)
            Assert.Equal(vectors, loaded.Transform(rows).GetColumn<float[]>("Features"));
    }

    [Fact]
    public void A_folder_of_sentence_transformers_names_the_last_token()
    {
        float[] last = Vector(EmbeddingPooling.LastToken), mean = Vector(EmbeddingPooling.Mean);
        Assert.NotEqual(last, mean);
        Assert.Equal(mean, Vector(null));
        Directory.CreateDirectory(Path.Combine(_base, "1_Pooling"));
        File.WriteAllText(Path.Combine(_base, "1_Pooling", "config.json"), """{"pooling_mode_lasttoken": true, "include_prompt": true}""");
        Assert.Equal(last, Vector(null));
    }

    [Fact]
    public void A_decoder_s_first_token_says_nothing_and_is_refused()
    {
        Assert.StartsWith(
            "Pooling is FirstToken; allowed is LastToken or Mean for a decoder",
            Assert.Throws<ArgumentException>(() => Vector(EmbeddingPooling.FirstToken)).Message);
        Directory.CreateDirectory(Path.Combine(_base, "1_Pooling"));
        File.WriteAllText(Path.Combine(_base, "1_Pooling", "config.json"), """{"pooling_mode_cls_token": true}""");
        var folder = Assert.Throws<CheckpointFormatException>(() => Vector(null));
        Assert.EndsWith(Path.Combine("1_Pooling", "config.json"), folder.File);
        Assert.Contains("decoder", folder.Message);
    }

    [Fact]
    public void A_GGUF_file_gives_the_vectors_of_its_model_whatever_lies_beside_it()
    {
        string bytes = TinyDecoder.WriteBytes(_folder), file = _folder.File("model.gguf");
        using (Checkpoint checkpoint = Checkpoint.Open(bytes))
        using (CausalLanguageModel model = CausalLanguageModel.Load(checkpoint))
            GgufModelWriter.Save(file, model, TokenizerFiles.Read(checkpoint), GgufType.F32);
        _folder.Write("modules.json", "no list");
        foreach (EmbeddingPooling pooling in (EmbeddingPooling[])[EmbeddingPooling.Mean, EmbeddingPooling.LastToken])
            AssertNear(Vector(pooling, bytes), Vector(pooling, file));
        AssertNear(Vector(EmbeddingPooling.Mean, bytes), Vector(null, file));
    }

    [Fact]
    public void A_tuned_language_model_s_file_gives_the_vectors_of_its_folder()
    {
        string zip = _folder.File("model.zip"), folder = _folder.File("tuned");
        IDataView rows = _context.Data.LoadFromEnumerable(Note.Some(8));
        var options = new KappaTuneLanguageModelEstimator.Options
        {
            BaseModel = _base,
            MaxEpochs = 1,
            LearningRate = 1e-2,
            Device = "cpu",
            ScanCacheDirectory = null,
        };
        using (var model = _context.Transforms.Text.KappaTuneLanguageModel(options).Fit(rows))
        {
            _context.Model.Save(model, rows.Schema, zip);
            model.SaveModel(folder);
        }

        Assert.Equal(Vector(EmbeddingPooling.LastToken, folder), Vector(EmbeddingPooling.LastToken, zip));
        Assert.NotEqual(Vector(EmbeddingPooling.LastToken), Vector(EmbeddingPooling.LastToken, zip));
    }

    private float[] Vector(EmbeddingPooling? pooling, string? model = null)
    {
        IDataView rows = _context.Data.LoadFromEnumerable(Note.Some(1));
        using var embedding = _context.Transforms.Text.KappaTuneEmbedding("Features", "Text", model ?? _base, pooling).Fit(rows);
        return embedding.Transform(rows).GetColumn<float[]>("Features").Single();
    }

    private float[] Expected(string text, EmbeddingPooling pooling)
    {
        using Checkpoint checkpoint = Checkpoint.Open(_base);
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        model.eval();
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        long[] ids = Array.ConvertAll(HuggingFaceTokenizer.Create(TokenizerFiles.Read(checkpoint)).Encode(text).Ids, id => (long)id);
        Tensor all = tensor(ids, 1, ids.Length);
        Tensor states = model.Decoder.Normalise(model.Decoder.Decode(all, ones_like(all))).squeeze(0); // [T, H]
        return [.. (pooling == EmbeddingPooling.Mean ? states.mean([0L]) : states[ids.Length - 1]).data<float>()];
    }

    private void SetPaddingLeft()
    {
        string file = Path.Combine(_base, "tokenizer_config.json");
        File.WriteAllText(file, """{"padding_side": "left", "pad_token": "[PAD]"}""");
    }

    private static void AssertNear(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}
