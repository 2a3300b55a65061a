using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.LanguageModels;

/// <summary>All that a transformer holds: what it needs to score and to write, to be saved and to tell how it was made.</summary>
internal sealed class TunedLanguageModel : IDisposable
{
    private TextGenerator? _generator;

    public required LanguageModelScorer Scorer { get; init; }

    public required TuningReport Report { get; init; }

    /// <summary>The names of the parameters that may differ from the base's.</summary>
    public IReadOnlyList<string> TrainedTensors { get; init; } = [];

    /// <summary>The adapters whose products are in the weights; null where none were trained.</summary>
    public LoraAdapters? Adapters { get; init; }

    public required LanguageModelColumns Columns { get; init; }

    /// <summary>What says how the model writes.</summary>
    public required GenerationFiles Generation { get; init; }

    /// <summary>What makes examples of conversations; null where the model is for other texts.</summary>
    public ConversationEncoder? Conversations { get; init; }

    /// <summary>How texts are written; null where <see cref="Generation"/> says it.</summary>
    public GenerationOptions? Writing { get; init; }

    /// <summary>What <see cref="LanguageModelFile"/> saves.</summary>
    public WeightStorage WeightStorage { get; init; }

    /// <summary>The place of the base model that it was trained from; null where it was loaded.</summary>
    public string? TrainedFrom { get; init; }

    /// <summary>The base model that it was loaded with; null where it was trained, or loaded with all its weights.</summary>
    public BaseReference? Base { get; init; }

    /// <summary>Where it computes, as the options name it.</summary>
    public required string Device { get; init; }

    /// <summary>Threads of the tensor library where many rows are scored at once; 0 for all cores.</summary>
    public int Threads { get; init; }

    /// <summary>What writes by the same model, made when it is asked for first.</summary>
    /// <exception cref="CheckpointFormatException">
    /// The model's <c>generation_config.json</c> asks for what isn't supported, or a chat template isn't valid.
    /// </exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public TextGenerator Generator => LazyInitializer.EnsureInitialized(ref _generator, NewGenerator);

    public void Dispose()
    {
        _generator?.Dispose();
        Scorer.Dispose();
        Adapters?.Dispose();
    }

    private TextGenerator NewGenerator()
    {
        IReadOnlyList<int> ends = Scorer.Use(module => module.Decoder.Config.EndTokenIds);
        GenerationConfig config =
            Writing is { } options ? new(options, Generation.ReadEndTokens(ends)) : Generation.ReadConfig(ends);
        ChatEncoder? chat =
            Generation.ReadTemplates(Scorer.Files) is { } templates ? new(templates, Scorer.Tokenizer, Report.BaseModel) : null;
        return new(Scorer.NewGenerator(config.EndTokens), Scorer.Tokenizer, config, chat, Report.BaseModel);
    }
}
