namespace Microsoft.ML.KappaTune.Models;

/// <summary>Makes classifiers of any family.</summary>
internal static class ClassifierLoader
{
    /// <summary>
    /// Loads a classifier. Its head is taken from the checkpoint as a whole or made new as a whole: new where the checkpoint has none,
    /// or has one for another task or another number of classes, or where asked for. Where an adapter completes it, each part counts alone.
    /// </summary>
    /// <param name="checkpoint">A base or task model.</param>
    /// <param name="seed">What a new head's values are drawn from.</param>
    /// <param name="resetHead">Make a new head even if the checkpoint's would do.</param>
    /// <param name="config">The architecture; that of the <c>config.json</c> beside the weights by default.</param>
    /// <param name="dtype">The type of all parameters, whatever the stored one.</param>
    /// <param name="device">Where the parameters are; the CPU by default.</param>
    /// <param name="keepHeadParts">Take those parts of the head that fit, even if others have to be made new.</param>
    /// <param name="resetPooler">Make BERT's pooler new in a sentence encoder, which keeps one from before but doesn't use it.</param>
    /// <exception cref="CheckpointFormatException">The configuration isn't supported, or the tensors don't fit it.</exception>
    public static ClassifierModel Load(
        Checkpoint checkpoint, int classCount, long seed, bool resetHead = false, TransformerConfig? config = null,
        ScalarType dtype = ScalarType.Float32, Device? device = null, bool keepHeadParts = false, bool resetPooler = false)
    {
        config ??= TransformerConfig.ReadAny(checkpoint);
        var match = new TensorMatch(checkpoint, config);
        IReadOnlyList<ModelPart> head = config.ClassifierHead(classCount);
        // BERT's pooler belongs to the encoder: it stays where the head above it goes.
        ILookup<bool, ModelPart> parts = head.ToLookup(part => part.Path.StartsWith($"{config.Names.Prefix}.", StringComparison.Ordinal));
        bool newPooler = resetPooler && PoolingConfig.IsIn(checkpoint.Folder) && !IsClassifier(checkpoint);
        bool reset = resetHead || IsOfAnotherTask(checkpoint) || (!keepHeadParts && HasOtherClasses(match, head[^1]));
        IEnumerable<ModelPart> added =
        [
            .. newPooler ? parts[true] : MissingWhole(match, parts[true]),
            .. reset ? parts[false]
                : keepHeadParts ? parts[false].Where(part => !part.Parameters.All(plan => Fits(match, plan)))
                : MissingWhole(match, parts[false]),
        ];
        return LoadWith([.. NamesOf(added)], match, config, head, classCount, seed, dtype, device);
    }

    /// <summary>A classifier with random weights.</summary>
    public static ClassifierModel Create(
        TransformerConfig config, int classCount, long seed, ScalarType dtype = ScalarType.Float32, Device? device = null)
    {
        ParameterPlan[] all = [.. config.Parameters(config.ClassifierHead(classCount))];
        return ModelLoader.Create(
            all, config.InitializerRange, seed, () => New(config, classCount, [.. all.Select(plan => plan.Name)], dtype, device));
    }

    /// <summary>The weight that gives the logits: its rows are the classes.</summary>
    public static string OutputWeight(TransformerConfig config) => $"{config.ClassifierHead(1)[^1].Path}.weight";

    /// <summary>The weight of the layer below it, or the same where there is none.</summary>
    public static string DenseWeight(TransformerConfig config) => $"{config.ClassifierHead(1)[0].Path}.weight";

    /// <summary>Heads of several tasks have the same names and shapes; then only the configuration tells.</summary>
    public static bool IsOfAnotherTask(Checkpoint checkpoint) =>
        checkpoint.Config is { Architectures.Count: > 0 } && !IsClassifier(checkpoint);

    /// <summary>Whether the configuration says that it is a classifier of texts.</summary>
    public static bool IsClassifier(Checkpoint checkpoint) => checkpoint.Config is { } config
        && config.Architectures.Any(name => name.Contains(ModelTask.SequenceClassification.ClassSuffix(), StringComparison.Ordinal));

    private static ClassifierModel LoadWith(
        HashSet<string> added, TensorMatch match, TransformerConfig config, IReadOnlyList<ModelPart> head, int classCount, long seed,
        ScalarType dtype, Device? device)
    {
        ParameterPlan[] all = [.. config.Parameters(head)];
        return ModelLoader.Load(
            match, all, () => New(config, classCount, [.. all.Select(plan => plan.Name).Where(added.Contains)], dtype, device), added,
            config.InitializerRange, seed);
    }

    private static ClassifierModel New(
        TransformerConfig config, int classCount, IReadOnlyList<string> newParameters, ScalarType dtype, Device? device) => config switch
        {
            DecoderConfig decoder =>
                new DecoderClassifier(decoder, classCount, dtype, device ?? CPU) { NewParameters = newParameters },
            _ => new SequenceClassifier((EncoderConfig)config, classCount, dtype, device ?? CPU) { NewParameters = newParameters },
        };

    /// <summary>All of the parts where the checkpoint has nothing of them; none otherwise.</summary>
    private static IEnumerable<ModelPart> MissingWhole(TensorMatch match, IEnumerable<ModelPart> parts) => match.HasAny(parts) ? [] : parts;

    private static bool Fits(TensorMatch match, ParameterPlan plan) =>
        match.Find(plan.Name) is { } stored && stored.Shape.SequenceEqual(plan.Shape);

    private static bool HasOtherClasses(TensorMatch match, ModelPart output)
    {
        ParameterPlan weight = output.Parameters.First();
        return match.Find(weight.Name) is { Shape.Count: 2 } stored && stored.Shape[0] != weight.Shape[0];
    }

    private static IEnumerable<string> NamesOf(IEnumerable<ModelPart> parts) =>
        parts.SelectMany(part => part.Parameters).Select(plan => plan.Name);
}
