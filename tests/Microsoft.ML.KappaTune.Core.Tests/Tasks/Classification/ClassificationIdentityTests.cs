using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tests.Models;

namespace Microsoft.ML.KappaTune.Tests.Tasks.Classification;

/// <summary>What of a base model's configuration is in a run's identity, and under which names.</summary>
public class ClassificationIdentityTests
{
    [Theory]
    [InlineData("bert", "architectures model_type vocab_size hidden_size num_hidden_layers num_attention_heads intermediate_size "
        + "hidden_act hidden_dropout_prob attention_probs_dropout_prob classifier_dropout layer_norm_eps type_vocab_size "
        + "position_embedding_type max_position_embeddings initializer_range pad_token_id tie_word_embeddings torch_dtype")]
    [InlineData("distilbert", "architectures model_type vocab_size dim n_layers n_heads hidden_dim activation dropout attention_dropout "
        + "seq_classif_dropout sinusoidal_pos_embds max_position_embeddings initializer_range pad_token_id tie_word_embeddings "
        + "torch_dtype")]
    public void The_names_are_those_of_the_configuration_s_file(string family, string names)
    {
        JsonObject fields = JsonNode.Parse(ClassificationIdentity.TextOf(SmallEncoder.Config(family)))!.AsObject();
        Assert.Equal(names.Split(' '), fields.Select(field => field.Key));
    }

    public static TheoryData<string> Properties =>
        [.. typeof(EncoderConfig).GetProperties().Where(property => property.CanWrite).Select(property => property.Name)];

    [Theory, MemberData(nameof(Properties))]
    public void Every_part_of_the_configuration_counts(string name)
    {
        EncoderConfig config = SmallEncoder.Config(ModelFamilies.Bert), other = config with { };
        PropertyInfo property = typeof(EncoderConfig).GetProperty(name)!;
        property.SetValue(other, property.GetValue(config) switch
        {
            int number => number + 1,
            double number => number + 0.25,
            bool flag => !flag,
            string => "relu",
            _ => ModelFamilies.Roberta,
        });
        Assert.NotEqual(ClassificationIdentity.TextOf(config), ClassificationIdentity.TextOf(other));
    }
}
