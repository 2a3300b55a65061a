namespace TorchSharp.Modules;

/// <summary>What an optimizer remembers of a parameter. Its tensors are made in the parameter's first step.</summary>
public abstract class OptimizerState
{
    /// <summary>The parameter.</summary>
    protected Parameter _parameter;

    /// <summary>The state of a parameter before its first step.</summary>
    protected OptimizerState(Parameter parameter) => _parameter = parameter;

    /// <summary>Makes the tensors that <paramref name="options"/> ask for and that aren't there yet.</summary>
    public abstract void Initialize(OptimizerOptions options);

    /// <summary>Writes the state.</summary>
    public abstract void SaveStateDict(BinaryWriter writer);

    /// <summary>Reads what <see cref="SaveStateDict"/> wrote.</summary>
    public abstract void LoadStateDict(BinaryReader reader);

    /// <summary>Copies another parameter's state.</summary>
    public abstract void LoadStateDict(OptimizerState source);

    /// <summary>Whether another state has nearly the same values.</summary>
    public virtual bool ApproximatelyEquals(OptimizerState other) => false;

    /// <summary>Moves the tensors to a device.</summary>
    public virtual void to(torch.Device device)
    {
    }

    /// <summary>Writes whether there is a tensor, and the tensor.</summary>
    protected static void SaveConditionalStateTensor(BinaryWriter writer, torch.Tensor? tensor)
    {
        writer.Write(tensor is not null);
        if (tensor is not null)
            tensor.Save(writer);
    }

    /// <summary>Reads what <see cref="SaveConditionalStateTensor"/> wrote, to a device, in place of an old tensor.</summary>
    protected static void LoadConditionalStateTensor(BinaryReader reader, ref torch.Tensor? result, torch.Device device)
    {
        torch.Tensor? tensor = reader.ReadBoolean() ? TensorExtensionMethods.Load(reader) : null;
        Keep(ref result, tensor);
        MoveTo(ref result, device);
    }

    /// <summary>Puts a tensor, which no scope owns from then on, in place of an old one, which is disposed.</summary>
    private protected static void Keep(ref torch.Tensor? field, torch.Tensor? value)
    {
        if (ReferenceEquals(field, value))
            return;
        field?.Dispose();
        field = value;
        value?.DetachFromDisposeScope();
    }

    private protected static void Copy(ref torch.Tensor? field, torch.Tensor? source, torch.Device device)
    {
        if (ReferenceEquals(field, source))
            return;
        using var guard = torch.no_grad();
        Keep(ref field, source?.to(device, copy: true));
    }

    private protected static void MoveTo(ref torch.Tensor? field, torch.Device device)
    {
        if (field is not null && (field.device_type != device.type || (device.index >= 0 && field.device_index != device.index)))
            Keep(ref field, field.to(device));
    }

    private protected void MakeZeros(ref torch.Tensor? field)
    {
        using var guard = torch.no_grad();
        if (field is null)
            Keep(ref field, torch.zeros_like(_parameter));
    }

    private protected static bool AreClose(torch.Tensor? a, torch.Tensor? b)
    {
        if (a is null || b is null)
            return a is null && b is null;
        return a.allclose(b);
    }
}
