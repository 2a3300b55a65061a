namespace Microsoft.ML.KappaTune.Models;

internal sealed partial class SequenceClassifier
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
    public static SequenceClassifier Load(
        Checkpoint checkpoint, int classCount, long seed, bool resetHead = false, EncoderConfig? config = null,
        ScalarType dtype = ScalarType.Float32, Device? device = null, bool keepHeadParts = false, bool resetPooler = false)
    {
        config ??= EncoderConfig.Read(checkpoint);
        var match = new TensorMatch(checkpoint, config);
        IReadOnlyList<ModelPart> head = config.Family.ClassifierHead(config, classCount);
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
        return Load(match, config, classCount, head, [.. NamesOf(added)], seed, dtype, device);
    }

    /// <summary>A classifier with random weights.</summary>
    public static SequenceClassifier Create(
        EncoderConfig config, int classCount, long seed, ScalarType dtype = ScalarType.Float32, Device? device = null)
    {
        ParameterPlan[] all = [.. config.Parameters(config.Family.ClassifierHead(config, classCount))];
        return ModelLoader.Create(
            all, config.InitializerRange, seed,
            () => new SequenceClassifier(config, classCount, dtype, device ?? CPU) { NewParameters = [.. all.Select(plan => plan.Name)] });
    }

    /// <summary>The weight that gives the logits: its rows are the classes.</summary>
    public static string OutputWeight(EncoderConfig config) => $"{config.Family.ClassifierHead(config, 1)[^1].Path}.weight";

    /// <summary>The weight of the layer below it.</summary>
    public static string DenseWeight(EncoderConfig config) => $"{config.Family.ClassifierHead(config, 1)[0].Path}.weight";

    /// <summary>Heads of several tasks have the same names and shapes; then only the configuration tells.</summary>
    public static bool IsOfAnotherTask(Checkpoint checkpoint) =>
        checkpoint.Config is { Architectures.Count: > 0 } && !IsClassifier(checkpoint);

    private static SequenceClassifier Load(
        TensorMatch match, EncoderConfig config, int classCount, IReadOnlyList<ModelPart> head, HashSet<string> added, long seed,
        ScalarType dtype, Device? device)
    {
        ParameterPlan[] all = [.. config.Parameters(head)];
        return ModelLoader.Load(
            match, all,
            () => new SequenceClassifier(config, classCount, dtype, device ?? CPU)
            {
                NewParameters = [.. all.Select(plan => plan.Name).Where(added.Contains)],
            },
            added, config.InitializerRange, seed);
    }

    private static bool IsClassifier(Checkpoint checkpoint) => checkpoint.Config is { } config
        && config.Architectures.Any(name => name.Contains(ModelTask.SequenceClassification.ClassSuffix(), StringComparison.Ordinal));

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
