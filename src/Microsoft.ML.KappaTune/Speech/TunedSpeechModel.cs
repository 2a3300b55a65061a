using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Speech;

/// <summary>All that a transformer holds: what it needs to hear and to write, to be saved and to tell how it was made.</summary>
internal sealed class TunedSpeechModel : IDisposable
{
    private static readonly GenerationOptions Greedy = new();

    private readonly SharedModel<CausalLanguageModel> _model;
    private readonly DecoderConfig _decoder;
    private readonly Transcriber _transcriber;
    private TextGenerator? _generator;

    /// <param name="module">The model, on the device; disposed with this.</param>
    /// <param name="files">The files that the tokenizer was made from.</param>
    /// <param name="generation">What says how it writes texts, and which tokens end them; it was read before.</param>
    public TunedSpeechModel(
        FusedModel module, HuggingFaceTokenizer tokenizer, TokenizerFiles files, GenerationFiles generation, Device device)
    {
        (Tokenizer, Files, Generation) = (tokenizer, files, generation);
        _decoder = module.Decoder.Config;
        _model = new(module);
        _transcriber =
            new(_model, module.FusionConfig, _decoder, tokenizer, generation.ReadEndTokens(_decoder.EndTokenIds), device);
    }

    public HuggingFaceTokenizer Tokenizer { get; }

    public TokenizerFiles Files { get; }

    public GenerationFiles Generation { get; }

    /// <summary>What errors about its files call it.</summary>
    public required string Source { get; init; }

    /// <summary>How it was tuned; null where it was loaded from a folder, which doesn't say it.</summary>
    public TuningReport? Report { get; init; }

    /// <summary>The names of the parameters that may differ from the base's, encoder's and projector's among them.</summary>
    public IReadOnlyList<string> TrainedTensors { get; init; } = [];

    /// <summary>The adapters whose products are in the weights; null where none were trained.</summary>
    public LoraAdapters? Adapters { get; init; }

    public required SpeechColumns Columns { get; init; }

    /// <summary>How recordings become frames.</summary>
    public required SoundSettings Sound { get; init; }

    /// <summary>How transcripts are written; null for the likeliest token each time.</summary>
    public GenerationOptions? Writing { get; init; }

    /// <summary>What <see cref="SpeechModelFile"/> saves.</summary>
    public WeightStorage WeightStorage { get; init; }

    /// <summary>The place of the base model that it was trained from; null where it was loaded.</summary>
    public string? TrainedFrom { get; init; }

    /// <summary>The base model that it was loaded with; null where it was trained, or loaded with all its weights.</summary>
    public BaseReference? Base { get; init; }

    /// <summary>Where it computes, as the options name it.</summary>
    public required string Device { get; init; }

    /// <summary>Threads of the tensor library where several rows are heard at once; 0 for all cores.</summary>
    public int Threads { get; init; }

    /// <summary>What writes texts by the same model, made when it is asked for first.</summary>
    /// <exception cref="CheckpointFormatException">
    /// The model's <c>generation_config.json</c> asks for what isn't supported, or a chat template isn't valid.
    /// </exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public TextGenerator Generator => LazyInitializer.EnsureInitialized(ref _generator, NewGenerator);

    /// <summary>Whether a recording of so many frames is too long, or leaves no room for a transcript; then it says so.</summary>
    public string? FindExcess(int frames)
    {
        if (_transcriber.FindExcess(frames) is { } excess)
            return excess;
        int tokens = _transcriber.TokensBefore(frames);
        return tokens < _decoder.MaxTokens ? null : FormattableString.Invariant(
            $"The recording has {tokens} tokens with its prompt, and the model's context {_decoder.MaxTokens}, which leaves no room. ")
            + "Cut it where nobody speaks.";
    }

    /// <inheritdoc cref="FusionConfig.WeightOf"/>
    public long WeightOf(int frames) => _transcriber.WeightOf(frames);

    /// <summary>Writes what is said in recordings, all of them at once.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public Transcript[] Transcribe(IReadOnlyList<Frames> recordings) => _transcriber.Transcribe(recordings, Writing ?? Greedy);

    /// <summary>Calls a function with the model, which isn't disposed meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public T Use<T>(Func<FusedModel, T> action) => _model.Use(module => action((FusedModel)module));

    public void Dispose()
    {
        _model.Dispose();
        Adapters?.Dispose();
    }

    private TextGenerator NewGenerator()
    {
        // Where it was disposed, this says so.
        IReadOnlyList<int> ends = Use(module => module.Decoder.Config.EndTokenIds);
        GenerationConfig config = Generation.ReadConfig(ends);
        ChatEncoder? chat = Generation.ReadTemplates(Files) is { } templates ? new(templates, Tokenizer, Source) : null;
        var generator = new LanguageGenerator(_model, _decoder, Tokenizer, config.EndTokens);
        return new(generator, Tokenizer, config, chat, Source);
    }
}
