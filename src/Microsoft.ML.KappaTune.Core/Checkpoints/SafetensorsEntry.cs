namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>One tensor as a safetensors header describes it, checked; offsets count from the end of the header.</summary>
internal sealed record SafetensorsEntry(
    string Name, TensorDataType DataType, string TypeName, long[] Shape, long ElementCount, long Begin, long End);
