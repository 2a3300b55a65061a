using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Models;

internal sealed partial record EncoderConfig
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>A <c>config.json</c> that transformers reads as well.</summary>
    /// <param name="task">What the model does.</param>
    /// <param name="classNames">The classes of a classifier, in the order of its outputs.</param>
    /// <param name="dataType">The type of the stored weights, such as <c>float32</c>.</param>
    public string ToJson(ModelTask task, IReadOnlyList<string>? classNames = null, string dataType = "float32")
    {
        var root = new JsonObject
        {
            ["architectures"] = new JsonArray(JsonValue.Create(Names.ClassName + Suffix(task))),
            ["model_type"] = Names.ModelType,
            ["vocab_size"] = VocabularySize,
        };
        if (Family == EncoderFamily.DistilBert)
            AddDistilBert(root);
        else
            AddBert(root);
        root["max_position_embeddings"] = PositionCount;
        root["initializer_range"] = InitializerRange;
        root["pad_token_id"] = PadTokenId;
        root["tie_word_embeddings"] = TiesWordEmbeddings;
        root["torch_dtype"] = dataType;
        if (classNames is not null)
            AddClasses(root, classNames);
        return root.ToJsonString(Indented);
    }

    private static string Suffix(ModelTask task) => task switch
    {
        ModelTask.Encoding => "Model",
        ModelTask.SequenceClassification => "ForSequenceClassification",
        ModelTask.MaskedLanguageModeling => "ForMaskedLM",
        _ => throw new ArgumentOutOfRangeException(nameof(task), task, null),
    };

    private void AddBert(JsonObject root)
    {
        root["hidden_size"] = HiddenSize;
        root["num_hidden_layers"] = LayerCount;
        root["num_attention_heads"] = HeadCount;
        root["intermediate_size"] = IntermediateSize;
        root["hidden_act"] = Activation;
        root["hidden_dropout_prob"] = HiddenDropout;
        root["attention_probs_dropout_prob"] = AttentionDropout;
        root["classifier_dropout"] = ClassifierDropout;
        root["layer_norm_eps"] = LayerNormEps;
        root["type_vocab_size"] = TypeVocabularySize;
        root["position_embedding_type"] = "absolute";
    }

    private void AddDistilBert(JsonObject root)
    {
        root["dim"] = HiddenSize;
        root["n_layers"] = LayerCount;
        root["n_heads"] = HeadCount;
        root["hidden_dim"] = IntermediateSize;
        root["activation"] = Activation;
        root["dropout"] = HiddenDropout;
        root["attention_dropout"] = AttentionDropout;
        root["seq_classif_dropout"] = ClassifierDropout;
        root["sinusoidal_pos_embds"] = false;
    }

    private static void AddClasses(JsonObject root, IReadOnlyList<string> classNames)
    {
        JsonObject names = [], numbers = [];
        for (int i = 0; i < classNames.Count; i++)
        {
            names[$"{i}"] = classNames[i];
            numbers[classNames[i]] = i;
        }

        root["id2label"] = names;
        root["label2id"] = numbers;
        root["problem_type"] = "single_label_classification";
    }
}
