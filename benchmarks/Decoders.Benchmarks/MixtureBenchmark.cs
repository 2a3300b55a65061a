using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;

/// <summary>A step of full fine-tuning of a mixture, two of eight experts a token, and of a dense model of equal active parameters.</summary>
internal static class MixtureBenchmark
{
    public const string Part = "mixture", Mixture = "2 of 8 experts", Dense = "dense";
    private const int Rows = 4, Tokens = 256, Inner = 1024;

    private static readonly DecoderConfig Shape = new()
    {
        Family = ModelFamilies.Mixtral,
        VocabularySize = 8192,
        HiddenSize = 512,
        LayerCount = 8,
        HeadCount = 8,
        KeyValueHeadCount = 8,
        HeadSize = 64,
        IntermediateSize = Inner,
        MaxTokens = 512,
    };

    public static void Run(Results results, int threads, int rounds)
    {
        int[][] texts = DecoderStep.RandomTexts(Rows, Tokens, Shape.VocabularySize);
        DecoderConfig mixture = Shape with
        {
            Experts = new() { Count = 8, ChosenCount = 2, IntermediateSize = Inner, Renormalises = true },
        };
        DecoderConfig dense = Shape with { Family = ModelFamilies.Llama, IntermediateSize = 2 * Inner };
        using var ofMixture = new DecoderStep(CausalLanguageModel.Create(mixture, seed: 1), _ => true, texts);
        using var ofDense = new DecoderStep(CausalLanguageModel.Create(dense, seed: 1), _ => true, texts);
        using var memory = new KeptMemory(); // as training does
        (string Way, DecoderStep Step)[] ways = [(Mixture, ofMixture), (Dense, ofDense)];
        List<double>[] seconds = [[], []], optimizer = [[], []];
        for (int round = -1; round < rounds; round++) // The first one warms up.
        {
            for (int way = 0; way < ways.Length; way++)
            {
                (double whole, double part, _) = ways[way].Step.Run();
                if (round < 0)
                    continue;
                seconds[way].Add(whole);
                optimizer[way].Add(part);
            }
        }

        foreach (((string way, DecoderStep step), int i) in ways.Select((way, i) => (way, i)))
        {
            string about = $"{rounds} rounds, {threads} threads; {step.Count / 1e6:0.0} million parameters";
            results.Add(new(Part, way, "seconds", [.. seconds[i]], about));
            results.Add(new(Part, way, "optimizer seconds", [.. optimizer[i]], about));
        }
    }
}
