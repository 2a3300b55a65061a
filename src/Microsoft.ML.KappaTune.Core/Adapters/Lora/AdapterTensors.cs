using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>The tensors of an adapter's file, each with its place in a model: every one has a place, and none is missing.</summary>
internal sealed class AdapterTensors
{
    private const string Weight = ".weight";

    private readonly AdapterConfig _config;
    private readonly TextModel _model;
    private readonly AdapterFaults _faults;
    private readonly StackedTensors _stacked;
    private readonly Dictionary<string, Parameter> _parameters;
    private readonly Dictionary<string, (TensorView? A, TensorView? B)> _found = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorView> _magnitudes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorView> _others = new(StringComparer.Ordinal);

    // The layers' names as the file has them: those that the configuration's patterns were written for.
    private readonly Dictionary<string, string> _fileNames = new(StringComparer.Ordinal);
    private string? _adapterName;
    private TensorView? _tiedHead;

    /// <exception cref="CheckpointFormatException">Tensors don't fit the model or the configuration.</exception>
    /// <exception cref="ArgumentException">A regular expression of the configuration isn't one, or takes too long.</exception>
    public AdapterTensors(SafetensorsFile file, AdapterConfig config, TextModel model)
    {
        (_config, _model, _faults) = (config, model, new(file, config));
        _stacked = new(config, model, _faults);
        _parameters = model.named_parameters().ToDictionary(named => named.name, named => named.parameter, StringComparer.Ordinal);
        foreach (TensorView view in file.Tensors)
            Place(view);
        CheckTargets();
        CheckSavedWhole();
        foreach ((string module, (TensorView? a, TensorView? b)) in _found)
            CheckPair(module, a, b);
        CheckMagnitudes();
        foreach ((string name, TensorView view) in _others)
            CheckWhole(view, name);
        CheckTies();
        foreach (TensorView view in file.Tensors)
            CheckValues(view);
        Stacks = _stacked.Resolve();
        if (_found.Count == 0 && Stacks.Count == 0 && _others.Count == 0)
            throw _faults.Empty();
    }

    /// <summary>The settings of each adapter, by the path of its layer.</summary>
    public IReadOnlyDictionary<string, LoraSettings> Settings => _found.Keys
        .Select(module => KeyValuePair.Create(module, SettingsOf(module)))
        .Concat(Stacks.SelectMany(stack => stack.Adapted.Select(layer => KeyValuePair.Create(layer, stack.Settings))))
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>The adapters that are of all experts of a layer.</summary>
    public IReadOnlyList<StackedMatrices> Stacks { get; }

    /// <summary>A and B, by the path of the layer.</summary>
    public IEnumerable<KeyValuePair<string, (TensorView A, TensorView B)>> Pairs =>
        _found.Select(pair => KeyValuePair.Create(pair.Key, (pair.Value.A!, pair.Value.B!)));

    /// <summary>The lengths that DoRA gives the rows of changed weights, by the path of the layer.</summary>
    public IReadOnlyDictionary<string, TensorView> Magnitudes => _magnitudes;

    /// <summary>The model's own parameters that were trained as well.</summary>
    public IEnumerable<KeyValuePair<Parameter, TensorView>> Others =>
        _others.Select(pair => KeyValuePair.Create(_parameters[pair.Key], pair.Value));

    public IReadOnlyList<string> OtherNames => [.. _others.Keys];

    private LoraSettings SettingsOf(string module) => _config.SettingsOf(PatternNameOf(module));

    /// <summary>What patterns of ranks are about: the layer, or its weight where that is what the configuration names.</summary>
    private string PatternNameOf(string module) =>
        IsParameter(module) ? $"{_fileNames[module]}{Weight}" : _fileNames[module];

    private bool IsParameter(string module) => _config.Targets.IncludesParameter(InMemory(module))
        || _config.Targets.IncludesParameter($"{_fileNames.GetValueOrDefault(module)}{Weight}");

    /// <summary>What transformers 5 calls the layer's weight.</summary>
    private string InMemory(string module)
    {
        string weight = module + Weight;
        return _model.Names.Experts?.InMemory(weight) ?? weight;
    }

    private void Place(TensorView view)
    {
        if (WrapperPrefix.In(view.Name) is var (part, maker))
            throw _faults.Of(view.Name, $"its name holds {part}, which {maker} adds", WrapperPrefix.Remedy);
        if (!view.Name.StartsWith(PeftNames.Prefix, StringComparison.Ordinal))
        {
            throw _faults.Of(
                view.Name, $"its name doesn't begin with {PeftNames.Prefix}", "Take the adapter as PEFT's save_pretrained writes it.");
        }

        string name = PeftNames.WithoutAdapterName(view.Name[PeftNames.Prefix.Length..], out string? adapter);
        if (adapter is not null && (_adapterName ??= adapter) != adapter)
            throw _faults.Of(view.Name, $"there is an adapter \"{_adapterName}\" as well as \"{adapter}\"", "Save one adapter alone.");
        if (PeftNames.Adapter(name) is var (module, isB))
            PlaceMatrix(view, module, isB);
        else if (_config.Settings.HasMagnitudes && PeftNames.MagnitudeOf(name) is { } layer)
            PlaceMagnitude(view, layer);
        else if (name.Contains(".lora_embedding_", StringComparison.Ordinal))
        {
            throw _faults.Of(
                view.Name, "it adapts an embedding and not a linear layer, which can't be read: merged, it would change the head as well "
                + "where that is the same table", AdapterConfigFields.OtherAdapter);
        }
        else if (name.Contains(".lora_", StringComparison.Ordinal))
        {
            throw _faults.Of(
                view.Name, "it isn't one of a linear layer's two matrices, and other tensors of adapters can't be read",
                AdapterConfigFields.OtherAdapter);
        }
        else if (!name.Contains(PeftNames.OriginalModule, StringComparison.Ordinal))
            PlaceWhole(view, name.Replace(PeftNames.BaseLayer, ".", StringComparison.Ordinal));
    }

    private void PlaceMatrix(TensorView view, string fileName, bool isB)
    {
        if (_stacked.TryPlace(view, fileName, isB))
            return;
        string module = LayerOf(view, fileName);
        _fileNames.TryAdd(module, fileName);
        (TensorView? a, TensorView? b) = _found.GetValueOrDefault(module);
        if ((isB ? b : a) is not null)
            throw _faults.Twice(view);
        _found[module] = isB ? (a, view) : (view, b);
    }

    private void PlaceMagnitude(TensorView view, string fileName)
    {
        if (!_magnitudes.TryAdd(LayerOf(view, fileName), view))
            throw _faults.Twice(view);
    }

    private string LayerOf(TensorView view, string fileName)
    {
        // By its weight, because adapters of models without a head have names without the family's prefix.
        string? module = _model.Names.Canonical(fileName + Weight)?[..^Weight.Length];
        return module is not null && _model.LinearLayers.ContainsKey(module)
            ? module : throw _faults.Of(view.Name, "the model has no linear layer of this name", _faults.OtherModel);
    }

    private void PlaceWhole(TensorView view, string name)
    {
        if (IsTied && _model.Names.Ties.Values.Contains(name))
        {
            _tiedHead = view;
            return;
        }

        if (_model.Names.Canonical(name) is not { } parameter || !_parameters.ContainsKey(parameter))
            throw _faults.Of(view.Name, "the model has no parameter of this name", _faults.OtherModel);
        if (!_others.TryAdd(parameter, view))
            throw _faults.Of(view.Name, "the parameter is there twice", SafetensorsFile.Damaged);
    }

    private void CheckTargets()
    {
        string encoder = $"{_model.Names.Prefix}.";
        // A model without a head, whose names have no prefix, is what some adapters were made for.
        bool isBare = _fileNames.Any(pair => IsEncoders(pair.Key) && !IsEncoders(pair.Value));
        // Experts and routers are no layers of their own in transformers 5, so that there a name such as gate_proj isn't about them.
        HashSet<string> inMemory = [.. _stacked.Layers, .. _model.LinearLayers.Keys.Where(IsRouter)];
        HashSet<string> kinds = [.. _found.Keys.Where(inMemory.Contains).Select(KindOf)];
        foreach (string module in _model.LinearLayers.Keys.Order(StringComparer.Ordinal))
        {
            string bare = IsEncoders(module) ? module[encoder.Length..] : module;
            if (_found.ContainsKey(module))
            {
                CheckNamed(module, bare);
                continue;
            }

            bool mayBeNamed = IsEncoders(module) && (!inMemory.Contains(module) || kinds.Contains(KindOf(module)));
            if (mayBeNamed && _config.Targets.Includes(isBare ? bare : module))
                throw _faults.Missing(PeftNames.A(module), "its layer");
            if (IsParameter(module))
                throw _faults.Missing(PeftNames.A(module), "its weight");
        }

        bool IsEncoders(string name) => name.StartsWith(encoder, StringComparison.Ordinal);

        static string KindOf(string module) => module[(module.LastIndexOf('.') + 1)..];
    }

    private void CheckNamed(string module, string bare)
    {
        bool isLayer = new[] { module, bare, PeftNames.Prefix + _fileNames[module] }.Any(_config.Targets.Includes);
        if (!isLayer && !IsParameter(module))
        {
            throw _faults.OfConfig(
                $"it doesn't name the layer {module}, of which the weights have an adapter", "target_modules");
        }

        if (!isLayer && _model.LinearLayers[module].IsTransposed)
        {
            throw _faults.OfConfig(
                $"it names {module}{Weight}, which is stored transposed, so that its adapter is of another shape", "target_parameters",
                AdapterConfigFields.OtherAdapter);
        }
    }

    private bool IsRouter(string module) => _model.Names.Experts?.IsRouter(module + Weight) ?? false;

    private void CheckSavedWhole()
    {
        string? missing = _parameters.Keys.Order(StringComparer.Ordinal)
            .FirstOrDefault(name => _config.Targets.IsSavedWhole(name[..name.LastIndexOf('.')]) && !_others.ContainsKey(name));
        if (missing is not null)
            throw _faults.Missing(missing, "its module in modules_to_save");
    }

    private void CheckPair(string module, TensorView? first, TensorView? second)
    {
        (TensorView a, TensorView b) = _faults.Both(module, first, second);
        long rank = SettingsOf(module).Rank;
        LinearLayer layer = _model.LinearLayers[module];
        if (a.Shape is [var rows, _] && b.Shape is [_, var columns] && rows == columns && rows != rank)
        {
            throw _faults.OfConfig(
                $"it gives the layer {module} the rank {rank}, but its matrices have the rank {rows}",
                _config.RankFieldOf(PatternNameOf(module)));
        }

        _faults.CheckShape(a, [rank, layer.Inputs], $"that of rank {rank} and {layer.Inputs} inputs");
        _faults.CheckShape(b, [layer.Outputs, rank], $"that of {layer.Outputs} outputs and rank {rank}");
    }

    private void CheckMagnitudes()
    {
        if (!_config.Settings.HasMagnitudes)
            return;
        if (_config.Targets.Parameters.Count > 0)
        {
            throw _faults.OfConfig(
                "it asks for DoRA, which adapters of target_parameters can't have", "use_dora", "Take both fields from the same adapter.");
        }

        foreach (string module in _found.Keys.Concat(_magnitudes.Keys))
        {
            if (!_magnitudes.TryGetValue(module, out TensorView? lengths))
                throw _faults.Missing(PeftNames.Magnitude(module), "DoRA");
            if (!_found.ContainsKey(module))
                throw _faults.Missing(PeftNames.A(module), "DoRA");
            _faults.CheckShape(lengths, [_model.LinearLayers[module].Outputs], "that of the layer's outputs");
        }
    }

    private void CheckWhole(TensorView view, string name)
    {
        long[] shape = _parameters[name].shape;
        bool isTokens = name == _model.Stack.Architecture.WordEmbeddings;
        if (isTokens && view.Shape is [var rows, var columns] && columns == shape[1] && rows != shape[0])
        {
            throw _faults.Of(
                view.Name, $"it has {rows} tokens and the base model has {shape[0]}: the vocabulary was changed before training",
                "Merge the adapter in Python, and use the model that results with its tokenizer's files.", field: "shape");
        }

        _faults.CheckShape(view, shape, "the model's");
    }

    /// <summary>Whether the table of embeddings is the head as well.</summary>
    private bool IsTied => _model is CausalLanguageModel { Decoder.Config.TiesWordEmbeddings: true };

    /// <summary>One table is two where PEFT trained it as a module that is saved whole, unless both stayed the same.</summary>
    private void CheckTies()
    {
        string embeddings = _model.Stack.Architecture.WordEmbeddings;
        TensorView? table = IsTied ? _others.GetValueOrDefault(embeddings) : null;
        bool isApart = _tiedHead is not null
            ? table is null || !LogicalTensor.FromStored(_tiedHead).HasValuesOf(LogicalTensor.FromStored(table))
            : table is not null && !_config.KeepsTies && _config.Targets.IsSavedWhole(embeddings[..^Weight.Length]);
        if (isApart)
        {
            throw _faults.Of(
                (_tiedHead ?? table)!.Name,
                "embeddings and head are one table in the base model, and were trained apart: here, each would change with the other",
                "Merge the adapter in Python into a base whose tie_word_embeddings is false, and use the model that results.",
                field: "modules_to_save");
        }
    }

    private void CheckValues(TensorView view)
    {
        if (view.DataType is not (TensorDataType.Float64 or TensorDataType.Float32 or TensorDataType.Float16 or TensorDataType.BFloat16))
        {
            throw _faults.Of(
                view.Name, $"adapters of type {view.DataType} aren't read", "Save the adapter as float32, float16 or bfloat16.",
                field: "dtype");
        }

        float[] block = new float[Math.Min(view.ElementCount, 1 << 16)];
        for (long begin = 0; begin < view.ElementCount; begin += block.Length)
        {
            Span<float> part = block.AsSpan(0, (int)Math.Min(block.Length, view.ElementCount - begin));
            view.Read(begin, part);
            if (FiniteCheck.IndexOfNotFinite(part) is var index and >= 0)
            {
                string what = float.IsNaN(part[index]) ? "NaN" : "infinite";
                throw _faults.Of(view.Name, $"the value {begin + index} is {what}", "Take an undamaged adapter.");
            }
        }
    }
}
