using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// The sizes of a GGUF file's model, from its metadata and, where that leaves them out, from the shapes of its tensors; as the fields that
/// configurations in Llama's layout have.
/// </summary>
internal sealed class GgufSizes(GgufFile file)
{
    /// <summary>Keys of an architecture's own that say nothing which the others, or the tensors, don't say.</summary>
    private static readonly HashSet<string> Harmless =
    [
        "vocab_size", "tensor_data_layout", "rope.dimension_count", "attention.value_length", "rope.scaling.finetuned",
        "rope.scaling.original_context_length", "rope.scaling.factor", "expert_shared_count", "attention.key_length_swa",
        "attention.value_length_swa", "rope.freq_base_swa", "attention.head_count_kv", "attention.key_length",
        // Whoever makes vectors asks for it.
        "pooling_type",
    ];

    private readonly GgufMetadata _metadata = file.Metadata;
    private readonly HashSet<string> _asked = [];

    public int LayerCount => Count("block_count");

    public int HiddenSize => Count("embedding_length");

    public int HeadCount => Count("attention.head_count");

    public int KeyValueHeadCount => FindCount("attention.head_count_kv") ?? HeadCount;

    public int HeadSize
    {
        get
        {
            if (FindCount("attention.key_length") is { } size)
            {
                return FindCount("attention.value_length") is { } other && other != size
                    ? throw Refuse("attention.value_length", $"values of {other} with keys of {size} aren't supported")
                    : size;
            }

            return file.Find("blk.0.attn_q.weight") is { } queries ? (int)(queries.Shape[0] / HeadCount)
                : file.Find("blk.0.attn_qkv.weight") is { } all ? (int)(all.Shape[0] / (HeadCount + 2L * KeyValueHeadCount))
                : Math.Max(1, HiddenSize / HeadCount);
        }
    }

    /// <summary>The share of a head that is turned by its position; null for all of it.</summary>
    public double? PartialRotary =>
        FindCount("rope.dimension_count") is { } turned && turned != HeadSize ? (double)turned / HeadSize : null;

    public bool HasTensor(string name) => file.Find(name) is not null;

    /// <summary>The architecture's own keys that nobody asked for, so that they have no effect.</summary>
    public IEnumerable<string> UnknownKeys
    {
        get
        {
            string own = _metadata.Own("");
            return _metadata.Keys.Where(key => key.StartsWith(own, StringComparison.Ordinal)
                && !_asked.Contains(key) && !Harmless.Contains(key[own.Length..]));
        }
    }

    public int Count(string key) => _metadata.Count(Own(key));

    public int? FindCount(string key) => _metadata.FindCount(Own(key));

    /// <summary>A whole number from 0 on.</summary>
    public int? FindWhole(string key) => _metadata.FindWhole(Own(key));

    public bool? FindFlag(string key) => _metadata.FindFlag(Own(key));

    public double Number(string key) => _metadata.Number(Own(key));

    public double? FindNumber(string key) => _metadata.FindNumber(Own(key));

    public string? FindText(string key) => _metadata.FindText(Own(key));

    /// <summary>A dimension of a tensor that must be there.</summary>
    public int Rows(string tensor, int dimension) =>
        file.Find(tensor) is { } found && found.Shape.Count > dimension && found.Shape[dimension] <= int.MaxValue
            ? (int)found.Shape[dimension]
            : throw new CheckpointFormatException(
                file.Path, "it is missing, or not of a shape that it can have", GgufReader.Damaged, tensor);

    public float[]? FindValues(string tensor)
    {
        const int Most = 1 << 16;
        if (file.Find(tensor) is not { } found)
            return null;
        if (found.ElementCount > Most)
            throw new CheckpointFormatException(file.Path, $"it has more than {Most} values", GgufReader.Damaged, tensor);
        float[] values = new float[found.ElementCount];
        found.Read(0, values);
        return values;
    }

    public CheckpointFormatException Refuse(string key, string reason) =>
        _metadata.Refuse(_metadata.Own(key), reason, "Take the model's safetensors checkpoint, or another model.");

    /// <summary>The fields of Llama's layout.</summary>
    public void WriteLlama(JsonObject root)
    {
        root["hidden_size"] = HiddenSize;
        root["num_hidden_layers"] = LayerCount;
        root["num_attention_heads"] = HeadCount;
        root["num_key_value_heads"] = KeyValueHeadCount;
        root["head_dim"] = HeadSize;
        root["intermediate_size"] = FindCount("feed_forward_length") ?? Count("expert_feed_forward_length");
        root["max_position_embeddings"] = Count("context_length");
        root["rms_norm_eps"] = Number("attention.layer_norm_rms_epsilon");
        root["rope_theta"] = FindNumber("rope.freq_base") ?? 10000;
        if (GgufRotary.Scaling(this) is { } scaling)
            root["rope_scaling"] = scaling;
        if (PartialRotary is not null && _metadata.Architecture != "phi3")
            throw Refuse("rope.dimension_count", $"rotary embeddings of a part of each head of {HeadSize} aren't supported");
        WriteTokens(root);
    }

    /// <summary>The vocabulary and the tokens that begin, end and pad a text.</summary>
    public void WriteTokens(JsonObject root)
    {
        int size = Rows("token_embd.weight", dimension: 0);
        root["vocab_size"] = size;
        root["tie_word_embeddings"] = !HasTensor("output.weight");
        root["bos_token_id"] = Token("bos", size);
        root["pad_token_id"] = Token("padding", size);
        int[] ends = [.. new[] { Token("eos", size), Token("eot", size), Token("eom", size) }.OfType<int>().Distinct()];
        root["eos_token_id"] = ends.Length switch
        {
            0 => null,
            1 => ends[0],
            _ => new JsonArray([.. ends.Select(id => JsonValue.Create(id))]),
        };
    }

    private string Own(string key)
    {
        string own = _metadata.Own(key);
        _asked.Add(own);
        return own;
    }

    private int? Token(string role, int count)
    {
        string key = $"tokenizer.ggml.{role}_token_id";
        return _metadata.FindWhole(key) is not { } id ? null : id < count ? id
            : throw _metadata.Fault(key, $"it is {id}, and the table of embeddings has {count} rows");
    }
}
