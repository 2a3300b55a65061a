using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tokenization;
using TorchSharp;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>Which class's word a language model holds likeliest after the prompts of test rows.</summary>
internal sealed class LabelWords
{
    private const int ChoicesAtOnce = 32;

    private readonly HuggingFaceTokenizer _tokenizer;
    private readonly TokenizerFiles _files;
    private readonly LanguageModelTexts _texts;
    private readonly torch.Device _device;
    private readonly TaskRows _rows;

    public LabelWords(Checkpoint checkpoint, TaskRows rows, string device)
    {
        DecoderConfig config = DecoderConfig.Read(checkpoint);
        _files = TokenizerFiles.Read(checkpoint);
        _tokenizer = HuggingFaceTokenizer.Create(_files, config.VocabularySize);
        // A word is compared without the token that ends a text, of which the base knows nothing here.
        _texts = new(Math.Min(config.MaxTokens, _tokenizer.MaxLength), CountsPrompts: false, AppendsEnd: false);
        _device = DeviceName.Parse(device);
        _rows = rows;
    }

    /// <summary>What was measured on the test rows, with the shares of them whose class was found.</summary>
    public ValidationResult Measure(CausalLanguageModel model, ValidationResult measured)
    {
        int[] found = Find(model);
        (int Label, bool IsRight)[] each = [.. _rows.Test.Select((row, i) => (row.Label, found[i] == row.Label))];
        return measured with
        {
            MicroAccuracy = each.Average(row => row.IsRight ? 1.0 : 0),
            MacroAccuracy = each.GroupBy(row => row.Label).Average(label => label.Average(row => row.IsRight ? 1.0 : 0)),
        };
    }

    /// <summary>For each row the class of the likeliest word; the model is in evaluation mode afterwards.</summary>
    private int[] Find(CausalLanguageModel model)
    {
        // It isn't disposed, for the model would be as well.
        var scorer = new LanguageModelScorer(model, _tokenizer, _files, _texts, _device);
        (int Row, int Label, EncodedExample Text)[] choices =
        [
            .. _rows.Test.SelectMany((row, i) => _rows.Classes.Select((label, c) =>
                (i, c, scorer.Encode(_rows.Prompt!.PromptOf(row), _rows.Prompt.CompletionOf(label))))),
        ];
        (double Likelihood, int Label)[] best = new (double, int)[_rows.Test.Count];
        Array.Fill(best, (double.NegativeInfinity, -1));
        foreach ((int Row, int Label, EncodedExample Text)[] some in choices.OrderBy(choice => choice.Text.Ids.Length).Chunk(ChoicesAtOnce))
        {
            float[] numbers = new float[LanguageModelScorer.NumberCount * some.Length];
            scorer.Score([.. some.Select(choice => choice.Text)], numbers);
            foreach ((int i, (int row, int label, _)) in some.Index())
            {
                double likelihood = numbers[LanguageModelScorer.NumberCount * i];
                if (likelihood > best[row].Likelihood)
                    best[row] = (likelihood, label);
            }
        }

        return [.. best.Select(choice => choice.Label)];
    }
}
