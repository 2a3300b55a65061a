using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tests.TextEmbedding;

public sealed class PoolingConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(
        """{"pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true, "pooling_mode_max_tokens": false}""", EmbeddingPooling.Mean)]
    [InlineData(
        """{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false, "include_prompt": true}""", EmbeddingPooling.FirstToken)]
    [InlineData("""{"pooling_mode": "mean", "embedding_dimension": 384}""", EmbeddingPooling.Mean)]
    [InlineData("""{"pooling_mode": "cls"}""", EmbeddingPooling.FirstToken)]
    [InlineData(
        """{"pooling_mode_mean_tokens": false, "pooling_mode_lasttoken": true, "include_prompt": true}""", EmbeddingPooling.LastToken)]
    [InlineData("""{"pooling_mode": "lasttoken"}""", EmbeddingPooling.LastToken)]
    public void Poolings_are_known_in_both_forms(string json, EmbeddingPooling pooling) => Assert.Equal(pooling, Find(json));

    [Fact]
    public void A_folder_without_the_file_is_no_sentence_encoders() => Assert.Null(PoolingConfig.Find(_folder.Path));

    [Theory]
    [InlineData("""{"pooling_mode_max_tokens": true}""", "a pooling of max_tokens isn't supported")]
    [InlineData(
        """{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": true}""", "a pooling of cls_token and mean_tokens isn't supported")]
    [InlineData("""{"pooling_mode": "weightedmean_tokens"}""", "a pooling of weightedmean_tokens isn't supported")]
    [InlineData("""{"word_embedding_dimension": 384}""", "it names no pooling")]
    [InlineData("""{"pooling_mode": """, "isn't valid JSON")]
    public void What_it_can_t_do_is_refused(string json, string reason)
    {
        var error = Assert.Throws<CheckpointFormatException>(() => Find(json));
        Assert.Contains(Path.Combine("1_Pooling", "config.json"), error.Message);
        Assert.Contains(reason, error.Message);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(0u, null)]
    [InlineData(1u, EmbeddingPooling.Mean)]
    [InlineData(2u, EmbeddingPooling.FirstToken)]
    [InlineData(3u, EmbeddingPooling.LastToken)]
    public void A_GGUF_file_has_a_number_for_it(uint? number, EmbeddingPooling? pooling) =>
        Assert.Equal(pooling, PoolingConfig.Find(Metadata(number)));

    [Fact]
    public void A_number_that_is_none_of_them_is_refused()
    {
        var error = Assert.Throws<CheckpointFormatException>(() => PoolingConfig.Find(Metadata(4)));
        Assert.Equal(("qwen3.pooling_type", "the pooling 4 isn't supported"), (error.Field, error.Reason));
    }

    private static GgufMetadata Metadata(uint? number)
    {
        var values = new Dictionary<string, object> { ["general.architecture"] = "qwen3" };
        if (number is { } given)
            values.Add("qwen3.pooling_type", given);
        return new("model.gguf", values);
    }

    private EmbeddingPooling? Find(string json)
    {
        Directory.CreateDirectory(_folder.File("1_Pooling"));
        File.WriteAllText(_folder.File("1_Pooling/config.json"), json);
        return PoolingConfig.Find(_folder.Path);
    }
}
