using TorchSharp.Utils;

namespace TorchSharp.Modules;

/// <summary>A table of vectors, looked up by index.</summary>
public sealed class Embedding : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly long? _paddingIndex;
    private readonly double? _maxNorm;
    private readonly double _normType;
    private readonly bool _scaleByFrequency, _sparse;
    [ComponentName(Name = nameof(weight))] private Parameter? _weight;

    internal Embedding(Parameter weight, long? paddingIndex, double? maxNorm, double normType, bool scaleByFrequency, bool sparse)
        : base(nameof(Embedding))
    {
        _weight = weight;
        _paddingIndex = paddingIndex is { } index ? Row(index, weight.size(0)) : null;
        (_maxNorm, _normType, _scaleByFrequency, _sparse) = (maxNorm, normType, scaleByFrequency, sparse);
        RegisterComponents();
    }

    internal static Embedding Random(long rows, long dimensions, long? paddingIndex, double? maxNorm, double normType,
        bool scaleByFrequency, bool sparse, torch.Device? device, torch.ScalarType? dtype)
    {
        Parameter weight = NewParameter([rows, dimensions], device, dtype);
        torch.nn.init.normal_(weight);
        if (paddingIndex is { } index)
        {
            using var guard = torch.no_grad();
            using torch.Tensor padding = weight.select(0, Row(index, rows));
            padding.zero_();
        }
        return new Embedding(weight, paddingIndex, maxNorm, normType, scaleByFrequency, sparse);
    }

    /// <summary>The table, [vectors, dimensions]. Setting it disposes the old one.</summary>
    public Parameter weight
    {
        get => _weight!;
        set => Replace(ref _weight, value, nameof(weight));
    }

    /// <summary>The vectors of the indices: [...] integers to [..., dimensions].</summary>
    public override torch.Tensor forward(torch.Tensor input)
    {
        if (_maxNorm is { } maxNorm)
            Native.Check(Native.ts_embedding_renorm(_weight!.SafeHandle, input.SafeHandle, maxNorm, _normType));
        return Native.Tensor(Native.ts_embedding(_weight!.SafeHandle, input.SafeHandle, _paddingIndex ?? -1, _scaleByFrequency, _sparse));
    }

    private static long Row(long index, long rows) => index >= -rows && index < rows
        ? (index + rows) % rows
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"The padding index must be in [-{rows}, {rows}).");
}
