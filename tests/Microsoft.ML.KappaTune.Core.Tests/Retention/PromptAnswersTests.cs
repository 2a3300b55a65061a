using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tests.Tasks.Speech;
using Microsoft.ML.KappaTune.Tests.Training;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tests.Retention;

[Collection(nameof(ProcessSettings))]
public sealed class PromptAnswersTests : IDisposable
{
    private static readonly string[] Prompts = ["we saw the film", "it was", "i think"];

    private readonly TinyLanguageTask _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_both_models_write_is_in_the_report_and_changes_nothing(bool isLora)
    {
        TuningOptions options = _tiny.Options with
        {
            Method = isLora ? TuningMethod.Lora(4, dropout: 0.1) : TuningMethod.Direct,
            MaxEpochs = 6,
        };
        (TuningReport plain, SortedDictionary<string, float[]> weights) = _tiny.Tune(options);
        Assert.Empty(plain.Answers);
        TuningOutcome<CausalLanguageModel> tuned =
            LanguageModelTuner.Tune(_tiny.Task(options) with { RetentionPrompts = Prompts });
        using CausalLanguageModel model = tuned.Model;
        TinyTask.AssertSame(weights, TinyTask.Weights(model));
        Assert.Equal(plain.Losses, tuned.Report.Losses);
        IReadOnlyList<RetentionAnswer> answers = tuned.Report.Answers;
        Assert.Equal(Prompts, answers.Select(answer => answer.Prompt));
        using TextGenerator before = TextGenerator.Load(_tiny.Base, "cpu");
        Assert.Equal(Prompts.Select(prompt => Written(before, prompt)), answers.Select(answer => answer.Before));
        Assert.Contains(answers, answer => answer.Before.Length > 0);
        // Not disposed: the model is this test's.
        var after = new TextGenerator(
            new LanguageGenerator(model, tuned.Tokenizer, [TinyDecoder.End]), tuned.Tokenizer, new(new(), [TinyDecoder.End]), chat: null,
            "tuned");
        Assert.Equal(Prompts.Select(prompt => Written(after, prompt)), answers.Select(answer => answer.After));
        Assert.Equal(answers.Count(answer => answer.Before == answer.After) / 3.0, tuned.Report.SameAnswers);
        tuned.Adapters?.Dispose();
    }

    [Fact]
    public void A_run_that_goes_on_asks_the_base_and_not_what_it_resumes()
    {
        TuningOptions options = _tiny.Options with { CheckpointDirectory = _tiny.States, CheckpointEvery = 1 };
        (TuningReport whole, _) = _tiny.Tune(_tiny.Task(_tiny.Options) with { RetentionPrompts = Prompts });
        Assert.Throws<InvalidTimeZoneException>(() => _tiny.Tune(options with
        {
            Progress = told =>
            {
                if (told is { Phase: TuningPhase.Training, Step: > 7 })
                    throw new InvalidTimeZoneException();
            },
        }));
        (TuningReport resumed, _) = _tiny.Tune(_tiny.Task(options with { Resume = true }) with { RetentionPrompts = Prompts });
        Assert.Equal(whole.Answers, resumed.Answers);
        Assert.True(whole.SameAnswers < 1, "nothing changed, so that this proves nothing");
    }

    [Fact]
    public void A_model_that_hears_answers_by_text_as_before_where_nearly_nothing_moved()
    {
        using var speech = new TinySpeechTask();
        (TuningReport report, _) = speech.Tune(
            speech.Task(speech.Options with { LearningRate = 1e-30, MaxEpochs = 1 }) with { RetentionPrompts = Prompts });
        Assert.Equal(1, report.SameAnswers);
        Assert.Equal(3, report.Answers.Count);
    }

    [Fact]
    public void A_prompt_that_cannot_be_asked_is_said_before_training()
    {
        var e = Assert.Throws<ArgumentException>(() => _tiny.Tune(_tiny.Task() with { RetentionPrompts = ["it", ""] }));
        Assert.Contains("RetentionPrompts is a list with an empty prompt 2; allowed is texts that aren't empty.", e.Message);
        string endless = string.Join(' ', Enumerable.Repeat("film", 40));
        e = Assert.Throws<ArgumentException>(() => _tiny.Tune(_tiny.Task() with
        {
            RetentionPrompts = ["it", endless],
            EpochEnded = _ => Assert.Fail("it trains"),
        }));
        Assert.StartsWith("RetentionPrompts[1]: The prompt has 41 tokens, and the model's context 32", e.Message);
    }

    private static string Written(TextGenerator generator, string prompt) => string.Concat(
        generator.Generate(prompt, new() { MaxTokens = 64 }, TestContext.Current.CancellationToken).Select(piece => piece.Text));
}
