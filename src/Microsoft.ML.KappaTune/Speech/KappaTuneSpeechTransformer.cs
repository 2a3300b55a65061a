using Microsoft.ML;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Inference.LabelWords;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Speech;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(KappaTuneSpeechTransformer), null, typeof(SignatureLoadModel), "KappaTune speech", KappaTuneSpeechTransformer.LoaderSignature)]

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Adds to rows of recordings what is said in them, how likely that is, and how likely it is that nobody speaks. A recording is heard only
/// where one of the columns is asked for, once for all of them, and in a data view together with rows nearby. Any number of threads may use
/// it at once. It holds native memory until it is disposed; after that, hearing is an <see cref="ObjectDisposedException"/>. A saved one
/// holds the whole model, or what was trained (<see cref="KappaTuneSpeechEstimator.Options.WeightStorage"/>).
/// </summary>
/// <remarks>
/// What is wrong with a recording, an <see cref="AudioFormatException"/> says that names its file, or a <see cref="FormatException"/> that
/// names its row. What is wrong with a model file that it can't be loaded from, a <see cref="FormatException"/> says, or a
/// <see cref="CheckpointFormatException"/> where it is the base model that it refers to. ML.NET makes it by reflection, so that what
/// <see cref="ModelOperationsCatalog.Load(string, out DataViewSchema)"/> throws has that exception inside.
/// </remarks>
public sealed class KappaTuneSpeechTransformer : KappaTuneTransformer, IDisposable
{
    internal const string LoaderSignature = "KappaSpeech";

    private static readonly VersionInfo Version = FirstVersion("KAPPASPE", LoaderSignature);

    private readonly object _files = new();
    private readonly TunedSpeechModel _model;

    internal KappaTuneSpeechTransformer(TunedSpeechModel model) : base(new SpeechFunction(model), Version) => _model = model;

    /// <summary>
    /// What was trained, and how it went, with the errors of the validation rows' transcripts after each epoch; null where it was loaded
    /// from a folder.
    /// </summary>
    public TuningReport? Report => _model.Report;

    /// <summary>What the recordings' column holds.</summary>
    public SpeechInput Input => _model.Columns.Input;

    /// <summary>The recordings' column.</summary>
    public string InputColumnName => _model.Columns.Recording;

    /// <summary>
    /// Goes on with texts and answers in conversations by the same model, as its own files say where nothing else is asked for: what it
    /// kept of its language. It needs no disposing: disposing either frees both.
    /// </summary>
    /// <exception cref="CheckpointFormatException">
    /// The model's <c>generation_config.json</c> asks for what isn't supported, or a chat template isn't valid.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public TextGenerator Generator => _model.Generator;

    /// <summary>
    /// Writes the model as a folder in Hugging Face layout, which every library reads as the language model that it still is; beside its
    /// files are <c>fusion.json</c> and <c>fusion.safetensors</c> with prompts, encoder and projector, and <c>sound.json</c>, which says
    /// how recordings become frames. As a base model it is trained on from there, and
    /// <see cref="KappaTuneCatalog.LoadKappaTuneSpeech"/> makes of it what hears.
    /// </summary>
    /// <param name="folder">
    /// The folder, made where there is none. Files of another model are replaced or go, so that it is read as a new folder would be; files
    /// that aren't a model's stay.
    /// </param>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public void SaveModel(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _model.Use(module =>
        {
            ModelFolder.Write(folder, module, _model.Files, generation: _model.Generation);
            WriteSound(folder);
            return true;
        });
    }

    /// <summary>
    /// Writes the decoder's adapters as a folder in PEFT's format, to be used with the base model, after training with LoRA, and encoder,
    /// projector and how recordings become frames beside them; <see cref="KappaTuneCatalog.LoadKappaTuneSpeech"/> takes both.
    /// </summary>
    /// <param name="folder">The folder, made where there is none; files of these names are replaced.</param>
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

        Exclusively(() => _model.Use(module =>
        {
            _model.Adapters.Save(folder, Report?.BaseModel, _model.TrainedTensors.Where(name => !FusionParts.IsOf(name)));
            FusionFiles.Save(folder, module, module.Decoder.WordEmbeddings.dtype);
            WriteSound(folder);
            LabelWordFile.WriteTo(folder, null);
            return true;
        }));
    }

    /// <summary>Frees the model's native memory, at once or as soon as threads that are hearing have finished.</summary>
    public void Dispose() => Exclusively(_model.Dispose);

    private protected override void Save(ModelSaveContext ctx) => Exclusively(() => SpeechModelFile.Save(ctx, _model));

    private static KappaTuneSpeechTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new(SpeechModelFile.Load(ctx));
    }

    private void WriteSound(string folder) =>
        AtomicFile.Write(Path.Combine(folder, SoundFile.Name), stream => stream.Write(SoundFile.Write(_model.Sound)));

    /// <summary>Adapters are for one thread at a time, and must not be disposed while they are written.</summary>
    private void Exclusively(Action action)
    {
        lock (_files)
            action();
    }
}
