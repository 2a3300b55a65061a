using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

/// <summary>The current folder is the process's.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class NamedModelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _before = Environment.CurrentDirectory;

    public NamedModelsTests()
    {
        Directory.Move(TinyModel.Write(_folder), _folder.File("minilm"));
        Environment.CurrentDirectory = _folder.File("");
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = _before;
        _folder.Dispose();
    }

    [Fact]
    public void What_lies_at_a_path_goes_before_the_package_s_model_of_that_name()
    {
        using Checkpoint checkpoint = Checkpoint.Open("minilm");
        Assert.NotEmpty(checkpoint.Tensors);
        Assert.Equal(Path.GetFullPath("minilm"), Checkpoint.PlaceOf("minilm"));
        Assert.Equal("arctic-xs", Checkpoint.PlaceOf("arctic-xs"));
        Assert.Equal("embedded", Checkpoint.PlaceOf("embedded"));
        Assert.Equal(Path.GetFullPath("other"), Checkpoint.PlaceOf("other"));
    }
}
