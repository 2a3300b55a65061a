using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Selection;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>What to measure: two models, and texts.</summary>
public sealed record RetentionRequest
{
    /// <summary>The model before tuning: a folder, or the name of the embedded one.</summary>
    public required string BaseModel { get; init; }

    /// <summary>The model after it: a folder in Hugging Face layout, a saved model, or an adapter's folder.</summary>
    public required string TunedModel { get; init; }

    /// <summary>The control texts' paths or names of <see cref="RetentionTexts"/>; none for the sample of English prose that comes with the library.</summary>
    public required IReadOnlyList<string> Texts { get; init; }

    /// <summary>Texts of the task, on which KL(base, tuned) is measured; null for none.</summary>
    public IEnumerable<string>? TaskTexts { get; init; }

    public RetentionStudyOptions Options { get; init; } = new();

    /// <summary>Whether to go on with zeros where the padding token's embeddings of the base aren't finite.</summary>
    public bool ZeroPaddingRow { get; init; }

    /// <summary>auto, cpu or cuda:0.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Threads to compute with; 0 for all cores.</summary>
    public int Threads { get; init; }
}

/// <summary>How to measure.</summary>
public sealed record RetentionStudyOptions
{
    /// <summary>Windows of a text at most, or pairs of sentences.</summary>
    [Description("Windows of a text at most, or pairs of sentences, taken evenly over it")]
    [Range(2, int.MaxValue), Allowed("2 or more, which an interval takes")]
    public int MaxWindows { get; init; } = new RetentionSettings().MaxWindows;
}

/// <summary>Measures what a tuned model kept of what its base model knew, on texts unlike its task's.</summary>
public sealed class RetentionStudy : IDisposable
{
    private readonly RetentionRequest _request;
    private readonly RetentionSettings _settings;
    private readonly Checkpoint _base;
    private readonly RetentionProbe[] _probes;
    private readonly TunedModel _tuned;

    /// <summary>Reads all texts and the tuned model.</summary>
    /// <exception cref="ArgumentException">Options are out of range, or there is no such device.</exception>
    /// <exception cref="FormatException">A model can't be read, the one wasn't tuned from the other, or a text is none.</exception>
    public RetentionStudy(RetentionRequest request)
    {
        Validate(request);
        _request = request;
        _settings = new() { MaxWindows = request.Options.MaxWindows };
        using var threads = new ThreadSetting(request.Threads);
        _base = Checkpoint.Open(request.BaseModel, request.ZeroPaddingRow);
        try
        {
            _probes = Probes();
            _tuned = TunedModel.Load(request.TunedModel, _base, DeviceName.Parse(request.Device));
        }
        catch
        {
            _base.Dispose();
            throw;
        }
    }

    /// <summary>What to know about the models' files.</summary>
    public IEnumerable<string> Warnings => UnknownFields.OfModel(_base).Union(_tuned.Warnings);

    /// <summary>How many texts there are to measure on.</summary>
    public int Texts => _probes.Length;

    /// <summary>Measures on one text.</summary>
    /// <param name="text">Its place among them.</param>
    /// <param name="progress">Told the samples that are done, and of how many.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    public RetentionReport Measure(int text, Action<int, int> progress, CancellationToken cancellationToken)
    {
        using var threads = new ThreadSetting(_request.Threads);
        return _tuned.Measure(_probes[text], _base, progress, cancellationToken);
    }

    /// <summary>What was measured, as JSON, schema 1.</summary>
    public string ToJson(IReadOnlyList<RetentionReport> reports) => JsonSerializer.Serialize(
        new
        {
            Schema = 1,
            BaseModel = _base.Path,
            BaseFingerprint = ModelFingerprint.Compute(_base),
            _request.TunedModel,
            _settings.MaxWindows,
            _settings.WindowTokens,
            _settings.MaskedShare,
            PairsAtOnce = _settings.PairsPerGroup,
            Texts = reports,
        },
        MatrixJson.Options) + "\n";

    /// <inheritdoc/>
    public void Dispose()
    {
        _tuned.Dispose();
        _base.Dispose();
    }

    private static void Validate(RetentionRequest request)
    {
        var problems = new OptionProblems();
        problems.Within(nameof(request.Options)).Check(request.Options);
        problems.Require(DeviceName.IsWellFormed(request.Device), nameof(request.Device), request.Device, DeviceName.Allowed);
        problems.Require(request.Threads >= 0, nameof(request.Threads), request.Threads, "0 or more");
        problems.Throw();
    }

    private RetentionProbe[] Probes()
    {
        TextExample[]? task = _request.TaskTexts is { } rows ? [.. rows.Select(text => new TextExample(text, null, Label: 0))] : null;
        TokenizerFiles files = TokenizerFiles.Read(_base);
        IEnumerable<ControlSource> texts =
            _request.Texts.Count > 0 ? _request.Texts.Select(ControlSource.Find) : [ControlSource.Shipped];
        if (DecoderConfig.Describes(_base.Config))
        {
            DecoderConfig decoder = DecoderConfig.Read(_base);
            var tokens = HuggingFaceTokenizer.Create(files, decoder.VocabularySize);
            return [.. texts.Select(text => RetentionProbe.Create(decoder, tokens, text, _settings, task))];
        }

        EncoderConfig encoder = EncoderConfig.Read(_base);
        var tokenizer = HuggingFaceTokenizer.Create(files, encoder.VocabularySize);
        return [.. texts.Select(text => RetentionProbe.Create(_base, encoder, tokenizer, text, _settings, task))];
    }
}
