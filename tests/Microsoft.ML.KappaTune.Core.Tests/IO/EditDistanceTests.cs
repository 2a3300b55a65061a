using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Tests.IO;

public sealed class EditDistanceTests
{
    [Theory]
    [InlineData("minilm", "minilm", 0)]
    [InlineData("mniilm", "minilm", 1)]
    [InlineData("minlim", "minilm", 1)]
    [InlineData("minim", "minilm", 1)]
    [InlineData("ninimm", "minilm", 2)]
    [InlineData("arcticxxs", "arcticxs", 1)]
    [InlineData("learningratio", "learningrates", 2)]
    public void Letters_are_put_in_taken_out_replaced_or_swapped(string written, string name, int edits) =>
        Assert.Equal(edits, EditDistance.Find(written, name));

    [Theory]
    [InlineData("all", "mil")]
    [InlineData("minia", "minilm")]
    [InlineData("minilml12", "minilm")]
    [InlineData("learningxxxx", "learningrate")]
    [InlineData("", "ab")]
    public void The_shorter_a_name_the_fewer_are_a_slip(string written, string name) => Assert.Null(EditDistance.Find(written, name));
}
