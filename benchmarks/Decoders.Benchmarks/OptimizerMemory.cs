using Microsoft.ML.KappaTune.Models;
using static TorchSharp.torch;

/// <summary>
/// How much resident memory the optimizer adds, each selection in a process of its own: the difference between after a forward and backward
/// pass and after the optimizer's step.
/// </summary>
internal static class OptimizerMemory
{
    public const string Part = "optimizer", Command = "child-optimizer", Measured = "bytes", Expected = "8 bytes × selected parameters";
    private const string Everything = "everything", Values = "value projections", Expert = "one expert of eight";

    private static readonly DecoderConfig Shape = new()
    {
        Family = ModelFamilies.Mixtral,
        VocabularySize = 8192,
        HiddenSize = 512,
        LayerCount = 6,
        HeadCount = 8,
        KeyValueHeadCount = 8,
        HeadSize = 64,
        IntermediateSize = 2048,
        MaxTokens = 512,
        Experts = new() { Count = 8, ChosenCount = 2, IntermediateSize = 2048, Renormalises = true },
    };

    public static void Run(Results results, int threads)
    {
        foreach (string way in (string[])[Everything, Expert, Values])
        {
            long[] answer = [.. Child.Ask(Command, way, $"{threads}").Split(' ').Select(long.Parse)];
            string about = $"a mixture of {answer[0] / 1e6:0.0} million parameters";
            results.Add(new(Part, way, Expected, [8.0 * answer[1]], about));
            results.Add(new(Part, way, Measured, [answer[2]], about));
        }
    }

    /// <summary>What the child does: prints all parameters, those that train, and the bytes that the optimizer took.</summary>
    public static void RunChild(string way, int threads)
    {
        set_num_threads(threads);
        CausalLanguageModel model = CausalLanguageModel.Create(Shape, seed: 1);
        long all = model.parameters().Sum(parameter => parameter.NumberOfElements);
        using var step = new DecoderStep(model, IsSelected, DecoderStep.RandomTexts(2, 64, Shape.VocabularySize));
        for (int i = 0; i < 2; i++) // The second time finds the memory of the first.
            step.AddGradients();
        GC.Collect();
        long before = Resident();
        step.Optimize();
        Console.WriteLine($"{all} {step.Count} {Resident() - before}");

        bool IsSelected(string name) => way switch
        {
            Everything => true,
            Values => name.EndsWith("v_proj.weight", StringComparison.Ordinal),
            _ => name.Contains(".experts.0.", StringComparison.Ordinal),
        };
    }

    private static long Resident()
    {
        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]);
    }
}
