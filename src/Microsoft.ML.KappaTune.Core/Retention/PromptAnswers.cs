using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Retention;

/// <summary>Asks a language model the same prompts before tuning and after: what it writes behind each.</summary>
internal sealed class PromptAnswers
{
    /// <summary>The option that the prompts are given by.</summary>
    public const string OptionName = "RetentionPrompts";

    // Some sentences. Two texts that part never meet again, so that more would say no more.
    private const int MostTokens = 64;

    private readonly IReadOnlyList<string> _prompts;
    private readonly HuggingFaceTokenizer _tokenizer;
    private readonly IReadOnlyList<int> _ends;
    private readonly string _source;
    private readonly string[] _before;

    /// <summary>Asks the base model, or what is still the same.</summary>
    /// <param name="prompts">Texts that aren't empty.</param>
    /// <param name="checkpoint">Its files, which say what ends a text.</param>
    /// <param name="cancellationToken">Ends it before the next token.</param>
    /// <exception cref="ArgumentException">A prompt is too long, or has no token.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public PromptAnswers(
        IReadOnlyList<string> prompts, Checkpoint checkpoint, HuggingFaceTokenizer tokenizer, CausalLanguageModel model,
        CancellationToken cancellationToken)
    {
        (_prompts, _tokenizer, _source) = (prompts, tokenizer, checkpoint.Path);
        DecoderConfig config = model.Decoder.Config;
        IReadOnlyList<int> ends = GenerationFiles.Read(checkpoint).ReadEndTokens(config.EndTokenIds);
        // What the rows end with, and so what a tuned model ends its texts with.
        _ends = tokenizer.EndId >= 0 ? [.. ends.Append(tokenizer.EndId).Distinct()] : ends;
        _before = Write(model, cancellationToken);
    }

    /// <summary>How many prompts there are.</summary>
    public int Count => _prompts.Count;

    /// <summary>Asks the tuned model.</summary>
    /// <param name="cancellationToken">Ends it before the next token.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<RetentionAnswer> Ask(CausalLanguageModel tuned, CancellationToken cancellationToken)
    {
        string[] after = Write(tuned, cancellationToken);
        return [.. _prompts.Select((prompt, i) => new RetentionAnswer(prompt, _before[i], after[i]))];
    }

    private string[] Write(CausalLanguageModel model, CancellationToken cancellationToken)
    {
        var options = new GenerationOptions { MaxTokens = MostTokens };
        // Not disposed: the model is the run's.
        var generator = new TextGenerator(
            new LanguageGenerator(model, _tokenizer, _ends), _tokenizer, new(options, _ends), chat: null, _source);
        string[] answers = new string[_prompts.Count];
        for (int i = 0; i < answers.Length; i++)
        {
            try
            {
                answers[i] = string.Concat(
                    generator.Generate(_prompts[i], cancellationToken: cancellationToken).Select(piece => piece.Text));
            }
            catch (ArgumentException e)
            {
                string name = FormattableString.Invariant($"{OptionName}[{i}]");
                throw new ArgumentException($"{name}: {PlainText.MessageOf(e)}", name, e);
            }
        }

        return answers;
    }
}
