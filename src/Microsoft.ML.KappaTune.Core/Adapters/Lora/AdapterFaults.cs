namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>What can be wrong with the tensors of an adapter, as exceptions that name file, tensor and remedy.</summary>
internal sealed class AdapterFaults(SafetensorsFile file, AdapterConfig config)
{
    public string OtherModel => config.BaseModel is { } baseModel
        ? $"Use the adapter with its own base model, {CheckpointFormatException.Printable(baseModel)}, and the same number of classes."
        : "Use the adapter with its own base model and the same number of classes.";

    public CheckpointFormatException Of(string tensor, string reason, string remedy, string? field = null) =>
        new(file.Path, reason, remedy, tensor, field);

    public CheckpointFormatException OfConfig(
        string reason, string field, string remedy = "Take both files from the same adapter.") =>
        new(Path.Combine(Path.GetDirectoryName(file.Path)!, PeftNames.ConfigFile), reason, remedy, field: field);

    /// <summary>A tensor, by its name without the prefix, that the configuration asks for isn't there.</summary>
    public CheckpointFormatException Missing(string tensor, string named) => Of(
        PeftNames.Prefix + tensor, $"it is missing, though {PeftNames.ConfigFile} names {named}", SafetensorsFile.Damaged);

    /// <summary>There is nothing in the file that would change the model.</summary>
    public CheckpointFormatException Empty() => new(
        file.Path, "it has no tensor of an adapter", "Take the adapter as PEFT's save_pretrained writes it.");

    public CheckpointFormatException Twice(TensorView view) => Of(view.Name, "the layer's tensor is there twice", SafetensorsFile.Damaged);

    /// <summary>Both matrices of an adapter, of which one may be missing in the file.</summary>
    /// <param name="module">Their layer's name in the file.</param>
    public (TensorView A, TensorView B) Both(string module, TensorView? a, TensorView? b)
    {
        if (a is not null && b is not null)
            return (a, b);
        string missing = a is null ? PeftNames.A(module) : PeftNames.B(module);
        throw Of(PeftNames.Prefix + missing, $"it is missing, though {(a ?? b)!.Name} is there", SafetensorsFile.Damaged);
    }

    public void CheckShape(TensorView view, long[] shape, string whose)
    {
        if (!view.Shape.SequenceEqual(shape))
        {
            throw Of(
                view.Name, $"it is [{string.Join(", ", view.Shape)}], but [{string.Join(", ", shape)}] is {whose}", OtherModel,
                field: "shape");
        }
    }
}
