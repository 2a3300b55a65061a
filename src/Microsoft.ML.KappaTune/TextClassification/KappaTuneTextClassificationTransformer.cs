using Microsoft.ML;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Inference.LabelWords;
using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Speech;
using Microsoft.ML.KappaTune.TextClassification;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(KappaTuneTextClassificationTransformer), null, typeof(SignatureLoadModel), "KappaTune text classification",
    KappaTuneTextClassificationTransformer.LoaderSignature)]

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Adds PredictedLabel, a key with the label's values, and Score, a probability for each class, to rows of text; missing text is empty,
/// and what is longer than the model is cut. A row's texts are scored only where one of the columns is asked for, once for both, and
/// in a data view together with those of rows nearby. Any number of threads may use it at once. It holds native memory until it is
/// disposed; after that, scoring is an <see cref="ObjectDisposedException"/>.
/// </summary>
/// <remarks>
/// What is wrong with a model file that it can't be loaded from, a <see cref="FormatException"/> says, or a
/// <see cref="CheckpointFormatException"/> where it is the base model that it refers to. ML.NET makes it by reflection, so that what
/// <see cref="ModelOperationsCatalog.Load(string, out DataViewSchema)"/> throws has that exception inside.
/// </remarks>
public sealed class KappaTuneTextClassificationTransformer : KappaTuneTransformer, IDisposable
{
    internal const string LoaderSignature = "KappaTextClassification";

    private static readonly VersionInfo Version = FirstVersion("KAPPATXC", LoaderSignature);

    private readonly object _files = new();
    private readonly ClassificationModel _model;

    internal KappaTuneTextClassificationTransformer(IHostEnvironment env, ClassificationModel model)
        : base(new ClassificationFunction(model, env.Register(nameof(KappaTuneTextClassificationTransformer))), Version) =>
        _model = model;

    /// <summary>What was trained, and how it went; null for a model that was tuned elsewhere.</summary>
    public TuningReport? Report => _model.Report;

    /// <summary>
    /// Writes the model as a folder in Hugging Face layout: weights as safetensors, configuration with the classes' names, tokenizer. Where
    /// classes are words, it is a language model, and <c>label_words.json</c> has the prompt and the words.
    /// </summary>
    /// <param name="folder">
    /// The folder, made where there is none. Files of another model are replaced or go, an adapter and shards of weights among them, so
    /// that it is read as a new folder would be; files that aren't a model's stay.
    /// </param>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public void SaveModel(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _model.Classifier.UseModel(module =>
        {
            ModelFolder.Write(
                folder, module, _model.Classifier.Files, ClassificationWeights.NamesOf(module, _model.Labels.Names), words: Words);
            return true;
        });
    }

    /// <summary>
    /// Writes the adapters and the head as a folder in PEFT's format, to be used with the base model, after training with LoRA.
    /// </summary>
    /// <param name="folder">The folder, made where there is none; files of these names are replaced.</param>
    /// <exception cref="InvalidOperationException">The model was trained directly, without adapters, or not here.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public void SaveAdapter(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (_model.Adapters is null)
            throw new InvalidOperationException(
                "The model has no adapters of its own: it wasn't tuned with LoRA here. Save it with SaveModel.");
        Exclusively(() => _model.Classifier.UseModel(_ =>
        {
            _model.Adapters.Save(folder, Report?.BaseModel, _model.TrainedTensors);
            LabelWordFile.WriteTo(folder, Words);
            SoundFile.RemoveHearingFrom(folder);
            return true;
        }));
    }

    /// <summary>Frees the model's native memory, at once or as soon as threads that are scoring have finished.</summary>
    public void Dispose() => Exclusively(_model.Dispose);

    /// <summary>For classes that are words, which they are, and after which prompt; null for others.</summary>
    private byte[]? Words =>
        _model.Classifier is WordClassifier words ? LabelWordFile.Write(words.Labels, _model.Labels.Names) : null;

    private protected override void Save(ModelSaveContext ctx) => Exclusively(() => ClassificationModelFile.Save(ctx, _model));

    private static KappaTuneTextClassificationTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        IHost host = env.Register(nameof(KappaTuneTextClassificationTransformer));
        using IChannel channel = host.Start("Load");
        var model = ClassificationModelFile.Load(ctx);
        channel.Info(
            MessageSensitivity.None, $"The model scores on {model.Classifier.Device}; it was trained with Device = {model.Device}.");
        return new(env, model);
    }

    /// <summary>Adapters are for one thread at a time, and must not be disposed while they are written.</summary>
    private void Exclusively(Action action)
    {
        lock (_files)
            action();
    }
}
