using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Tests.Training;

namespace Microsoft.ML.KappaTune.Tests.LanguageModels;

/// <summary>A tiny language model that a test tunes in ML.NET's pipelines and files, and rows for it.</summary>
public abstract class LanguageModelPipeline : IDisposable
{
    private protected readonly TemporaryFolder _folder = new();
    private protected readonly MLContext _context = new(seed: 1);
    private protected readonly List<string> _warnings = [];
    private protected readonly string _base;

    private protected LanguageModelPipeline()
    {
        _base = TinyDecoder.Write(_folder);
        _context.Log += (_, e) =>
        {
            if (e.Kind == Runtime.ChannelMessageKind.Warning)
                _warnings.Add(e.Message);
        };
    }

    /// <summary>Options with which it learns completions in a second, the same everywhere.</summary>
    private protected virtual KappaTuneLanguageModelEstimator.Options Options =>
        TinyTask.OptionsFor<KappaTuneLanguageModelEstimator.Options>(_base) with
        {
            TextColumnName = nameof(Row.Prompt),
            CompletionColumnName = nameof(Row.Completion),
            MaxEpochs = 6,
            LearningRate = 2e-2,
        };

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected IDataView Rows(int count, int seed) => _context.Data.LoadFromEnumerable(Row.Create(count, seed));

    private protected IDataView Talks(params string[] rows) =>
        _context.Data.LoadFromEnumerable(rows.Select(row => new Talk { Messages = row }));

    /// <summary>A conversation.</summary>
    private protected static string Json(params (string Role, string Content)[] turns) =>
        JsonSerializer.Serialize(turns.Select(turn => new { role = turn.Role, content = turn.Content }));

    private protected void WriteTemplate(string template) => File.WriteAllText(Path.Combine(_base, "chat_template.jinja"), template);

    private protected KappaTuneLanguageModelTransformer Fit(KappaTuneLanguageModelEstimator.Options options, IDataView? rows = null) =>
        _context.Transforms.Text.KappaTuneLanguageModel(options).Fit(rows ?? Rows(48, seed: 1));

    /// <summary>The option that is wrong.</summary>
    private protected string? Wrong(KappaTuneLanguageModelEstimator.Options options) =>
        Assert.Throws<ArgumentException>(() => _context.Transforms.Text.KappaTuneLanguageModel(options)).ParamName;

    /// <summary>The file.</summary>
    private protected string Save(KappaTuneLanguageModelTransformer model, string name = "model.zip", IDataView? rows = null)
    {
        _context.Model.Save(model, (rows ?? Rows(1, seed: 1)).Schema, _folder.File(name));
        return _folder.File(name);
    }

    private protected static KappaTuneLanguageModelTransformer Load(string file) =>
        (KappaTuneLanguageModelTransformer)new MLContext().Model.Load(file, out _);

    private protected static float[] Likelihoods(KappaTuneLanguageModelTransformer model, IDataView rows) =>
        [.. model.Transform(rows).GetColumn<float>("LogLikelihood")];

    internal sealed class Row
    {
        public string Prompt { get; set; } = "";

        public string Completion { get; set; } = "";

        public static Row[] Create(int count, int seed) =>
            [.. TinyDecoder.Completions(count, seed).Select(row => new Row { Prompt = row.Prompt, Completion = row.Completion })];
    }

    internal sealed class Talk
    {
        public string Messages { get; set; } = "";
    }
}
