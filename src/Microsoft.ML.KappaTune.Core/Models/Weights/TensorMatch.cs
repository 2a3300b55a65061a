namespace Microsoft.ML.KappaTune.Models;

/// <summary>The tensors of a checkpoint under the names of our parameters, and what doesn't fit a model.</summary>
internal sealed class TensorMatch
{
    private const int MaximumListed = 20;

    private readonly Checkpoint _checkpoint;
    private readonly TransformerConfig _config;
    private readonly CheckpointNames _names;
    private readonly Dictionary<string, LogicalTensor> _weights = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LogicalTensor> _others = new(StringComparer.Ordinal);
    private readonly List<string> _twice = [];
    private readonly List<(LogicalTensor Own, LogicalTensor Copy)> _copies = [];

    public TensorMatch(Checkpoint checkpoint, TransformerConfig config)
    {
        _checkpoint = checkpoint;
        _config = config;
        CheckpointNames names = _names = config.Names;
        var byName = new Dictionary<string, LogicalTensor>(StringComparer.Ordinal);
        foreach (LogicalTensor weight in checkpoint.Weights)
            byName.TryAdd(weight.Name, weight);
        foreach ((string name, LogicalTensor weight) in checkpoint.Weights.SelectMany(names.Parameters))
        {
            if (!_weights.TryAdd(name, weight))
                _twice.Add($"{_weights[name].Name} and {weight.Name}");
        }

        foreach ((string other, TensorView view) in checkpoint.Shared)
        {
            byName.TryAdd(other, byName.GetValueOrDefault(view.Name) ?? LogicalTensor.FromStored(view));
            if (names.Canonical(other) is { } name)
                _others.TryAdd(name, byName[other]);
        }

        foreach ((string name, string tied) in names.Ties)
        {
            if (byName.GetValueOrDefault(tied) is not { } weight)
                continue;
            _others.TryAdd(name, weight);
            if (_weights.GetValueOrDefault(name) is { } own && own != weight)
                _copies.Add((own, weight));
        }
    }

    /// <summary>The tensor for a parameter, which may have the name of what it is tied to; null where the checkpoint has none.</summary>
    public LogicalTensor? Find(string parameterName) =>
        _weights.GetValueOrDefault(parameterName) ?? _others.GetValueOrDefault(parameterName);

    /// <summary>Whether there is a tensor for a parameter of any of the parts.</summary>
    public bool HasAny(IEnumerable<ModelPart> parts) => parts.SelectMany(part => part.Parameters).Any(plan => Find(plan.Name) is not null);

    /// <summary>The names of the parameters that the checkpoint has as codes.</summary>
    public IReadOnlySet<string> Codes(IEnumerable<ParameterPlan> plans) =>
        plans.Select(plan => plan.Name).Where(name => Find(name)?.CodeBits is not null).ToHashSet(StringComparer.Ordinal);

    /// <summary>Finds a tensor for every plan.</summary>
    /// <exception cref="CheckpointFormatException">
    /// Tensors are missing or have another shape, or the checkpoint has some that belong neither to these nor to a head. All are listed.
    /// </exception>
    public IReadOnlyDictionary<string, BaseTensor> Require(IEnumerable<ParameterPlan> plans)
    {
        RefuseEncoded();
        var found = new Dictionary<string, BaseTensor>(StringComparer.Ordinal);
        HashSet<string> planned = new(StringComparer.Ordinal);
        List<string> missing = [], wrong = [];
        foreach (ParameterPlan plan in plans)
        {
            planned.Add(plan.Name);
            if (Find(plan.Name) is not { } weight)
                missing.Add(plan.Name);
            else if (!weight.Shape.SequenceEqual(plan.Shape))
                wrong.Add($"{weight.Name} is {Shape(weight.Shape)} instead of {Shape(plan.Shape)}");
            else if (weight.Encoding is null && weight.DataType > TensorDataType.BFloat16)
                wrong.Add($"{weight.Name} is of type {weight.DataType.Name()}");
            else
                found.Add(plan.Name, new(weight, plan.ZeroRow, _checkpoint.ZeroesPaddingRow));
        }

        HashSet<LogicalTensor> used = [.. found.Values.Select(tensor => tensor.Weight)];
        IEnumerable<string> unknown = _weights
            .Where(pair => !planned.Contains(pair.Key) && !_names.IsHead(pair.Key) && !used.Contains(pair.Value))
            .Select(pair => pair.Value.Name);
        string[] reasons =
        [
            .. List("missing", missing), .. List("not as the configuration says", wrong),
            .. List("unknown", [.. unknown]), .. List("there twice", _twice),
        ];
        if (missing.Count > 0)
            RefusePrefix(missing[0]);
        if (reasons.Length > 0)
        {
            throw new CheckpointFormatException(
                _checkpoint.Path,
                $"its tensors don't fit its {ModelConfig.FileName} ({_config.ModelType}): {string.Join("; ", reasons)}",
                $"Check that {ModelConfig.FileName} and weights are of the same model, and that both are complete.");
        }

        return found;
    }

    /// <summary>Refuses two tensors that are to be one and differ: some programs would compute with the one, some with both.</summary>
    /// <exception cref="CheckpointFormatException">There are such.</exception>
    public void RequireTies()
    {
        foreach ((LogicalTensor own, LogicalTensor copy) in _copies)
        {
            if (own.Problem is null && copy.Problem is null && !own.HasValuesOf(copy))
            {
                throw new CheckpointFormatException(
                    copy.File,
                    $"it isn't the copy of {CheckpointFormatException.Printable(own.Name)} that it is to be: one of them was changed alone",
                    $"If both are as they should be, set tie_word_embeddings to false in {ModelConfig.FileName}; else take this one out.",
                    copy.Name, "tie_word_embeddings");
            }
        }
    }

    /// <summary>
    /// Refuses weights whose values can't be made, and weight norms: a model would train their values, and Python both parts.
    /// </summary>
    private void RefuseEncoded()
    {
        ILookup<string, LogicalTensor> refused = _checkpoint.Weights
            .Where(tensor => tensor.Encoding is not null && (tensor.Problem is not null || tensor.Encoding == TensorEncodings.WeightNorm))
            .ToLookup(tensor => tensor.Encoding!);
        if (refused.Count == 0)
        {
            if (_checkpoint.Gguf is null && _checkpoint.Weights.Any(tensor => tensor.CodeBits is not null))
                QuantizationSettings.Read(new(_checkpoint.Folder)).Check();
            return;
        }

        IEnumerable<string> kinds = refused.Select(
            kind => $"{kind.Key}: {kind.Count()} tensors, such as {CheckpointFormatException.Printable(kind.First().Name)}"
                + (kind.First().Problem is { } problem ? $", as {problem}" : ""));
        bool isNorm = refused.All(kind => kind.Key == TensorEncodings.WeightNorm);
        throw new CheckpointFormatException(
            _checkpoint.Path,
            $"its weights aren't stored as a model can compute with them ({string.Join("; ", kinds)})",
            isNorm
                ? "In Python, remove the weight norm (torch.nn.utils.parametrize.remove_parametrizations) and save the model again."
                : "Take the model in float32, float16 or bfloat16, or quantised in a way that is read: GGUF, bitsandbytes, GPTQ, AWQ "
                    + "(gemm) or FP8.");
    }

    /// <summary>Refuses names that begin with what isn't the family's prefix, where that is why a parameter isn't found.</summary>
    /// <exception cref="CheckpointFormatException">It is.</exception>
    public void RefusePrefix(string parameterName)
    {
        string family = $"{_names.Prefix}.";
        string bare = parameterName.StartsWith(family, StringComparison.Ordinal) ? parameterName[family.Length..] : parameterName;
        if (Find(parameterName) is not null
            || _checkpoint.Tensors.FirstOrDefault(view => view.Name.EndsWith($".{bare}", StringComparison.Ordinal)) is not { } found)
            return;
        string before = found.Name[..^bare.Length];
        string prefix = before.EndsWith(family, StringComparison.Ordinal) ? before[..^family.Length] : before;
        if (prefix.Length == 0)
            return;
        string whose = WrapperPrefix.In(prefix) is var (_, maker)
            ? $"which {maker} adds"
            : $"which models of type {_config.ModelType} don't have there";
        throw new CheckpointFormatException(
            _checkpoint.Path, $"its tensors' names begin with \"{CheckpointFormatException.Printable(prefix)}\", {whose}",
            WrapperPrefix.Remedy, found.Name);
    }

    /// <summary>One phrase, or none.</summary>
    private static IEnumerable<string> List(string what, IReadOnlyCollection<string> names)
    {
        if (names.Count == 0)
            yield break;
        IEnumerable<string> listed = names.Order(StringComparer.Ordinal).Take(MaximumListed).Select(CheckpointFormatException.Printable);
        yield return $"{what} ({names.Count}): {string.Join(", ", listed)}{(names.Count > MaximumListed ? ", …" : "")}";
    }

    private static string Shape(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
