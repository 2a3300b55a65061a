using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

/// <summary>
/// A base model that was never trained: random weights, and a vocabulary of the most frequent words of a corpus and all its characters.
/// </summary>
internal static class RandomModel
{
    public static void Write(string folder, EncoderShape shape, IEnumerable<string> texts, double deviation = 0.02)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), Vocabulary(texts, shape.Vocabulary));
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), """{"tokenizer_class": "BertTokenizer", "do_lower_case": true}""");
        File.WriteAllText(Path.Combine(folder, "config.json"), new JsonObject
        {
            ["architectures"] = new JsonArray("BertModel"),
            ["model_type"] = "bert",
            ["vocab_size"] = shape.Vocabulary,
            ["hidden_size"] = shape.Hidden,
            ["num_hidden_layers"] = shape.Layers,
            ["num_attention_heads"] = shape.Heads,
            ["intermediate_size"] = shape.Intermediate,
            ["max_position_embeddings"] = shape.Positions,
            ["hidden_act"] = "gelu",
            ["hidden_dropout_prob"] = 0.1,
            ["attention_probs_dropout_prob"] = 0.1,
            ["type_vocab_size"] = 2,
            ["layer_norm_eps"] = 1e-12,
            ["pad_token_id"] = 0,
        }.ToJsonString());
        WriteWeights(Path.Combine(folder, "model.safetensors"), [.. shape.Tensors()], deviation);
    }

    private static void WriteWeights(string file, (string Name, long[] Shape)[] tensors, double deviation)
    {
        long end = 0;
        var header = new JsonObject();
        foreach ((string name, long[] shape) in tensors)
        {
            long begin = end;
            end += 4 * shape.Aggregate(1L, (a, b) => a * b);
            header[name] = new JsonObject
            {
                ["dtype"] = "F32",
                ["shape"] = JsonSerializer.SerializeToNode(shape),
                ["data_offsets"] = new JsonArray(begin, end),
            };
        }

        byte[] text = Encoding.UTF8.GetBytes(header.ToJsonString());
        using FileStream stream = File.Create(file);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        stream.Write(length);
        stream.Write(text);
        using var generator = new Generator(1);
        foreach ((string name, long[] shape) in tensors)
        {
            using Tensor values = name.EndsWith("LayerNorm.weight", StringComparison.Ordinal) ? ones(shape)
                : name.EndsWith("bias", StringComparison.Ordinal) ? zeros(shape)
                : empty(shape).normal_(0, deviation, generator);
            stream.Write(values.bytes);
        }
    }

    /// <summary>Special tokens, then characters and their continuations, then words by falling frequency.</summary>
    private static IEnumerable<string> Vocabulary(IEnumerable<string> texts, int size)
    {
        var words = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string word in texts.SelectMany(Words))
            words[word] = words.GetValueOrDefault(word) + 1;
        string[] characters =
        [
            .. words.Keys.SelectMany(word => word.EnumerateRunes())
                .Select(rune => rune.ToString()).Distinct().Order(StringComparer.Ordinal),
        ];
        string[] byFrequency =
        [
            .. words.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key),
        ];
        return ((string[])["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
            .Concat(characters).Concat(characters.Select(character => $"##{character}")).Concat(byFrequency).Distinct().Take(size);
    }

    /// <summary>Roughly BERT's words: runs of letters and digits, and every other visible character by itself.</summary>
    private static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        foreach (Rune rune in text.ToLowerInvariant().EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                word.Append(rune);
                continue;
            }

            if (word.Length > 0)
                yield return word.ToString();
            word.Clear();
            if (!Rune.IsWhiteSpace(rune) && !Rune.IsControl(rune))
                yield return rune.ToString();
        }

        if (word.Length > 0)
            yield return word.ToString();
    }
}
