using System.Text.Json.Nodes;
using Onnx;

namespace Microsoft.ML.KappaTune.Checkpoints.Onnx;

/// <summary>A <c>config.json</c> for an encoder that came without one: what its parameters' shapes and its graph tell.</summary>
internal sealed class OnnxConfig
{
    private const string Query = "attention.self.query.weight", DistilQuery = "attention.q_lin.weight";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly OnnxParameters _parameters;
    private readonly string _prefix;

    private OnnxConfig(OnnxParameters parameters, string prefix) => (_parameters, _prefix) = (parameters, prefix);

    /// <exception cref="CheckpointFormatException">The graph doesn't tell something; the message says what.</exception>
    public static string Derive(OnnxParameters parameters)
    {
        string first = parameters.Named.Keys.FirstOrDefault(name => name.EndsWith(Query, StringComparison.Ordinal))
            ?? parameters.Named.Keys.FirstOrDefault(name => name.EndsWith(DistilQuery, StringComparison.Ordinal))
            ?? throw Missing(parameters.Model, "the family, because its layers aren't named as BERT's");
        // RoBERTa counts positions from its padding token's number on, which is no shape; a running sum of the mask gives it away.
        if (first.StartsWith("roberta.", StringComparison.Ordinal) || parameters.Model.Graph.Node.Any(node => node.OpType == "CumSum"))
            throw Missing(parameters.Model, "the padding token, which RoBERTa counts positions from");
        bool isDistil = first.EndsWith(DistilQuery, StringComparison.Ordinal);
        string root = isDistil ? "distilbert." : "bert.";
        var config = new OnnxConfig(parameters, first.StartsWith(root, StringComparison.Ordinal) ? root : "");
        return (isDistil ? config.DistilBert() : config.Bert()).ToJsonString(Indented);
    }

    private JsonObject Bert()
    {
        long[] words = Shape("embeddings.word_embeddings.weight");
        return new()
        {
            ["architectures"] = new JsonArray("BertModel"),
            ["model_type"] = "bert",
            ["vocab_size"] = words[0],
            ["hidden_size"] = words[1],
            ["num_hidden_layers"] = LayerCount("encoder.layer."),
            ["num_attention_heads"] = HeadCount(words[1]),
            ["intermediate_size"] = Shape("encoder.layer.0.intermediate.dense.weight")[0],
            ["hidden_act"] = Activation(),
            ["layer_norm_eps"] = Epsilon(),
            ["max_position_embeddings"] = Shape("embeddings.position_embeddings.weight")[0],
            ["type_vocab_size"] = Shape("embeddings.token_type_embeddings.weight")[0],
            ["pad_token_id"] = 0,
        };
    }

    private JsonObject DistilBert()
    {
        long[] words = Shape("embeddings.word_embeddings.weight");
        return new()
        {
            ["architectures"] = new JsonArray("DistilBertModel"),
            ["model_type"] = "distilbert",
            ["vocab_size"] = words[0],
            ["dim"] = words[1],
            ["n_layers"] = LayerCount("transformer.layer."),
            ["n_heads"] = HeadCount(words[1]),
            ["hidden_dim"] = Shape("transformer.layer.0.ffn.lin1.weight")[0],
            ["activation"] = Activation(),
            ["max_position_embeddings"] = Shape("embeddings.position_embeddings.weight")[0],
            ["pad_token_id"] = 0,
        };
    }

    private long[] Shape(string name) => _parameters.Named.GetValueOrDefault(_prefix + name) is { Shape: { Length: 2 } shape }
        ? shape
        : throw Missing($"the shape of {name}, which isn't in the graph");

    private int LayerCount(string layers)
    {
        int count = 0;
        while (_parameters.Named.Keys.Any(name => name.StartsWith($"{_prefix}{layers}{count}.", StringComparison.Ordinal)))
            count++;
        return count;
    }

    /// <summary>Heads part the states where they are reshaped to [batch, tokens, heads, numbers a head].</summary>
    private long HeadCount(long hidden)
    {
        Dictionary<string, NodeProto> producers = new(StringComparer.Ordinal);
        foreach (NodeProto node in _parameters.Model.Graph.Node)
        {
            foreach (string output in node.Output)
                producers[output] = node;
        }

        long[] sizes = [.. _parameters.Model.Graph.Node.Where(node => node is { OpType: "Reshape", Input.Count: 2 })
            .Select(node => HeadSize(node.Input[1])).OfType<long>().Distinct()];
        return sizes is [var size] && size > 0 && hidden % size == 0 ? hidden / size : throw Missing("how many heads its attention has");

        long? HeadSize(string shape)
        {
            const int Dimensions = 4;
            if (_parameters.Constants.Find(shape)?.Integers() is { Length: Dimensions } whole)
                return whole[^1];
            return producers.GetValueOrDefault(shape) is { OpType: "Concat", Input.Count: Dimensions } parts
                && _parameters.Constants.Find(parts.Input[^1])?.Integers() is [var last] ? last : null;
        }
    }

    private string Activation()
    {
        bool Has(string type, string? approximate = null) => _parameters.Model.Graph.Node.Any(node =>
            node.OpType == type && (approximate is null || (OnnxAttributes.Text(node, "approximate") ?? "none") == approximate));

        return Has("Erf") || Has("Gelu", "none") ? "gelu"
            : Has("Gelu", "tanh") ? "gelu_new"
            // A pooler has a Tanh as well, and with a Pow of three it is the approximation of a GELU: too little to tell them apart.
            : throw Missing("the function between the halves of a feed-forward layer");
    }

    /// <summary>
    /// The norms' epsilon: an attribute of their operators or, in older graphs, the number that is added to a variance before its root.
    /// </summary>
    private double Epsilon()
    {
        HashSet<string> roots = [.. _parameters.Model.Graph.Node.Where(node => node.OpType == "Sqrt").SelectMany(node => node.Input)];
        float[] found = [.. _parameters.Model.Graph.Node.Select(EpsilonOf).OfType<float>().Distinct()];
        return found is [> 0 and var epsilon] ? double.Parse(epsilon.ToString("R", null), null) : throw Missing("the epsilon of its norms");

        float? EpsilonOf(NodeProto node) => node.OpType switch
        {
            "LayerNormalization" => OnnxAttributes.Number(node, "epsilon") ?? 1e-5f,
            "Add" when node.Output.Any(roots.Contains) =>
                node.Input.Select(input => _parameters.Constants.Find(input)?.Number()).FirstOrDefault(number => number is not null),
            _ => null,
        };
    }

    private CheckpointFormatException Missing(string what) => Missing(_parameters.Model, what);

    private static CheckpointFormatException Missing(OnnxModel model, string what) => new(
        model.Path, $"there is no {ModelConfig.FileName} beside it, and the graph doesn't tell {what}",
        $"Put the model's {ModelConfig.FileName} beside it.");
}
