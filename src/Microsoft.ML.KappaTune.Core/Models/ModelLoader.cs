using Microsoft.ML.KappaTune.Checkpoints;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// Makes models from checkpoints. A checkpoint is compared with its configuration first; memory is taken only if it fits, and
/// filled tensor by tensor. Models are in training mode at first, and all their parameters require gradients.
/// </summary>
internal static partial class ModelLoader
{
    private const string ClassifierClass = "ForSequenceClassification";

    /// <summary>
    /// Loads a classifier. Its head is taken from the checkpoint as a whole or made new as a whole: new where the checkpoint has none,
    /// or has one for another task or another number of classes, or where asked for. Where an adapter completes it, each part counts alone.
    /// </summary>
    /// <param name="checkpoint">A base or task model.</param>
    /// <param name="classCount">How many classes there are.</param>
    /// <param name="seed">What a new head's values are drawn from.</param>
    /// <param name="resetHead">Make a new head even if the checkpoint's would do.</param>
    /// <param name="config">The architecture; that of the <c>config.json</c> beside the weights by default.</param>
    /// <param name="dtype">The type of all parameters, whatever the stored one.</param>
    /// <param name="device">Where the parameters are; the CPU by default.</param>
    /// <param name="keepHeadParts">Take those parts of the head that fit, even if others have to be made new.</param>
    /// <param name="resetPooler">Make BERT's pooler new in a sentence encoder, which keeps one from before but doesn't use it.</param>
    /// <exception cref="CheckpointFormatException">The configuration isn't supported, or the tensors don't fit it.</exception>
    public static SequenceClassifier LoadClassifier(
        Checkpoint checkpoint, int classCount, long seed, bool resetHead = false, EncoderConfig? config = null,
        ScalarType dtype = ScalarType.Float32, Device? device = null, bool keepHeadParts = false, bool resetPooler = false)
    {
        config ??= ConfigOf(checkpoint);
        bool newPooler = resetPooler && PoolingConfig.IsIn(checkpoint.Folder) && !IsClassifier(checkpoint);
        var match = new TensorMatch(checkpoint, config.Names);
        IReadOnlyList<ModelPart> head = ModelLayout.ClassifierHead(config, classCount);
        ParameterPlan[] all = [.. ModelLayout.Parameters(config, head)];
        HashSet<string> added = [.. NewParameters(match, config, head, resetHead || IsOfAnotherTask(checkpoint), keepHeadParts, newPooler)];
        IReadOnlyDictionary<string, BaseTensor> tensors = match.Require(all.Where(plan => !added.Contains(plan.Name)));
        return Filled(
            new SequenceClassifier(config, classCount, dtype, device ?? CPU)
            {
                NewParameters = [.. all.Select(plan => plan.Name).Where(added.Contains)],
            },
            model => Fill(model, tensors, all.Where(plan => added.Contains(plan.Name)), config, seed));
    }

    /// <summary>Loads a masked language model, to train it on or to measure what an encoder still knows.</summary>
    /// <exception cref="CheckpointFormatException">
    /// The configuration isn't supported, the tensors don't fit it, or the checkpoint has no head for this task.
    /// </exception>
    public static MaskedLanguageModel LoadMaskedLanguageModel(
        Checkpoint checkpoint, EncoderConfig? config = null, ScalarType dtype = ScalarType.Float32, Device? device = null)
    {
        config ??= ConfigOf(checkpoint);
        var match = new TensorMatch(checkpoint, config.Names);
        IReadOnlyList<ModelPart> head = ModelLayout.PredictionHead(config);
        if (!HasAny(match, head))
        {
            throw new CheckpointFormatException(
                checkpoint.Path,
                $"it has no head for masked language modelling ({config.Names.PredictionBias}.bias and others)",
                "Use the model as it was pre-trained, not one for another task.");
        }

        if (!config.TiesWordEmbeddings)
        {
            throw new CheckpointFormatException(
                checkpoint.Path,
                "a masked language model with a decoder of its own isn't supported",
                "Use a model whose decoder is tied to the word embeddings.",
                field: "tie_word_embeddings");
        }

        IReadOnlyDictionary<string, BaseTensor> tensors = match.Require(ModelLayout.Parameters(config, head));
        return Filled(new MaskedLanguageModel(config, dtype, device ?? CPU), model => Fill(model, tensors, [], config, seed: 0));
    }

    /// <summary>Whether <see cref="LoadMaskedLanguageModel"/> finds a head that it can use.</summary>
    public static bool HasPredictionHead(Checkpoint checkpoint, EncoderConfig config) =>
        config.TiesWordEmbeddings && HasAny(new TensorMatch(checkpoint, config.Names), ModelLayout.PredictionHead(config));

    /// <summary>Loads the encoder alone. Its parameters' names have no prefix, as in a base model's checkpoint.</summary>
    /// <exception cref="CheckpointFormatException">The configuration isn't supported, or the tensors don't fit it.</exception>
    public static TextEncoder LoadEncoder(
        Checkpoint checkpoint, EncoderConfig? config = null, ScalarType dtype = ScalarType.Float32, Device? device = null)
    {
        config ??= ConfigOf(checkpoint);
        IReadOnlyDictionary<string, BaseTensor> tensors =
            new TensorMatch(checkpoint, config.Names).Require(ModelLayout.Parameters(config, []));
        int prefix = config.Names.Prefix.Length + 1;
        return Filled(new TextEncoder(config, dtype, device ?? CPU), encoder =>
        {
            Dictionary<string, Parameter> parameters = ByName(encoder);
            foreach ((string name, BaseTensor tensor) in tensors)
                tensor.CopyTo(parameters[name[prefix..]]);
        });
    }

    /// <summary>A classifier with random weights.</summary>
    public static SequenceClassifier NewClassifier(
        EncoderConfig config, int classCount, long seed, ScalarType dtype = ScalarType.Float32, Device? device = null)
    {
        ParameterPlan[] all = [.. ModelLayout.Parameters(config, ModelLayout.ClassifierHead(config, classCount))];
        return Filled(
            new SequenceClassifier(config, classCount, dtype, device ?? CPU) { NewParameters = [.. all.Select(plan => plan.Name)] },
            model => ModelInitializer.Fill(ByName(model), all, config.InitializerRange, seed));
    }

    /// <summary>A masked language model with random weights, to pre-train from scratch.</summary>
    public static MaskedLanguageModel NewMaskedLanguageModel(
        EncoderConfig config, long seed, ScalarType dtype = ScalarType.Float32, Device? device = null)
    {
        ParameterPlan[] all = [.. ModelLayout.Parameters(config, ModelLayout.PredictionHead(config))];
        return Filled(
            new MaskedLanguageModel(config, dtype, device ?? CPU) { NewParameters = [.. all.Select(plan => plan.Name)] },
            model => ModelInitializer.Fill(ByName(model), all, config.InitializerRange, seed));
    }

    /// <summary>The parameter that a tensor of a file is for, by name; null for what no model here has, such as buffers.</summary>
    public static string? CanonicalName(EncoderFamily family, string checkpointName) => FamilyNames.Of(family).Canonical(checkpointName);

    /// <summary>The way back: the names of parameters to the names that the file has for them.</summary>
    public static IReadOnlyDictionary<string, string> FileNames(EncoderFamily family, IEnumerable<string> checkpointNames)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in checkpointNames)
        {
            if (CanonicalName(family, name) is { } parameter)
                names.TryAdd(parameter, name);
        }

        return names;
    }

    /// <summary>The configuration in the checkpoint's folder, or in that of its only file.</summary>
    /// <exception cref="CheckpointFormatException">There is none, or it isn't supported.</exception>
    public static EncoderConfig ConfigOf(Checkpoint checkpoint) => checkpoint.Config is { } config
        ? EncoderConfig.Of(config)
        : EncoderConfig.Read(checkpoint.Folder);

    private static bool HasAny(TensorMatch match, IReadOnlyList<ModelPart> head) =>
        head.SelectMany(part => part.Parameters).Any(plan => match.Find(plan.Name) is not null);

    private static IEnumerable<string> NewParameters(
        TensorMatch match, EncoderConfig config, IReadOnlyList<ModelPart> head, bool reset, bool byPart, bool newPooler)
    {
        // BERT's pooler belongs to the encoder: it stays where the head above it goes.
        string encoder = $"{config.Names.Prefix}.";
        ILookup<bool, ModelPart> parts = head.ToLookup(part => part.Path.StartsWith(encoder, StringComparison.Ordinal));
        return (newPooler ? Names(parts[true]) : Missing(parts[true])).Concat(
            reset ? Names(parts[false])
            : byPart ? Names(parts[false].Where(part => !part.Parameters.All(Fits)))
            : HasOtherClasses() ? Names(parts[false])
            : Missing(parts[false]));

        IEnumerable<string> Missing(IEnumerable<ModelPart> some) =>
            Names(some).Any(name => match.Find(name) is not null) ? [] : Names(some);

        IEnumerable<string> Names(IEnumerable<ModelPart> some) => some.SelectMany(part => part.Parameters).Select(plan => plan.Name);

        bool Fits(ParameterPlan plan) => match.Find(plan.Name) is { } stored && stored.Shape.SequenceEqual(plan.Shape);

        bool HasOtherClasses()
        {
            ParameterPlan weight = head[^1].Parameters.First();
            return match.Find(weight.Name) is { Shape.Count: 2 } stored && stored.Shape[0] != weight.Shape[0];
        }
    }

    /// <summary>Heads of several tasks have the same names and shapes; then only the configuration tells.</summary>
    public static bool IsOfAnotherTask(Checkpoint checkpoint) =>
        checkpoint.Config is { Architectures.Count: > 0 } && !IsClassifier(checkpoint);

    private static bool IsClassifier(Checkpoint checkpoint) =>
        checkpoint.Config is { } config && config.Architectures.Any(name => name.Contains(ClassifierClass, StringComparison.Ordinal));

    private static void Fill(
        TextModel model, IReadOnlyDictionary<string, BaseTensor> tensors, IEnumerable<ParameterPlan> added, EncoderConfig config, long seed)
    {
        Dictionary<string, Parameter> parameters = ByName(model);
        Copy(tensors, parameters);
        ModelInitializer.Fill(parameters, added, config.InitializerRange, seed);
    }

    private static void Copy(IReadOnlyDictionary<string, BaseTensor> tensors, Dictionary<string, Parameter> parameters)
    {
        foreach ((string name, BaseTensor tensor) in tensors)
            tensor.CopyTo(parameters[name]);
    }

    private static TModule Filled<TModule>(TModule module, Action<TModule> fill)
        where TModule : nn.Module
    {
        try
        {
            fill(module);
            return module;
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    private static Dictionary<string, Parameter> ByName(nn.Module module) =>
        module.named_parameters().ToDictionary(named => named.name, named => named.parameter, StringComparer.Ordinal);
}
