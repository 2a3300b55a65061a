using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tests.Training;
using Microsoft.ML.KappaTune.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Retention;

/// <summary>What a sentence encoder kept: it has no head, and is asked for neighbouring sentences.</summary>
public sealed class SentenceRetentionTests : IDisposable
{
    private const int Pairs = 60;

    private readonly TemporaryFolder _folder = new();
    private readonly string _text;

    public SentenceRetentionTests() => _text = _folder.Write("control.txt", SentenceEncoder.Text(Pairs));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(SentenceEncoder.Mean)]
    [InlineData(SentenceEncoder.FirstToken)]
    public void An_untouched_model_kept_everything(string pooling)
    {
        RetentionReport report = Measure(SentenceEncoder.Write(_folder, pooling: pooling), _ => { });
        Assert.Equal(RetentionObjective.SentencePairs, report.Objective);
        Assert.Equal((Pairs, 0), (report.Windows, report.MaskedTokens));
        Assert.Equal(report.Loss!.Before, report.Loss.After);
        Assert.Equal(new() { Value = 0, Low = 0, High = 0 }, report.Loss.Difference);
        Assert.Equal(new() { Value = 0, Low = 0, High = 0 }, report.Accuracy!.Difference);
        Assert.Null(report.Perplexity);
        Assert.All(report.Drift, drift => Assert.Equal((0, 1), (drift.CosineDistance.Value, drift.LinearCka)));
    }

    [Fact]
    public void A_damaged_model_has_a_higher_loss_and_finds_fewer()
    {
        RetentionReport report = Measure(SentenceEncoder.Write(_folder), Damage);
        // Of words in common a random model's means are alike already; of words that are all one nothing can be told.
        Assert.True(report.Accuracy!.Before.Value > 0.5, $"{report.Accuracy.Before.Value}");
        Assert.True(report.Loss!.Difference.Low > 0.1, $"{report.Loss.Difference}");
        Assert.True(report.Accuracy.Difference.High < -0.1, $"{report.Accuracy.Difference}");
        Assert.InRange(report.Loss.Before.Low, 0, report.Loss.Before.Value);

        static void Damage(TextEncoder encoder)
        {
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            encoder.WordEmbeddings.copy_(encoder.WordEmbeddings.mean([0L], keepdim: true).expand(encoder.WordEmbeddings.shape));
        }
    }

    [Fact]
    public void The_poolings_give_different_figures()
    {
        RetentionReport mean = Measure(SentenceEncoder.Write(_folder), _ => { });
        RetentionReport first = Measure(SentenceEncoder.Write(_folder, "first", SentenceEncoder.FirstToken), _ => { });
        Assert.NotEqual(mean.Loss!.Before.Value, first.Loss!.Before.Value);
        // The states are the same, whatever is made of them.
        Assert.Equal(mean.Tokens, first.Tokens);
    }

    [Theory]
    [InlineData(
        "modules.json",
        """[{"path": "", "type": "models.Transformer"}, {"path": "1_Pooling", "type": "models.Pooling"},"""
            + """ {"path": "2_Dense", "type": "models.Dense"}]""",
        "type")]
    [InlineData("config_sentence_transformers.json", """{"default_prompt_name": "query"}""", "default_prompt_name")]
    public void What_changes_vectors_or_texts_is_refused_as_where_they_are_made(string file, string content, string field)
    {
        string path = SentenceEncoder.Write(_folder);
        File.WriteAllText(Path.Combine(path, file), content);
        var refused = Assert.Throws<CheckpointFormatException>(() => Measure(path, _ => { }));
        Assert.Equal((Path.Combine(path, file), field), (refused.File, refused.Field));
        Assert.DoesNotContain("option Pooling", refused.Remedy);
    }

    [Fact]
    public void How_many_go_through_at_once_changes_nothing()
    {
        string path = SentenceEncoder.Write(_folder);
        RetentionReport many = Measure(path, Change, new() { BatchSize = 16 }), one = Measure(path, Change, new() { BatchSize = 1 });
        Assert.Equal(one.Loss!.After.Value, many.Loss!.After.Value, 1e-5);
        Assert.Equal(one.Accuracy!.After.Value, many.Accuracy!.After.Value, 1e-12);
    }

    [Fact]
    public void A_run_on_one_reports_it_and_no_divergence()
    {
        using var tiny = new TinyTask();
        TunedClassifier tuned = tiny.Tune(tiny.Options with
        {
            BaseModel = SentenceEncoder.Write(_folder),
            MaxEpochs = 1,
            RetentionText = _text,
        });
        RetentionReport kept = tuned.Report.Retention!;
        Assert.Equal(RetentionObjective.SentencePairs, kept.Objective);
        Assert.NotEqual(0, kept.Loss!.Difference.Value);
        Assert.Null(kept.TaskDivergence);
        string words = tuned.Report.ToString();
        Assert.Contains("60 pairs of sentences", words);
        Assert.Contains("Pairs found", words);
        Assert.Contains("no head to predict words with", words);
        TinyTask.WeightsOf(tuned);
    }

    private RetentionReport Measure(string path, Action<TextEncoder> change, RetentionSettings? settings = null)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        using TextEncoder tuned = TextEncoder.Load(checkpoint);
        change(tuned);
        var tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(path, null));
        return RetentionProbe.Create(checkpoint, EncoderConfig.Read(path), tokenizer, ControlSource.FromFile(_text), settings)
            .Measure(checkpoint, tuned, TestContext.Current.CancellationToken);
    }

    private static void Change(TextEncoder encoder)
    {
        using var guard = no_grad();
        using Scalar factor = 0.8f;
        foreach (var parameter in encoder.parameters())
            parameter.mul_(factor);
    }
}
