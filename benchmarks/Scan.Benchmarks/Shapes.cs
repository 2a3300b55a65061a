/// <summary>The weight matrices of well-known models, by name and shape [rows, columns].</summary>
internal static class Shapes
{
    /// <summary>
    /// A model's heading and its matrices: all of the encoders, one layer of OLMoE and two of TinyLlama; all of TinyLlama's where
    /// <paramref name="full"/>, and a part of each where <paramref name="quick"/>.
    /// </summary>
    public static (string Title, List<(string Name, long Rows, long Columns)> Matrices) Create(
        string model, bool full, bool quick) => model switch
        {
            "minilm" => ("MiniLM", Encoder(6, 384, 1536)),
            "bert-base" => ("BERT-base", Encoder(quick ? 4 : 12, 768, 3072)),
            "roberta-large" => ("RoBERTa-large", Encoder(quick ? 2 : 24, 1024, 4096)),
            "tinyllama" => ("TinyLlama-1.1B", Llama(full ? 22 : 2, 2048, 256, 5632)),
            "olmoe" => ("OLMoE, experts of a layer", Experts(quick ? 16 : 64, 2048, 1024)),
            _ => throw new ArgumentException($"There is no model '{model}': minilm, bert-base, roberta-large, tinyllama or olmoe."),
        };

    private static List<(string, long, long)> Encoder(int layers, long hidden, long inner)
    {
        var matrices = new List<(string, long, long)>();
        for (int i = 0; i < layers; i++)
        {
            string layer = $"encoder.layer.{i}";
            foreach (string part in new[] { "self.query", "self.key", "self.value", "output.dense" })
                matrices.Add(($"{layer}.attention.{part}.weight", hidden, hidden));
            matrices.Add(($"{layer}.intermediate.dense.weight", inner, hidden));
            matrices.Add(($"{layer}.output.dense.weight", hidden, inner));
        }

        return matrices;
    }

    private static List<(string, long, long)> Llama(int layers, long hidden, long keyValue, long inner)
    {
        var matrices = new List<(string, long, long)>();
        for (int i = 0; i < layers; i++)
        {
            string layer = $"model.layers.{i}";
            foreach ((string part, long rows) in new[] { ("q", hidden), ("k", keyValue), ("v", keyValue), ("o", hidden) })
                matrices.Add(($"{layer}.self_attn.{part}_proj.weight", rows, hidden));
            matrices.Add(($"{layer}.mlp.gate_proj.weight", inner, hidden));
            matrices.Add(($"{layer}.mlp.up_proj.weight", inner, hidden));
            matrices.Add(($"{layer}.mlp.down_proj.weight", hidden, inner));
        }

        return matrices;
    }

    private static List<(string, long, long)> Experts(int experts, long hidden, long inner)
    {
        var matrices = new List<(string, long, long)>();
        for (int i = 0; i < experts; i++)
        {
            string expert = $"model.layers.0.mlp.experts.{i}";
            matrices.Add(($"{expert}.gate_proj.weight", inner, hidden));
            matrices.Add(($"{expert}.up_proj.weight", inner, hidden));
            matrices.Add(($"{expert}.down_proj.weight", hidden, inner));
        }

        return matrices;
    }
}
