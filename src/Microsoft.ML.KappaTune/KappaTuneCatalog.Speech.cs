using System.Runtime.CompilerServices;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Speech;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public static partial class KappaTuneCatalog
{
    /// <summary>
    /// Makes a pre-trained language model hear, training an encoder of frames, a projector and only its tensors with low condition numbers:
    /// the result writes what is said in recordings, and keeps its language.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="baseModel">The pre-trained model: a decoder's folder in Hugging Face layout, or a GGUF file.</param>
    /// <param name="inputColumnName">The paths of WAV files, as text.</param>
    /// <param name="labelColumnName">What is said in them.</param>
    /// <param name="maxEpochs">Passes over the training data.</param>
    /// <param name="validationSet">Data to validate on after each epoch; null for none.</param>
    /// <param name="selection">Which of the model's tensors train; null for the 20 % with the lowest condition numbers.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static KappaTuneSpeechEstimator KappaTuneSpeech(
        this TransformsCatalog catalog, string baseModel, string inputColumnName = "Audio", string labelColumnName = "Label",
        int maxEpochs = 10, IDataView? validationSet = null, KappaSelection? selection = null)
    {
        var options = new KappaTuneSpeechEstimator.Options
        {
            BaseModel = baseModel,
            InputColumnName = inputColumnName,
            LabelColumnName = labelColumnName,
            MaxEpochs = maxEpochs,
            ValidationSet = validationSet,
        };
        return catalog.KappaTuneSpeech(selection is null ? options : options with { Selection = selection });
    }

    /// <summary>
    /// Makes a pre-trained language model hear recordings, given as files, as samples, or as frames of any modality, training an encoder of
    /// frames, a projector and only its tensors with low condition numbers; the result writes what is said, and keeps its language.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">What to tune, and how.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message names each.</exception>
    // So that new() { … } means the options, and not the other overload's text.
    [OverloadResolutionPriority(1)]
    public static KappaTuneSpeechEstimator KappaTuneSpeech(this TransformsCatalog catalog, KappaTuneSpeechEstimator.Options options) =>
        new(CatalogEnvironment.FromCatalog(catalog), options);

    /// <summary>
    /// Loads a model that hears from folders: as <see cref="KappaTuneSpeechTransformer.SaveModel"/> writes it, or its base model and what
    /// <see cref="KappaTuneSpeechTransformer.SaveAdapter"/> writes, which is merged. It hears, writes texts, and is saved, like one that
    /// was tuned here; it has no report. What a recording is, a file, samples or frames, its <c>sound.json</c> says.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">The model's folder, or an adapter's base model.</param>
    /// <param name="adapter">The adapter's folder; null for none.</param>
    /// <param name="inputColumnName">The recordings.</param>
    /// <param name="transcriptColumnName">The name of the column of what was heard.</param>
    /// <param name="logLikelihoodColumnName">The name of the column of the transcripts' log-likelihoods.</param>
    /// <param name="meanLogLikelihoodColumnName">The name of the column of the mean of their tokens' log-likelihoods.</param>
    /// <param name="noSpeechColumnName">The name of the column of the probabilities that nobody speaks.</param>
    /// <param name="generation">
    /// How transcripts are written; null for the likeliest token each time and 256 tokens at most, whatever the model's files say.
    /// </param>
    /// <param name="device">Where it computes: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:0</c>.</param>
    /// <param name="threads">Threads of the tensor library, 0 for all cores.</param>
    /// <exception cref="ArgumentException">
    /// A name is empty or there twice, an option is out of range, or there is no such device.
    /// </exception>
    /// <exception cref="CheckpointFormatException">
    /// A file isn't there, such as <c>fusion.json</c> of a model that doesn't hear, or can't be read.
    /// </exception>
    public static KappaTuneSpeechTransformer LoadKappaTuneSpeech(
        this ModelOperationsCatalog catalog, string model, string? adapter = null, string inputColumnName = "Audio",
        string transcriptColumnName = "Transcript", string logLikelihoodColumnName = "LogLikelihood",
        string meanLogLikelihoodColumnName = "MeanLogLikelihood", string noSpeechColumnName = "NoSpeech",
        GenerationOptions? generation = null, string device = "auto", int threads = 0)
    {
        IHostEnvironment environment = CatalogEnvironment.FromCatalog(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        var options = new KappaTuneSpeechEstimator.Options
        {
            BaseModel = model,
            InputColumnName = inputColumnName,
            // There is nothing to learn from.
            LabelColumnName = $"{inputColumnName}'s transcript",
            TranscriptColumnName = transcriptColumnName,
            LogLikelihoodColumnName = logLikelihoodColumnName,
            MeanLogLikelihoodColumnName = meanLogLikelihoodColumnName,
            NoSpeechColumnName = noSpeechColumnName,
            Generation = generation,
            Device = device,
            Threads = threads,
        };
        SpeechOptionsCheck.Validate(options);
        (TunedSpeechModel loaded, IReadOnlyList<string> warnings) =
            SpeechModelFolder.Load(model, adapter, SpeechColumns.Of(options), generation, device, threads);
        ModelWarnings.Log(environment, warnings);
        return new(loaded);
    }
}
