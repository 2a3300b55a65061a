/// <summary>The size of a BERT-shaped encoder.</summary>
internal sealed record EncoderShape(string Name, int Layers, int Hidden, int Heads, int Vocabulary, int Positions = 512)
{
    public static readonly EncoderShape Base = new("BERT-base, 12 layers × 768", 12, 768, 12, 30522);

    /// <summary>As all-MiniLM-L6-v2.</summary>
    public static readonly EncoderShape MiniLm = new("MiniLM, 6 layers × 384", 6, 384, 12, 30522);

    /// <summary>For learning from few rows, in which rarer words than these hardly occur twice.</summary>
    public static readonly EncoderShape Tiny = new("2 layers × 64", 2, 64, 4, 3000);

    public int Intermediate => 4 * Hidden;

    /// <summary>Every tensor's name and shape, as a masked language model's encoder has them.</summary>
    public IEnumerable<(string Name, long[] Shape)> Tensors()
    {
        const string Embeddings = "bert.embeddings";
        yield return ($"{Embeddings}.word_embeddings.weight", [Vocabulary, Hidden]);
        yield return ($"{Embeddings}.position_embeddings.weight", [Positions, Hidden]);
        yield return ($"{Embeddings}.token_type_embeddings.weight", [2, Hidden]);
        foreach (var tensor in Norm($"{Embeddings}.LayerNorm"))
            yield return tensor;
        for (int i = 0; i < Layers; i++)
        {
            string layer = $"bert.encoder.layer.{i}";
            foreach (string attention in (string[])["self.query", "self.key", "self.value", "output.dense"])
                foreach (var tensor in Linear($"{layer}.attention.{attention}", Hidden, Hidden))
                    yield return tensor;
            foreach (var tensor in Norm($"{layer}.attention.output.LayerNorm")
                .Concat(Linear($"{layer}.intermediate.dense", Hidden, Intermediate))
                .Concat(Linear($"{layer}.output.dense", Intermediate, Hidden))
                .Concat(Norm($"{layer}.output.LayerNorm")))
            {
                yield return tensor;
            }
        }

        foreach (var tensor in Linear("bert.pooler.dense", Hidden, Hidden))
            yield return tensor;

        static (string, long[])[] Linear(string name, long inputs, long outputs) =>
            [($"{name}.weight", [outputs, inputs]), ($"{name}.bias", [outputs])];

        (string, long[])[] Norm(string name) => [($"{name}.weight", [Hidden]), ($"{name}.bias", [Hidden])];
    }
}
