using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Training;

namespace Microsoft.ML.KappaTune.Tests.LanguageModels;

/// <summary>A column of conversations is learnt through the base's chat template.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class ConversationTests : IDisposable
{
    private const string Plain = "[CLS]{% for m in messages %}{{ m.content }}{% if m.role == 'assistant' %}[SEP]{% endif %}{% endfor %}";

    private const string Marked = "[CLS]{% for m in messages %}{% if m.role == 'assistant' %}"
        + "{% generation %}{{ m.content }}[SEP]{% endgeneration %}{% else %}{{ m.content }}{% endif %}{% endfor %}";

    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);
    private readonly List<string> _warnings = [];
    private readonly string _base;

    public ConversationTests()
    {
        _base = TinyDecoder.Write(_folder);
        _context.Log += (_, e) =>
        {
            if (e.Kind == Runtime.ChannelMessageKind.Warning)
                _warnings.Add(e.Message);
        };
    }

    public void Dispose() => _folder.Dispose();

    private KappaTuneLanguageModelEstimator.Options Options => new()
    {
        BaseModel = _base,
        Selection = KappaSelection.LowestFraction(0.5),
        MaxEpochs = 2,
        BatchSize = 8,
        LearningRate = 2e-2,
        Threads = 1,
        Device = "cpu",
        ScanCacheDirectory = null,
    };

    /// <summary>Whether marks in the template tell what counts, or renderings.</summary>
    [Theory]
    [InlineData(Plain)]
    [InlineData(Marked)]
    public void Conversations_are_learnt_as_the_same_completions(string template)
    {
        WriteTemplate(template);
        IDataView talks = _context.Data.LoadFromEnumerable(TinyDecoder.Completions(24, seed: 1).Select(row => new Talk
        {
            Messages = Json(("user", row.Prompt), ("assistant", row.Completion)),
        }));
        IDataView rows = _context.Data.LoadFromEnumerable(LanguageModelTests.Row.Create(24, seed: 1));
        using var model = Fit(Options with { MessagesColumnName = nameof(Talk.Messages) }, talks);
        using var same = Fit(
            Options with
            {
                TextColumnName = nameof(LanguageModelTests.Row.Prompt),
                CompletionColumnName = nameof(LanguageModelTests.Row.Completion),
            }, rows);
        Assert.Equal(Likelihoods(same, rows), Likelihoods(model, talks));
        Assert.Equal(same.Report.CountedTokens, model.Report.CountedTokens);
        TinyTask.AssertSame(Weights(same, "same"), Weights(model, "model"));

        _context.Model.Save(model, talks.Schema, _folder.File("model.zip"));
        using var loaded = (KappaTuneLanguageModelTransformer)_context.Model.Load(_folder.File("model.zip"), out _);
        Assert.Equal(Likelihoods(model, talks), Likelihoods(loaded, talks));
        Assert.DoesNotContain(_warnings, warning => warning.Contains("learn to stop", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_turn_of_the_assistant_counts_or_all_turns()
    {
        WriteTemplate(Plain);
        IDataView talks = Talks(Json(("user", "we saw"), ("assistant", " a film"), ("user", " is"), ("assistant", " good")), "");
        using var model = Fit(Options with { MessagesColumnName = nameof(Talk.Messages), MaxEpochs = 1 }, talks);
        // Two words and the end, a word and the end. An empty cell has nothing to learn, and no perplexity.
        Assert.Equal(5L, model.Report.CountedTokens!.Value);
        Assert.Equal((1, 1), (model.Report.TrainingRows, model.Report.SkippedRows));
        float[] perplexities = [.. model.Transform(talks).GetColumn<float>("Perplexity")];
        Assert.True(perplexities[0] > 1 && float.IsNaN(perplexities[1]));
        using var all = Fit(Options with { MessagesColumnName = nameof(Talk.Messages), MaxEpochs = 1, CountPrompts = true }, talks);
        Assert.Equal(8L, all.Report.CountedTokens!.Value);
    }

    [Fact]
    public void A_template_that_leaves_the_end_to_others_is_warned_about()
    {
        WriteTemplate("[CLS]{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}[SEP]{% endfor %}");
        using var model = Fit(
            Options with { MessagesColumnName = nameof(Talk.Messages), MaxEpochs = 1 }, Talks(Json(("assistant", "we saw a film"))));
        Assert.Contains(_warnings, warning => warning.Contains("learn to stop", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("no JSON", typeof(FormatException), "valid JSON")]
    [InlineData("""[{"role": "tool", "content": "x"}]""", typeof(ChatTemplateException), "no tools")]
    public void What_is_wrong_is_said_with_its_row(string wrong, Type expected, string reason)
    {
        WriteTemplate("{% for m in messages %}{% if m.role == 'tool' %}{{ raise_exception('no tools') }}{% endif %}{% endfor %}" + Plain);
        string right = Json(("user", "we saw"), ("assistant", " a film"));
        KappaTuneLanguageModelEstimator.Options options = Options with { MessagesColumnName = nameof(Talk.Messages), MaxEpochs = 1 };
        var e = Assert.ThrowsAny<FormatException>(() => Fit(options, Talks(right, wrong)));
        Assert.IsType(expected, e);
        Assert.Contains("row 2 of the training data, column 'Messages'", e.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(reason, e.Message);
        e = Assert.ThrowsAny<FormatException>(() => Fit(options with { ValidationSet = Talks(wrong) }, Talks(right)));
        Assert.Contains("row 1 of the validation data", e.Message, StringComparison.OrdinalIgnoreCase);

        using var model = Fit(options, Talks(right));
        e = Assert.ThrowsAny<FormatException>(
            () => model.Transform(Talks([.. Enumerable.Repeat(right, 40), wrong])).GetColumn<float>("Perplexity").ToArray());
        Assert.IsType(expected, e);
        Assert.Contains("row 41, column 'Messages'", e.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_base_without_a_template_and_two_kinds_of_rows_are_refused()
    {
        KappaTuneLanguageModelEstimator.Options options = Options with { MessagesColumnName = nameof(Talk.Messages) };
        Assert.Contains("no chat template", Assert.Throws<CheckpointFormatException>(() => Fit(options, Talks("[]"))).Reason);
        var e = Assert.Throws<ArgumentException>(
            () => _context.Transforms.Text.KappaTuneLanguageModel(options with { CompletionColumnName = "Answer" }));
        Assert.Equal("MessagesColumnName", e.ParamName);
        WriteTemplate(Plain);
        var missing = Assert.Throws<ArgumentOutOfRangeException>(() => Fit(options with { MessagesColumnName = "Chat" }, Talks("[]")));
        Assert.Contains("messages column 'Chat'", missing.Message);
    }

    private void WriteTemplate(string template) => File.WriteAllText(Path.Combine(_base, "chat_template.jinja"), template);

    private KappaTuneLanguageModelTransformer Fit(KappaTuneLanguageModelEstimator.Options options, IDataView rows) =>
        _context.Transforms.Text.KappaTuneLanguageModel(options).Fit(rows);

    private IDataView Talks(params string[] rows) => _context.Data.LoadFromEnumerable(rows.Select(row => new Talk { Messages = row }));

    private static float[] Likelihoods(KappaTuneLanguageModelTransformer model, IDataView rows) =>
        [.. model.Transform(rows).GetColumn<float>("LogLikelihood")];

    private SortedDictionary<string, float[]> Weights(KappaTuneLanguageModelTransformer tuned, string name)
    {
        tuned.SaveModel(_folder.File(name));
        using Checkpoint checkpoint = Checkpoint.Open(_folder.File(name));
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        return TinyTask.Weights(model);
    }

    private static string Json(params (string Role, string Content)[] turns) =>
        JsonSerializer.Serialize(turns.Select(turn => new { role = turn.Role, content = turn.Content }));

    internal sealed class Talk
    {
        public string Messages { get; set; } = "";
    }
}
