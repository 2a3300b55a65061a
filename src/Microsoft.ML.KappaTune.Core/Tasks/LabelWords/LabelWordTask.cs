using Microsoft.ML.KappaTune.Inference.LabelWords;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Resume;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.LabelWords;

/// <summary>
/// Learns to complete prompts with the words of classes: a decoder with its own head, and cross-entropy over the words' tokens. Validated
/// is as a classifier, by the words of all classes after each prompt.
/// </summary>
internal sealed class LabelWordTask : ITuningTask<CausalLanguageModel, LanguageModelRows>
{
    private readonly TextClassificationRequest _request;

    public LabelWordTask(TextClassificationRequest request)
    {
        _request = ClassificationTask.WithValidation(request);
        Words = LabelWordSet.Create(request.Labels, request.Classes);
    }

    public LabelWordSet Words { get; }

    public TuningRequest Request => _request;

    public IReadOnlyList<string> Classes => _request.Classes;

    public bool CountsTokens => true;

    public IReadOnlyList<TaskText> TrainingTexts => _request.Train;

    public IReadOnlyList<TaskText>? ValidationTexts => _request.Validation;

    /// <exception cref="ArgumentException">The words can't be told apart by the model's tokens, which is said before a scan.</exception>
    public TuningBase OpenBase()
    {
        var opened = new TuningBase(_request.Options, DecoderConfig.Read);
        try
        {
            _ = new LabelWordEncoder(opened.Tokenizer, Words, opened.MaxTokens);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public CausalLanguageModel Load(TuningBase baseModel, Device device) =>
        CausalLanguageModel.Load(baseModel.Checkpoint, (DecoderConfig)baseModel.Config, float32, device);

    public SortedDictionary<string, string> Identity(TuningBase baseModel, string fingerprint, bool isBFloat16)
    {
        SortedDictionary<string, string> identity = ClassificationIdentity.Create(
            _request, fingerprint, baseModel.Config, baseModel.Files, isBFloat16, ModelTask.CausalLanguageModeling);
        identity["the classes"] += $"; {Words.Scores} of the words {string.Join(", ", Words.Words)} after {Words.Template.Template}";
        return identity;
    }

    public IReadOnlyDictionary<string, IdentityLabel> IdentityLabels() => TuningIdentity.Labels(_request);

    public LanguageModelRows TokenizeTraining(RowTokenizing how)
    {
        LabelWordEncoder encoder = NewEncoder(how);
        return Rows(encoder, Prompts(_request.Train, encoder, how), i => [_request.Train[i].Label], _request.Train.Count, how);
    }

    /// <remarks>Each prompt with each word, and behind them one without content where scores need it.</remarks>
    public LanguageModelRows? TokenizeValidation(RowTokenizing how)
    {
        if (_request.Validation is not { } rows)
            return null;
        LabelWordEncoder encoder = NewEncoder(how);
        EncodedText[] prompts = Prompts(rows, encoder, how);
        if (Words.Scores == WordScores.Calibrated)
            prompts = [.. prompts, encoder.Encode(LabelWordScores.NoContent, null)];
        int[] all = [.. Enumerable.Range(0, Classes.Count)];
        return Rows(encoder, prompts, _ => all, rows.Count, how);
    }

    public IRowLoss<LanguageModelRows> NewLoss(CausalLanguageModel model, Device device) => new LabelWordLoss(_request);

    public IRowMeter NewMeter(LanguageModelRows rows) =>
        new LabelWordMeter(rows, [.. _request.Validation!.Select(row => row.Label)], Words.Scores, Classes.Count);

    public void EpochEnded(
        int epoch, CausalLanguageModel model, Func<ValidationResult> training, Func<ValidationResult?> validation)
    {
    }

    private LabelWordEncoder NewEncoder(RowTokenizing how) => new(how.Tokenizer, Words, how.MaxTokens);

    private static EncodedText[] Prompts(IReadOnlyList<TextExample> rows, LabelWordEncoder encoder, RowTokenizing how)
    {
        // Texts between two reports and two checks for cancellation.
        const int AtOnce = 512;
        EncodedText[] prompts = new EncodedText[rows.Count];
        for (int begin = 0; begin < rows.Count; begin += AtOnce)
        {
            int end = Math.Min(begin + AtOnce, rows.Count);
            Parallel.For(begin, end, how.Parallel, i => prompts[i] = encoder.Encode(rows[i].Text, rows[i].Pair));
            how.Report(end);
        }

        return prompts;
    }

    private static LanguageModelRows Rows(
        LabelWordEncoder encoder, EncodedText[] prompts, Func<int, int[]> labels, int textCount, RowTokenizing how) => new(
            [.. prompts.SelectMany((prompt, i) => labels(i).Select(label => LanguageModelRow.Of(Example(prompt, encoder.Words[label]))))],
            textCount, prompts.Count(prompt => prompt.Truncated), dropped: 0, how.Tokenizer.PadId);

    /// <summary>A prompt and a class's word, of which the loss counts the word.</summary>
    internal static EncodedExample Example(EncodedText prompt, int[] word)
    {
        bool[] counted = [.. new bool[prompt.Ids.Length], .. word.Select(_ => true)];
        return new([.. prompt.Ids, .. word], counted, prompt.Truncated, CrossesPrompt: false);
    }
}
