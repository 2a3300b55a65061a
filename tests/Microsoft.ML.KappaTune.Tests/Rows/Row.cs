namespace Microsoft.ML.KappaTune.Tests.Rows;

/// <summary>A row with a matrix, made in memory.</summary>
public sealed class Row
{
    public string Name { get; set; } = "w";

    public long Rows { get; set; }

    public long Columns { get; set; }

    public float[] Weight { get; set; } = [];

    public static Row Of(TorchSharp.torch.Tensor matrix, string name = "w") => new()
    {
        Name = name,
        Rows = matrix.shape[0],
        Columns = matrix.shape[1],
        Weight = [.. matrix.to(TorchSharp.torch.float32).contiguous().data<float>()],
    };
}
