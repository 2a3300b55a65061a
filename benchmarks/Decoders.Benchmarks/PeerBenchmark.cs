using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;

/// <summary>A model of SmolLM2-135M's shape, ours and in plain PyTorch: greedy tokens one by one, and steps of full fine-tuning.</summary>
internal static class PeerBenchmark
{
    public const string Generation = "generation", Step = "step", Ours = "ours", GivenBack = "ours, freed memory given back";
    private const int Rows = 4, Tokens = 256, PromptTokens = 16, Written = 128;

    private static readonly DecoderConfig Shape = new()
    {
        VocabularySize = 49152,
        HiddenSize = 576,
        LayerCount = 30,
        HeadCount = 9,
        KeyValueHeadCount = 3,
        HeadSize = 64,
        IntermediateSize = 1536,
        MaxTokens = 2048,
        RotaryBase = 100000,
        NormEps = 1e-5,
        TiesWordEmbeddings = true,
    };

    /// <param name="model">The real model's folder or file; random weights where there is none.</param>
    /// <param name="parts">Which of both.</param>
    public static void Run(Results results, string? model, string work, int threads, int rounds, IReadOnlyCollection<string> parts)
    {
        CausalLanguageModel ours = Load(model);
        string folder = Path.Combine(work, "model"), inputs = Path.Combine(work, "inputs.json");
        ModelWriter.SaveFolder(folder, ours);
        int[][] texts = DecoderStep.RandomTexts(Rows, Tokens, ours.Decoder.Config.VocabularySize);
        File.WriteAllText(inputs, JsonSerializer.Serialize(new { texts, prompt = texts[0][..PromptTokens] }));
        using var step = new DecoderStep(ours, _ => true, texts);
        using PyTorch? peer = PyTorch.Open("peer.py", folder, inputs, $"{threads}", $"{Written}");
        string about = peer is null ? "no PyTorch here" : $"PyTorch {peer.Version}";
        // Tokens first: steps change the weights, here and there.
        if (parts.Contains(Generation))
            Measure(Generation, Ours, peer, () => Generate(ours, texts[0][..PromptTokens]), ReadIds, AssertSame);
        if (parts.Contains(Step))
        {
            using (new KeptMemory()) // as training does
                Measure(Step, Ours, peer, OneStep, ReadLoss, AssertNear);
            Measure(Step, GivenBack, beside: null, OneStep, ReadLoss, AssertNear);
        }

        (double Seconds, double Loss) OneStep()
        {
            (double seconds, _, double loss) = step.Run();
            return (seconds, loss);
        }

        void Measure<T>(
            string part, string way, PyTorch? beside, Func<(double Seconds, T Result)> own, Func<string, T> read, Action<T, T> compare)
        {
            (List<double> ownTimes, List<double> otherTimes) = ([], []);
            for (int round = -1; round < rounds; round++) // The first one warms up, and shows that both compute the same.
            {
                (double seconds, T result) = own();
                string[]? its = beside?.Ask(part).Split(' '); // The seconds and the result.
                if (round < 0 && its is not null)
                    compare(result, read(its[1]));
                if (round < 0)
                    continue;
                ownTimes.Add(seconds);
                if (its is not null)
                    otherTimes.Add(double.Parse(its[0], CultureInfo.InvariantCulture));
            }

            results.Add(new(part, way, "seconds", [.. ownTimes], $"{rounds} rounds, {threads} threads, {about}"));
            if (beside is not null)
                results.Add(new(part, "PyTorch", "seconds", [.. otherTimes], about));
        }
    }

    private static CausalLanguageModel Load(string? model)
    {
        if (model is null)
            return CausalLanguageModel.Create(Shape, seed: 1);
        using Checkpoint checkpoint = Checkpoint.Open(model);
        return CausalLanguageModel.Load(checkpoint);
    }

    private static (double Seconds, int[] Ids) Generate(CausalLanguageModel model, int[] prompt)
    {
        model.eval();
        long start = Stopwatch.GetTimestamp();
        using var state = new DecodingState();
        var sampler = new TokenSampler(new GenerationOptions());
        List<int> ids = [];
        HashSet<int> seen = [];
        IReadOnlyList<int> unread = prompt;
        while (ids.Count < Written)
        {
            int token = sampler.Next(state.Read(model, unread), seen);
            ids.Add(token);
            unread = [token];
        }

        return (Stopwatch.GetElapsedTime(start).TotalSeconds, [.. ids]);
    }

    private static int[] ReadIds(string text) => [.. text.Split(',').Select(int.Parse)];

    private static double ReadLoss(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static void AssertSame(int[] ours, int[] theirs)
    {
        int same = ours.Zip(theirs).TakeWhile(pair => pair.First == pair.Second).Count();
        if (same < Written)
            Console.Error.WriteLine($"The first {same} tokens of {Written} are the same; rounding may decide from there on.");
    }

    private static void AssertNear(double ours, double theirs)
    {
        if (Math.Abs(ours - theirs) > 1e-3)
            throw new InvalidOperationException($"The loss is {ours} here, and {theirs} in PyTorch.");
    }
}
