using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Training;

namespace Microsoft.ML.KappaTune.Tests.LanguageModels;

/// <summary>A column of conversations is learnt through the base's chat template.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class ConversationTests : LanguageModelPipeline
{
    private const string Plain = "[CLS]{% for m in messages %}{{ m.content }}{% if m.role == 'assistant' %}[SEP]{% endif %}{% endfor %}";

    private const string Marked = "[CLS]{% for m in messages %}{% if m.role == 'assistant' %}"
        + "{% generation %}{{ m.content }}[SEP]{% endgeneration %}{% else %}{{ m.content }}{% endif %}{% endfor %}";

    private protected override KappaTuneLanguageModelEstimator.Options Options => base.Options with
    {
        CompletionColumnName = null,
        MessagesColumnName = nameof(Talk.Messages),
        MaxEpochs = 2,
    };

    /// <summary>Whether marks in the template tell what counts, or renderings.</summary>
    [Theory]
    [InlineData(Plain)]
    [InlineData(Marked)]
    public void Conversations_are_learnt_as_the_same_completions(string template)
    {
        WriteTemplate(template);
        IDataView talks = Talks([.. Row.Create(24, seed: 1).Select(row => Json(("user", row.Prompt), ("assistant", row.Completion)))]);
        IDataView rows = Rows(24, seed: 1);
        using var model = Fit(Options, talks);
        using var same = Fit(base.Options with { MaxEpochs = 2 }, rows);
        Assert.Equal(Likelihoods(same, rows), Likelihoods(model, talks));
        Assert.Equal(same.Report.CountedTokens, model.Report.CountedTokens);
        TinyTask.AssertSame(Weights(same, "same"), Weights(model, "model"));

        using KappaTuneLanguageModelTransformer loaded = Load(Save(model, rows: talks));
        Assert.Equal(Likelihoods(model, talks), Likelihoods(loaded, talks));
        Assert.DoesNotContain(_warnings, warning => warning.Contains("learn to stop", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_turn_of_the_assistant_counts_or_all_turns()
    {
        WriteTemplate(Plain);
        IDataView talks = Talks(Json(("user", "we saw"), ("assistant", " a film"), ("user", " is"), ("assistant", " good")), "");
        using var model = Fit(Options with { MaxEpochs = 1 }, talks);
        // Two words and the end, a word and the end. An empty cell has nothing to learn, and no perplexity.
        Assert.Equal(5L, model.Report.CountedTokens!.Value);
        Assert.Equal((1, 1), (model.Report.TrainingRows, model.Report.SkippedRows));
        float[] perplexities = [.. model.Transform(talks).GetColumn<float>("Perplexity")];
        Assert.True(perplexities[0] > 1 && float.IsNaN(perplexities[1]));
        using var all = Fit(Options with { MaxEpochs = 1, CountPrompts = true }, talks);
        Assert.Equal(8L, all.Report.CountedTokens!.Value);
    }

    [Fact]
    public void A_template_that_leaves_the_end_to_others_is_warned_about()
    {
        WriteTemplate("[CLS]{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}[SEP]{% endfor %}");
        using var model = Fit(Options with { MaxEpochs = 1 }, Talks(Json(("assistant", "we saw a film"))));
        Assert.Contains(_warnings, warning => warning.Contains("learn to stop", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("no JSON", typeof(FormatException), "valid JSON")]
    [InlineData("""[{"role": "tool", "content": "x"}]""", typeof(ChatTemplateException), "no tools")]
    public void What_is_wrong_is_said_with_its_row(string wrong, Type expected, string reason)
    {
        WriteTemplate("{% for m in messages %}{% if m.role == 'tool' %}{{ raise_exception('no tools') }}{% endif %}{% endfor %}" + Plain);
        string right = Json(("user", "we saw"), ("assistant", " a film"));
        KappaTuneLanguageModelEstimator.Options options = Options with { MaxEpochs = 1 };
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
        Assert.Contains("no chat template", Assert.Throws<CheckpointFormatException>(() => Fit(Options, Talks("[]"))).Reason);
        var e = Assert.Throws<ArgumentException>(
            () => _context.Transforms.Text.KappaTuneLanguageModel(Options with { CompletionColumnName = "Answer" }));
        Assert.Equal("MessagesColumnName", e.ParamName);
        WriteTemplate(Plain);
        var missing = Assert.Throws<ArgumentOutOfRangeException>(() => Fit(Options with { MessagesColumnName = "Chat" }, Talks("[]")));
        Assert.Contains("messages column 'Chat'", missing.Message);
    }

    private SortedDictionary<string, float[]> Weights(KappaTuneLanguageModelTransformer tuned, string name)
    {
        tuned.SaveModel(_folder.File(name));
        using Checkpoint checkpoint = Checkpoint.Open(_folder.File(name));
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        return TinyTask.Weights(model);
    }
}
