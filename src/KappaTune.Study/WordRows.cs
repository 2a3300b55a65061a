using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Inference.LabelWords;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>A task's rows as a language model reads them: prompts, which the classes' words complete.</summary>
internal sealed class WordRows
{
    private readonly TaskRows _rows;
    private readonly LabelWordSet _words;
    private readonly TokenizerFiles _files;
    private readonly HuggingFaceTokenizer _tokenizer;
    private readonly LabelWordEncoder _encoder;
    private readonly ExampleEncoder _wholeTexts;
    private readonly int _end;

    /// <param name="checkpoint">The base model.</param>
    /// <param name="rows">Those of a task whose classes are words.</param>
    /// <exception cref="ArgumentException">There is no room for texts, or words can't be told apart.</exception>
    public WordRows(Checkpoint checkpoint, TaskRows rows)
    {
        DecoderConfig config = DecoderConfig.Read(checkpoint);
        (_rows, _words) = (rows, rows.Words!);
        _files = TokenizerFiles.Read(checkpoint);
        _tokenizer = HuggingFaceTokenizer.Create(_files, config.VocabularySize);
        int maxTokens = TuningBase.LongestByDefault(config, _tokenizer);
        _end = LanguageModelTokenizing.EndOf(_tokenizer, config);
        // One is for the token that ends a text.
        _encoder = new(_tokenizer, _words, maxTokens - 1);
        _wholeTexts = LanguageModelTokenizing.NewEncoder(_tokenizer, config, maxTokens, appendsEnd: true, rows.CountsPrompts);
    }

    /// <summary>A task's rows for a language model; null where its classes aren't words.</summary>
    public static WordRows? Of(Checkpoint checkpoint, TaskRows rows) => rows.Words is null ? null : new(checkpoint, rows);

    /// <summary>Test rows with the right words, on which the predictions of models are compared.</summary>
    public IReadOnlyList<TaskText> TestTexts => [.. _rows.Test.Select(row =>
    {
        LanguageModelExample example = Example(row);
        var text = new TaskText(example.Text, null);
        return IsWholeText(row, example) ? text : text with { Ids = [.. example.Ids!.SkipLast(1)] };
    })];

    /// <summary>Rows as they are learnt: the loss counts the words or, where it is asked for, prompts too, and how a text ends.</summary>
    public IReadOnlyList<LanguageModelExample> Examples(IReadOnlyList<TextExample> rows) => [.. rows.Select(Example)];

    /// <summary>
    /// Adds to a hash the tokens of rows that aren't those of prompt and word as one text: where a text has what looks like a special
    /// token, or is too long.
    /// </summary>
    public void AddTo(IncrementalHash hash)
    {
        foreach (TextExample row in _rows.Train.Concat(_rows.Test))
        {
            if (Example(row) is var example && !IsWholeText(row, example))
                hash.AppendData(Encoding.UTF8.GetBytes($"\ntokens\t{string.Join(' ', example.Ids!)}"));
        }
    }

    /// <summary>
    /// What was measured on the test rows, with the shares of them whose class has the likeliest word. The model is in evaluation mode
    /// afterwards.
    /// </summary>
    public ValidationResult Measure(CausalLanguageModel model, ValidationResult measured, string device)
    {
        EncodedText[] prompts = [.. _rows.Test.Select(row => _encoder.Encode(row.Text, row.Pair))];
        int[] order = [.. Enumerable.Range(0, prompts.Length).OrderBy(i => prompts[i].Ids.Length)];
        float[] scores = new float[prompts.Length * _words.Words.Count];
        // It isn't disposed, for the model would be as well.
        var classifier = new WordClassifier(model, _tokenizer, _files, _words, _encoder.MaxTokens, DeviceName.Parse(device));
        classifier.Score([.. order.Select(i => prompts[i])], scores);
        (int Label, bool IsRight)[] each = new (int, bool)[prompts.Length];
        foreach ((int i, float[] its) in order.Zip(scores.Chunk(_words.Words.Count)))
            each[i] = (_rows.Test[i].Label, Array.IndexOf(its, its.Max()) == _rows.Test[i].Label);
        return measured with
        {
            MicroAccuracy = each.Average(row => row.IsRight ? 1.0 : 0),
            MacroAccuracy = each.GroupBy(row => row.Label).Average(label => label.Average(row => row.IsRight ? 1.0 : 0)),
        };
    }

    private LanguageModelExample Example(TextExample row)
    {
        int[] prompt = _encoder.Encode(row.Text, row.Pair).Ids, ids = [.. prompt, .. _encoder.Words[row.Label], _end];
        // Nothing tells which token begins a text.
        int first = !_rows.CountsPrompts ? prompt.Length : _tokenizer.BeginId >= 0 ? 1 : 0;
        return LanguageModelExample.OfTokens(
            ids, [.. ids.Select((_, place) => place >= first)], PromptOf(row) + _words.Completion(row.Label));
    }

    private bool IsWholeText(TextExample row, LanguageModelExample example) => _wholeTexts.Encode(
        LanguageModelExample.OfCompletion(PromptOf(row), _words.Completion(row.Label))).Ids.SequenceEqual(example.Ids!);

    private string PromptOf(TextExample row) => _words.Template.Fill(row.Text, row.Pair).Prompt;
}
