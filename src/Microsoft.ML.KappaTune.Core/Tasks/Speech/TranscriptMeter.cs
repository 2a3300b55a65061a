using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Speech;

/// <summary>Measures a model on rows as a language model's are, then has it write what is said in them, and counts what is wrong.</summary>
/// <param name="writing">How transcripts are written.</param>
/// <param name="rowsAtOnce">Rows that are written at once.</param>
internal sealed class TranscriptMeter(SpeechRows rows, GenerationOptions writing, HuggingFaceTokenizer tokenizer, int rowsAtOnce)
    : IRowMeter
{
    // Of a model that has learnt little a transcript may have no end. One of twice as many tokens as the longest that is right is wrong.
    private const int Lengthening = 2, MoreTokens = 8;

    private readonly CausalLmMeter _tokens = new(rows.Text);
    private TranscriptErrors? _errors;

    public void Add(TextModel model, Tensor states, TokenBatch batch) => _tokens.Add(model, states, batch);

    public void Finish(TextModel model, Action<int, int> report, CancellationToken cancellationToken) =>
        _errors = TranscriptErrors.Sum(Errors((FusedModel)model, report, cancellationToken));

    public ValidationResult Result() => _tokens.Result() with { Transcripts = _errors };

    private IEnumerable<TranscriptErrors> Errors(FusedModel model, Action<int, int> report, CancellationToken cancellationToken)
    {
        DecoderConfig decoder = model.Decoder.Config;
        int[] ends = [.. decoder.EndTokenIds.Append(LanguageModelTokenizing.EndOf(tokenizer, decoder)).Distinct()];
        // Neither is disposed: the model isn't theirs.
        var transcriber = new Transcriber(
            new SharedModel<CausalLanguageModel>(model), model.FusionConfig, decoder, tokenizer, ends,
            model.Decoder.WordEmbeddings.device);
        int longest = Enumerable.Range(0, rows.Count).Max(rows.CountedIn);
        GenerationOptions options =
            writing with { MaxTokens = (int)Math.Min(writing.MaxTokens, (long)Lengthening * longest + MoreTokens) };
        SpeechExample[] examples = [.. Enumerable.Range(0, rows.Count).Select(rows.ExampleOf)];
        report(0, rows.Count);
        Transcript[] heard = transcriber.TranscribeAll(
            [.. examples.Select(example => example.Frames)], options, rowsAtOnce, done => report(done, rows.Count), cancellationToken);
        return examples.Zip(heard, (example, transcript) => TranscriptErrors.Of(example.Transcript, transcript.Text));
    }
}
