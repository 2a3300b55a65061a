using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Tests.Retention;

namespace Microsoft.ML.KappaTune.Tests.TextEmbedding;

/// <summary>What a sentence encoder's folder says of its vectors, and the options that decide otherwise.</summary>
public sealed class SentenceModulesTests : IDisposable
{
    private const string Transformer = """{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}""";
    private const string Pooling = """{"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}""";
    private const string Normalize = """{"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}""";

    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_folder_decides_where_no_option_does()
    {
        string first = SentenceEncoder.Write(_folder, "first", SentenceEncoder.FirstToken), mean = SentenceEncoder.Write(_folder, "mean");
        Assert.Equal(Vectors(first, EmbeddingPooling.FirstToken), Vectors(first, null));
        Assert.Equal(Vectors(mean, EmbeddingPooling.Mean), Vectors(mean, null));
        Assert.Equal(Vectors(mean, null), Vectors(first, EmbeddingPooling.Mean));
        Assert.NotEqual(Vectors(mean, null), Vectors(first, null));
        Directory.Delete(Path.Combine(first, "1_Pooling"), recursive: true);
        Assert.Equal(Vectors(mean, null), Vectors(first, null));
    }

    [Fact]
    public void What_the_folder_said_is_in_the_saved_model()
    {
        string folder = SentenceEncoder.Write(_folder, pooling: SentenceEncoder.FirstToken);
        File.WriteAllText(Path.Combine(folder, "sentence_bert_config.json"), """{"max_seq_length": 5, "do_lower_case": false}""");
        IDataView rows = _context.Data.LoadFromEnumerable(Note.Some(20));
        using var embedding = _context.Transforms.Text.KappaTuneEmbedding("Vector", "Text", folder).Fit(rows);
        _context.Model.Save(embedding, rows.Schema, _folder.File("model.zip"));
        Directory.Delete(folder, recursive: true);
        ITransformer loaded = new MLContext().Model.Load(_folder.File("model.zip"), out _);
        using (loaded as IDisposable)
            Assert.Equal(embedding.Transform(rows).GetColumn<float[]>("Vector"), loaded.Transform(rows).GetColumn<float[]>("Vector"));
    }

    [Fact]
    public void The_longest_text_is_the_folder_s_unless_an_option_says_otherwise()
    {
        string folder = SentenceEncoder.Write(_folder);
        string settings = Path.Combine(folder, "sentence_bert_config.json");
        float[][] four = Vectors(folder, null, maxLength: 4), all = Vectors(folder, null);
        Assert.NotEqual(four, all);
        File.WriteAllText(settings, """{"max_seq_length": 4}""");
        Assert.Equal(four, Vectors(folder, null));
        Assert.Equal(all, Vectors(folder, null, maxLength: 24));
        File.WriteAllText(settings, """{"max_seq_length": null, "do_lower_case": false}""");
        Assert.Equal(all, Vectors(folder, null));
        File.WriteAllText(settings, """{"max_seq_length": "many"}""");
        var error = Assert.Throws<CheckpointFormatException>(() => Vectors(folder, null));
        Assert.Equal("max_seq_length", error.Field);
    }

    [Fact]
    public void Texts_that_it_would_change_first_are_refused()
    {
        string folder = SentenceEncoder.Write(_folder);
        string settings = Path.Combine(folder, "sentence_bert_config.json"),
            encoder = Path.Combine(folder, "config_sentence_transformers.json");
        float[][] plain = Vectors(folder, null);
        // Its tokenizer makes texts lower-case anyway, and prompts that none is chosen of are for who wants them.
        File.WriteAllText(settings, """{"do_lower_case": true}""");
        File.WriteAllText(encoder, """{"prompts": {"query": "query: "}, "default_prompt_name": null, "similarity_fn_name": "cosine"}""");
        Assert.Equal(plain, Vectors(folder, null));
        File.WriteAllText(
            Path.Combine(folder, "tokenizer_config.json"), """{"tokenizer_class": "BertTokenizer", "do_lower_case": false}""");
        var lower = Assert.Throws<CheckpointFormatException>(() => Vectors(folder, null));
        Assert.Equal((settings, "do_lower_case"), (lower.File, lower.Field));
        File.WriteAllText(settings, """{"do_lower_case": false}""");
        _ = Vectors(folder, null);
        File.WriteAllText(encoder, """{"prompts": {"query": "query: "}, "default_prompt_name": "query"}""");
        var prompted = Assert.Throws<CheckpointFormatException>(() => Vectors(folder, null));
        Assert.Equal((encoder, "default_prompt_name"), (prompted.File, prompted.Field));
        Assert.Contains("query", prompted.Reason);
    }

    [Theory]
    [InlineData($"[{Transformer}, {Pooling}]")]
    [InlineData($"[{Transformer}, {Pooling}, {Normalize}]")]
    [InlineData(
        """[{"path": "", "type": "sentence_transformers.base.modules.transformer.Transformer"},"""
            + """ {"path": "1_Pooling", "type": "sentence_transformers.sentence_transformer.modules.pooling.Pooling"}]""")]
    public void Modules_that_are_known_change_nothing(string modules)
    {
        string folder = SentenceEncoder.Write(_folder, pooling: SentenceEncoder.FirstToken);
        float[][] expected = Vectors(folder, null);
        File.WriteAllText(Path.Combine(folder, "modules.json"), modules);
        Assert.Equal(expected, Vectors(folder, null));
    }

    [Theory]
    [InlineData(
        """{"path": "2_Dense", "type": "sentence_transformers.models.Dense"}""",
        "sentence_transformers.models.Dense in \"2_Dense\" isn't supported")]
    [InlineData("""{"path": "2_Pooling", "type": "sentence_transformers.models.Pooling"}""", "Pooling in \"2_Pooling\" isn't supported")]
    [InlineData("""{"path": "2_Custom", "type": "custom.Module"}""", "custom.Module in \"2_Custom\" isn't supported")]
    [InlineData("""{"path": "2_Dense"}""", "has no such text")]
    [InlineData("7", "has no such text")]
    public void Modules_that_change_vectors_are_refused_unless_the_pooling_is_named(string module, string reason)
    {
        string folder = SentenceEncoder.Write(_folder);
        float[][] plain = Vectors(folder, null);
        File.WriteAllText(Path.Combine(folder, "modules.json"), $"[{Transformer}, {Pooling}, {module}]");
        var error = Assert.Throws<CheckpointFormatException>(() => Vectors(folder, null));
        Assert.Contains("modules.json", error.Message);
        Assert.Contains(reason, error.Message);
        Assert.Equal(plain, Vectors(folder, EmbeddingPooling.Mean));
    }

    [Fact]
    public void A_pooling_that_is_listed_but_not_there_is_named()
    {
        string folder = SentenceEncoder.Write(_folder);
        File.WriteAllText(Path.Combine(folder, "modules.json"), $"[{Transformer}, {Pooling}]");
        Directory.Delete(Path.Combine(folder, "1_Pooling"), recursive: true);
        Assert.Contains("is missing", Assert.Throws<CheckpointFormatException>(() => Vectors(folder, null)).Message);
        File.WriteAllText(Path.Combine(folder, "modules.json"), "{}");
        Assert.Contains("isn't a JSON array", Assert.Throws<CheckpointFormatException>(() => Vectors(folder, null)).Message);
    }

    private float[][] Vectors(string model, EmbeddingPooling? pooling, int? maxLength = null)
    {
        IDataView rows = _context.Data.LoadFromEnumerable(Note.Some(10));
        var options = new KappaTuneEmbeddingEstimator.Options { Model = model, Pooling = pooling, MaxSequenceLength = maxLength };
        using var embedding = _context.Transforms.Text.KappaTuneEmbedding(options).Fit(rows);
        return [.. embedding.Transform(rows).GetColumn<float[]>("Features")];
    }
}
