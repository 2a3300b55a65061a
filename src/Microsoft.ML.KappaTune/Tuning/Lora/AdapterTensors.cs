using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Tuning.Lora;

/// <summary>The tensors of an adapter's file, each with its place in a model: every one has a place, and none is missing.</summary>
internal sealed class AdapterTensors
{
    private readonly SafetensorsFile _file;
    private readonly AdapterConfig _config;
    private readonly TextModel _model;
    private readonly Dictionary<string, Parameter> _parameters;
    private readonly Dictionary<string, (TensorView? A, TensorView? B)> _found = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorView> _others = new(StringComparer.Ordinal);

    /// <exception cref="CheckpointFormatException">Tensors don't fit the model or the configuration.</exception>
    /// <exception cref="ArgumentException">A regular expression of the configuration isn't one, or takes too long.</exception>
    public AdapterTensors(SafetensorsFile file, AdapterConfig config, TextModel model)
    {
        (_file, _config, _model) = (file, config, model);
        _parameters = model.named_parameters().ToDictionary(named => named.name, named => named.parameter, StringComparer.Ordinal);
        foreach (TensorView view in file.Tensors)
            Place(view);
        CheckTargets();
        CheckSavedWhole();
        foreach ((string module, (TensorView? a, TensorView? b)) in _found)
            CheckPair(module, a, b);
        foreach ((string name, TensorView view) in _others)
            CheckShape(view, _parameters[name].shape, "the model's");
        foreach (TensorView view in file.Tensors)
            CheckValues(view);
    }

    /// <summary>The settings of each adapter, by the path of its layer.</summary>
    public IReadOnlyDictionary<string, LoraSettings> Settings => _found.Keys.ToDictionary(module => module, _config.SettingsOf);

    /// <summary>A and B, by the path of the layer.</summary>
    public IEnumerable<KeyValuePair<string, (TensorView A, TensorView B)>> Pairs =>
        _found.Select(pair => KeyValuePair.Create(pair.Key, (pair.Value.A!, pair.Value.B!)));

    /// <summary>The model's own parameters that were trained as well.</summary>
    public IEnumerable<KeyValuePair<Parameter, TensorView>> Others =>
        _others.Select(pair => KeyValuePair.Create(_parameters[pair.Key], pair.Value));

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> OtherNames => [.. _others.Keys];

    private void Place(TensorView view)
    {
        if (!view.Name.StartsWith(PeftNames.Prefix, StringComparison.Ordinal))
            throw Fault(view.Name, $"its name doesn't begin with {PeftNames.Prefix}", SafetensorsFile.Damaged);
        string name = view.Name[PeftNames.Prefix.Length..];
        if (PeftNames.Adapter(name) is var (module, isB))
        {
            // By its weight, because adapters of models without a head have names without the family's prefix.
            module = _model.Names.Canonical($"{module}.weight")?[..^".weight".Length];
            if (module is null || !_model.Projections.ContainsKey(module))
                throw Fault(view.Name, "the model has no linear layer of this name", OtherModel);
            (TensorView? a, TensorView? b) = _found.GetValueOrDefault(module);
            if ((isB ? b : a) is not null)
                throw Fault(view.Name, "the layer's tensor is there twice", SafetensorsFile.Damaged);
            _found[module] = isB ? (a, view) : (view, b);
        }
        else if (!name.Contains(PeftNames.OriginalModule, StringComparison.Ordinal))
        {
            name = name.Replace(PeftNames.BaseLayer, ".", StringComparison.Ordinal);
            if (_model.Names.Canonical(name) is not { } parameter || !_parameters.ContainsKey(parameter))
                throw Fault(view.Name, "the model has no parameter of this name", OtherModel);
            if (!_others.TryAdd(parameter, view))
                throw Fault(view.Name, "the parameter is there twice", SafetensorsFile.Damaged);
        }
    }

    private void CheckTargets()
    {
        string encoder = $"{_model.Names.Prefix}.";
        foreach (string module in _model.Projections.Keys.Order(StringComparer.Ordinal))
        {
            bool isThere = _found.ContainsKey(module);
            // A model without a head, whose names have no prefix, is what some adapters were made for.
            bool isTarget = _config.Targets.Includes(module)
                || (module.StartsWith(encoder, StringComparison.Ordinal) && _config.Targets.Includes(module[encoder.Length..]));
            if (isThere && !isTarget)
                throw ConfigFault($"it doesn't name the layer {module}, of which the weights have an adapter");
            if (isTarget && !isThere && module.StartsWith(encoder, StringComparison.Ordinal))
                throw Fault(PeftNames.Prefix + PeftNames.A(module), $"it is missing, though {PeftNames.ConfigFile} names its layer", SafetensorsFile.Damaged);
        }
    }

    private void CheckSavedWhole()
    {
        string? missing = _parameters.Keys.Order(StringComparer.Ordinal)
            .FirstOrDefault(name => _config.Targets.IsSavedWhole(name[..name.LastIndexOf('.')]) && !_others.ContainsKey(name));
        if (missing is not null)
            throw Fault(PeftNames.Prefix + missing, $"it is missing, though {PeftNames.ConfigFile} names its module in modules_to_save", SafetensorsFile.Damaged);
    }

    private void CheckPair(string module, TensorView? a, TensorView? b)
    {
        if (a is null || b is null)
        {
            string missing = a is null ? PeftNames.A(module) : PeftNames.B(module);
            throw Fault(PeftNames.Prefix + missing, $"it is missing, though {(a ?? b)!.Name} is there", SafetensorsFile.Damaged);
        }

        long rank = _config.SettingsOf(module).Rank;
        long[] weight = _model.Projections[module].Weight.shape;
        CheckShape(a, [rank, weight[1]], $"that of rank {rank} and {weight[1]} inputs");
        CheckShape(b, [weight[0], rank], $"that of {weight[0]} outputs and rank {rank}");
    }

    private void CheckShape(TensorView view, long[] shape, string whose)
    {
        if (!view.Shape.SequenceEqual(shape))
        {
            throw Fault(
                view.Name, $"it is [{string.Join(", ", view.Shape)}], but [{string.Join(", ", shape)}] is {whose}", OtherModel, field: "shape");
        }
    }

    private void CheckValues(TensorView view)
    {
        if (view.DataType is not (TensorDataType.Float64 or TensorDataType.Float32 or TensorDataType.Float16 or TensorDataType.BFloat16))
            throw Fault(view.Name, $"adapters of type {view.DataType} aren't read", "Save the adapter as float32, float16 or bfloat16.", field: "dtype");
        float[] block = new float[Math.Min(view.ElementCount, 1 << 16)];
        for (long begin = 0; begin < view.ElementCount; begin += block.Length)
        {
            Span<float> part = block.AsSpan(0, (int)Math.Min(block.Length, view.ElementCount - begin));
            view.Read(begin, part);
            if (FiniteCheck.IndexOfNotFinite(part) is var index and >= 0)
                throw Fault(view.Name, $"the value {begin + index} is {(float.IsNaN(part[index]) ? "NaN" : "infinite")}", "Take an undamaged adapter.");
        }
    }

    private string OtherModel => _config.BaseModel is { } baseModel
        ? $"Use the adapter with its own base model, {CheckpointFormatException.Printable(baseModel)}, and the same number of classes."
        : "Use the adapter with its own base model and the same number of classes.";

    private CheckpointFormatException Fault(string tensor, string reason, string remedy, string? field = null) =>
        new(_file.Path, reason, remedy, tensor, field);

    private CheckpointFormatException ConfigFault(string reason) => new(
        Path.Combine(Path.GetDirectoryName(_file.Path)!, PeftNames.ConfigFile), reason, "Take both files from the same adapter.", field: "target_modules");
}
