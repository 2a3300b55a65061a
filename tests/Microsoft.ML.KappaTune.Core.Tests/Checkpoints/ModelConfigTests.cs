using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

public sealed class ModelConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"model_type":"bert","num_hidden_layers":12}""", "bert", 12, null)]
    [InlineData("""{"model_type":"distilbert","n_layers":6,"id2label":{"0":"a"}}""", "distilbert", 6, null)]
    [InlineData("""{"model_type":"gpt2","n_layer":24}""", "gpt2", 24, null)]
    [InlineData("""{"model_type":"olmoe","num_hidden_layers":16,"num_experts":64}""", "olmoe", 16, 64)]
    [InlineData("""{"model_type":"deepseek_v2","num_hidden_layers":27,"n_routed_experts":64,"q_lora_rank":null}""", "deepseek_v2", 27, 64)]
    [InlineData("""{"model_type":"mixtral","num_hidden_layers":32,"num_local_experts":8}""", "mixtral", 32, 8)]
    [InlineData("""{"model_type":"llava","text_config":{"model_type":"llama","num_hidden_layers":32}}""", "llava", 32, null)]
    [InlineData("{}", null, null, null)]
    [InlineData("""{"model_type":null,"num_hidden_layers":null}""", null, null, null)]
    public void The_families_own_keys_are_read(string json, string? type, int? layers, int? experts)
    {
        var config = ModelConfig.Read(_folder.Write("config.json", json));
        Assert.Equal((type, layers, experts), (config.ModelType, config.LayerCount, config.ExpertCount));
    }

    [Theory]
    [InlineData("""{"model_type":1}""", "model_type")]
    [InlineData("""{"num_hidden_layers":"12"}""", "num_hidden_layers")]
    [InlineData("""{"num_hidden_layers":-1}""", "num_hidden_layers")]
    [InlineData("""{"n_layers":1.5}""", "n_layers")]
    [InlineData("""{"num_experts":99999999999}""", "num_experts")]
    [InlineData("""{"architectures":"BertModel"}""", "architectures")]
    [InlineData("""{"architectures":[1]}""", "architectures[0]")]
    [InlineData("""{"tie_word_embeddings":"yes"}""", "tie_word_embeddings")]
    [InlineData("""{"model_type":"bert","model_type":"bert"}""", "model_type")]
    [InlineData("""{"model_type":"\ud800"}""", null)]
    [InlineData("""["bert"]""", null)]
    [InlineData("bert", null)]
    [InlineData("", null)]
    public void A_wrong_type_is_refused_by_the_key(string json, string? field)
    {
        string path = _folder.Write("config.json", json);
        var error = Assert.Throws<CheckpointFormatException>(() => ModelConfig.Read(path));
        Assert.Equal((path, field), (error.File, error.Field));
    }

    [Fact]
    public void A_folder_has_its_config()
    {
        _folder.Write("model.safetensors", SafetensorsBytes.Of("{}", 0));
        _folder.Write("config.json", """{"model_type":"bert","architectures":["BertModel"],"tie_word_embeddings":true}""");
        using var checkpoint = Checkpoint.Open(_folder.Path);
        Assert.Equal("bert", checkpoint.Config!.ModelType);
        Assert.Equal(["BertModel"], checkpoint.Config.Architectures);
        Assert.True(checkpoint.Config.TiesWordEmbeddings);
    }
}
