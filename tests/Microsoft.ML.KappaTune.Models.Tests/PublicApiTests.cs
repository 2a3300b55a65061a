namespace Microsoft.ML.KappaTune.Models.Tests;

/// <summary>What users can call is written down, so that a change of it is seen as one.</summary>
public class PublicApiTests
{
    [Fact]
    public void The_public_surface_is_the_one_written_down() => PublicSurface.AssertWritten(typeof(PretrainedModels).Assembly);
}
