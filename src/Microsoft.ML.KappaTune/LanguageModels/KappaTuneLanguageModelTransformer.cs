using Microsoft.ML;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Inference.LabelWords;
using Microsoft.ML.KappaTune.LanguageModels;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Speech;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(KappaTuneLanguageModelTransformer), null, typeof(SignatureLoadModel), "KappaTune language model",
    KappaTuneLanguageModelTransformer.LoaderSignature)]

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Adds LogLikelihood and Perplexity to rows of text, of prompts and completions, or of conversations and, where the options name a column
/// for it, what the model writes after them; missing text is empty, and what is longer than the model is cut. A row is scored only where
/// one of the columns is asked for, once for both, and in a data view together with rows nearby. Any number of threads may use it at once.
/// It holds native memory until it is disposed; after that, scoring is an <see cref="ObjectDisposedException"/>. A saved one holds the
/// whole model, or what was trained (<see cref="KappaTuneLanguageModelEstimator.Options.WeightStorage"/>).
/// </summary>
/// <remarks>
/// What is wrong with a model file that it can't be loaded from, a <see cref="FormatException"/> says, or a
/// <see cref="CheckpointFormatException"/> where it is the base model that it refers to. ML.NET makes it by reflection, so that what
/// <see cref="ModelOperationsCatalog.Load(string, out DataViewSchema)"/> throws has that exception inside.
/// </remarks>
public sealed class KappaTuneLanguageModelTransformer : KappaTuneTransformer, IDisposable
{
    internal const string LoaderSignature = "KappaLanguageModel";

    private static readonly VersionInfo Version = FirstVersion("KAPPALMT", LoaderSignature);

    private readonly object _files = new();
    private readonly TunedLanguageModel _model;

    internal KappaTuneLanguageModelTransformer(IHostEnvironment env, TunedLanguageModel model)
        : base(new LanguageModelFunction(model, env.Register(nameof(KappaTuneLanguageModelTransformer))), Version) =>
        _model = model;

    /// <summary>What was trained, and how it went.</summary>
    public TuningReport Report => _model.Report;

    /// <summary>
    /// Goes on with texts and answers in conversations, streaming, by the same model: as the options or else the model's own files say,
    /// where nothing else is asked for. It needs no disposing: disposing either frees both.
    /// </summary>
    /// <exception cref="CheckpointFormatException">
    /// The model's <c>generation_config.json</c> asks for what isn't supported, or a chat template isn't valid.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public TextGenerator Generator => _model.Generator;

    internal TunedLanguageModel Model => _model;

    /// <summary>
    /// Writes the model as a folder in Hugging Face layout: weights as safetensors, configuration, tokenizer, chat templates, and
    /// <c>generation_config.json</c> with the tokens that ended texts in training.
    /// </summary>
    /// <param name="folder">
    /// The folder, made where there is none. Files of another model are replaced or go, an adapter and shards of weights among them, so
    /// that it is read as a new folder would be; files that aren't a model's stay.
    /// </param>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public void SaveModel(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _model.Scorer.Use(module =>
        {
            ModelFolder.Write(folder, module, _model.Scorer.Files, generation: _model.Generation);
            return true;
        });
    }

    /// <summary>
    /// Writes the model as one GGUF file with its tokenizer and chat template, as llama.cpp's converter does: for llama.cpp and what is
    /// made of it, such as Ollama, LM Studio and LLamaSharp.
    /// </summary>
    /// <param name="file">The file; one that is there is replaced when the new one is complete, and stays where something is wrong.</param>
    /// <param name="weights">How matrices are stored.</param>
    /// <exception cref="NotSupportedException">
    /// No GGUF file can hold a model of this kind, or a weight is too large for 16 bits.
    /// </exception>
    /// <exception cref="CheckpointFormatException">No GGUF file can hold a tokenizer of this kind.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public void SaveGguf(string file, GgufWeights weights = GgufWeights.F16)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        GgufType type = weights switch
        {
            GgufWeights.F16 => GgufType.F16,
            GgufWeights.F32 => GgufType.F32,
            GgufWeights.Q8 => GgufType.Q8,
            _ => throw new ArgumentOutOfRangeException(nameof(weights), weights, "Allowed are F16, F32 and Q8."),
        };
        _model.Scorer.Use(module =>
        {
            GgufModelWriter.Save(
                file, module, _model.Generation.AddTemplates(_model.Scorer.Files), type,
                _model.Generation.ReadEndTokens(module.Decoder.Config.EndTokenIds));
            return true;
        });
    }

    /// <summary>
    /// Checks by a base model's configuration and tokenizer, before any training, that <see cref="SaveGguf"/> can write what is tuned
    /// from it.
    /// </summary>
    /// <param name="baseModel">The base model, as <see cref="TuningOptions.BaseModel"/> names it.</param>
    /// <exception cref="NotSupportedException">No GGUF file can hold a model of this kind.</exception>
    /// <exception cref="CheckpointFormatException">
    /// No GGUF file can hold a tokenizer of this kind; or the base model can't be read, or is no decoder.
    /// </exception>
    public static void RequireGguf(string baseModel)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(baseModel);
        using Checkpoint checkpoint = Checkpoint.Open(baseModel);
        GgufModelWriter.Check(DecoderConfig.Read(checkpoint), TokenizerFiles.Read(checkpoint));
    }

    /// <summary>Writes the adapters as a folder in PEFT's format, to be used with the base model, after training with LoRA.</summary>
    /// <param name="folder">
    /// The folder, made where there is none; files of these names are replaced, and another model's <c>label_words.json</c> goes.
    /// </param>
    /// <exception cref="InvalidOperationException">The model was trained directly, without adapters.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public void SaveAdapter(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (_model.Adapters is null)
        {
            throw new InvalidOperationException(
                "The model has no adapters of its own: it wasn't tuned with LoRA. Save it with SaveModel.");
        }

        Exclusively(() => _model.Scorer.Use(_ =>
        {
            _model.Adapters.Save(folder, Report.BaseModel, _model.TrainedTensors);
            LabelWordFile.WriteTo(folder, null);
            SoundFile.RemoveHearingFrom(folder);
            return true;
        }));
    }

    /// <summary>Frees the model's native memory, at once or as soon as threads that are scoring have finished.</summary>
    public void Dispose() => Exclusively(_model.Dispose);

    private protected override void Save(ModelSaveContext ctx) => Exclusively(() => LanguageModelFile.Save(ctx, _model));

    private static KappaTuneLanguageModelTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new(env, LanguageModelFile.Load(ctx));
    }

    /// <summary>Adapters are for one thread at a time, and must not be disposed while they are written.</summary>
    private void Exclusively(Action action)
    {
        lock (_files)
            action();
    }
}
