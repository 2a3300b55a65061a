using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

/// <summary>A GGUF file of a small Llama with a tokenizer, whose metadata a test may change.</summary>
internal sealed class GgufSample
{
    public const int Hidden = 16, Heads = 4, KeyValueHeads = 2, Inner = 32;

    /// <summary>Bytes as characters, a word of two of them, and a special token.</summary>
    public static readonly string[] ByteTokens = [.. "abcdefgh ".Select(c => c == ' ' ? "Ġ" : $"{c}"), "ab", "Ġab", "<s>", "</s>"];

    public Dictionary<string, object> Metadata { get; } = new()
    {
        ["general.architecture"] = "llama",
        ["llama.block_count"] = 1u,
        ["llama.context_length"] = 64u,
        ["llama.embedding_length"] = (uint)Hidden,
        ["llama.attention.head_count"] = (uint)Heads,
        ["llama.attention.head_count_kv"] = (uint)KeyValueHeads,
        ["llama.feed_forward_length"] = (uint)Inner,
        ["llama.attention.layer_norm_rms_epsilon"] = 1e-5f,
        ["tokenizer.ggml.model"] = "gpt2",
        ["tokenizer.ggml.pre"] = "gpt-2",
        ["tokenizer.ggml.tokens"] = ByteTokens,
        ["tokenizer.ggml.token_type"] = ByteTokens.Select(token => token.StartsWith('<') ? 3 : 1).ToArray(),
        ["tokenizer.ggml.merges"] = new[] { "a b", "Ġ ab" },
        ["tokenizer.ggml.bos_token_id"] = 11u,
        ["tokenizer.ggml.eos_token_id"] = 12u,
    };

    /// <summary>Of F32; all values differ.</summary>
    public Dictionary<string, long[]> Tensors { get; } = new()
    {
        ["token_embd.weight"] = [ByteTokens.Length, Hidden],
        ["output_norm.weight"] = [Hidden],
        ["blk.0.attn_norm.weight"] = [Hidden],
        ["blk.0.attn_q.weight"] = [Hidden, Hidden],
        ["blk.0.attn_k.weight"] = [Hidden / 2, Hidden],
        ["blk.0.attn_v.weight"] = [Hidden / 2, Hidden],
        ["blk.0.attn_output.weight"] = [Hidden, Hidden],
        ["blk.0.ffn_norm.weight"] = [Hidden],
        ["blk.0.ffn_gate.weight"] = [Inner, Hidden],
        ["blk.0.ffn_up.weight"] = [Inner, Hidden],
        ["blk.0.ffn_down.weight"] = [Hidden, Inner],
    };

    /// <summary>How each frequency of the rotary embeddings is stretched; null for not at all.</summary>
    public float[]? Factors { get; init; }

    /// <summary>With a SentencePiece tokenizer, whose best pieces are "▁a" and "▁ab".</summary>
    public static GgufSample SentencePieces()
    {
        string[] bytes = [.. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>")];
        string[] tokens = ["<unk>", "<s>", "</s>", .. bytes, "▁", "a", "b", "c", "▁a", "ab", "bc", "▁ab"];
        var sample = new GgufSample();
        sample.Metadata["tokenizer.ggml.model"] = "llama";
        sample.Metadata["tokenizer.ggml.tokens"] = tokens;
        sample.Metadata["tokenizer.ggml.token_type"] =
            tokens.Select((token, id) => id == 0 ? 2 : id < 3 ? 3 : token.StartsWith("<0x", StringComparison.Ordinal) ? 6 : 1).ToArray();
        float[] scores = new float[tokens.Length];
        string[] best = ["▁a", "▁ab", "bc", "ab"];
        for (int i = 0; i < tokens.Length; i++)
            scores[i] = Array.IndexOf(best, tokens[i]) is var rank and >= 0 ? -rank : -100;
        sample.Metadata["tokenizer.ggml.scores"] = scores;
        sample.Metadata["tokenizer.ggml.bos_token_id"] = 1u;
        sample.Metadata["tokenizer.ggml.eos_token_id"] = 2u;
        sample.Tensors["token_embd.weight"] = [tokens.Length, Hidden];
        return sample;
    }

    public string Write(TemporaryFolder folder, string name = "model.gguf")
    {
        float next = 0;
        GgufWriter.Write(
            folder.File(name), [.. Metadata],
            [
                .. Tensors.Select(tensor => new GgufSource(tensor.Key, GgufType.F32, tensor.Value, stream => Fill(stream, tensor.Value))),
                .. Factors is { } factors ? [new GgufSource("rope_freqs.weight", GgufType.F32, [factors.Length], WriteFactors)]
                    : Array.Empty<GgufSource>(),
            ]);
        return folder.File(name);

        void WriteFactors(Stream stream)
        {
            foreach (float factor in Factors!)
                stream.Write(BitConverter.GetBytes(factor));
        }

        void Fill(Stream stream, long[] shape)
        {
            for (long i = shape.Aggregate(1L, (product, one) => product * one); i > 0; i--)
                stream.Write(BitConverter.GetBytes(next++ / 1000));
        }
    }

    public HuggingFaceTokenizer Tokenizer(TemporaryFolder folder)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Write(folder));
        return HuggingFaceTokenizer.Create(TokenizerFiles.Read(checkpoint));
    }
}
