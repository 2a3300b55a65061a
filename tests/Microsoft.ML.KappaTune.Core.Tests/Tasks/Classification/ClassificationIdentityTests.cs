using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tests.Models;
using Microsoft.ML.KappaTune.Tests.Training;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training.Runs;

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
        JsonObject fields = JsonNode.Parse(TextOf(SmallEncoder.Config(family)))!.AsObject();
        Assert.Equal(names.Split(' '), fields.Select(field => field.Key));
    }

    [Fact]
    public void The_control_text_counts_where_it_decides()
    {
        using var tiny = new TinyTask();
        using Checkpoint checkpoint = Checkpoint.Open(tiny.Base);
        EncoderConfig config = EncoderConfig.Read(checkpoint);
        TokenizerFiles files = TokenizerFiles.Read(checkpoint.Folder, checkpoint.Config);
        TuningOptions plain = tiny.Options, within = plain with { Budget = new() { Keep = 0.98 } };
        string path = Path.Combine(tiny.Base, "text.txt");
        File.WriteAllText(path, "a control text");
        ControlSource texts = ControlSource.FromTexts("a column", ["a control text"]);
        string hash = texts.ComputeHash();
        Assert.Equal("none", Text(tiny.Task(plain)));
        Assert.Equal("none", Text(tiny.Task(plain with { RetentionText = path })));
        Assert.Equal(hash, Text(tiny.Task(within with { RetentionText = path })));
        Assert.Equal(hash, Text(tiny.Task(within) with { ControlTexts = texts }));
        Assert.Equal(ControlSource.Shipped.ComputeHash(), Text(tiny.Task(within)));

        string Text(TextClassificationRequest request) =>
            ClassificationIdentity.Create(request, "base", config, files, isBFloat16: false)["the control text"];
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
        Assert.NotEqual(TextOf(config), TextOf(other));
    }

    private static string TextOf(EncoderConfig config) => TuningIdentity.TextOf(config, ModelTask.SequenceClassification);
}
