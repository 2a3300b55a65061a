using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

public sealed class FiniteCheckTests
{
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void The_first_value_that_is_not_finite_is_found_anywhere(float bad)
    {
        foreach (int length in new[] { 1, 2, 7, 8, 9, 33, 4095, 4096, 4097, 10_000 })
        {
            foreach (int place in new[] { 0, 1, length / 2, length - 2, length - 1 }.Where(i => i >= 0 && i < length).Distinct())
            {
                float[] values = [.. Enumerable.Range(0, length).Select(i => i % 2 == 0 ? float.MaxValue : -float.Epsilon)];
                Assert.Equal(-1, FiniteCheck.IndexOfNotFinite(values));
                values[place] = bad;
                values[^1] = place == length - 1 ? bad : float.NaN;
                Assert.Equal(place, FiniteCheck.IndexOfNotFinite(values));
            }
        }

        Assert.Equal(-1, FiniteCheck.IndexOfNotFinite(Array.Empty<float>()));
    }

    [Fact]
    public void The_error_names_file_tensor_and_place()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("model.safetensors", SafetensorsBytes.Tensor("\"F32\"", "[2]", "[0,8]", 8));
        CheckpointFormatException error = FiniteCheck.NotFinite(path, "w", [2, 3], 4, float.NaN, "Remedy.");
        Assert.Equal((path, "w"), (error.File, error.Tensor));
        Assert.Contains("the value at row 1, column 1 of [2, 3] is NaN", error.Message);
    }
}
