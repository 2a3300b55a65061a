using Microsoft.ML.KappaTune.Checkpoints;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>What TorchSharp's own save writes was refused as a damaged safetensors file.</summary>
public sealed class TorchSharpFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("model.dat")]
    [InlineData("model.safetensors")]
    [InlineData("weights")]
    public void It_is_named_with_the_way_out_of_it(string name)
    {
        using (Linear linear = nn.Linear(4, 3))
            linear.save(_folder.File(name));
        Assert.Contains("TorchSharp", Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(_folder.File(name))).Remedy,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_it_alone_is_too()
    {
        using (Linear linear = nn.Linear(4, 3))
            linear.save(_folder.File("model.dat"));
        var refused = Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(_folder.Path));
        Assert.Contains("model.dat", refused.Reason, StringComparison.Ordinal);
        Assert.Contains("save_safetensors", refused.Remedy, StringComparison.Ordinal);
    }
}
