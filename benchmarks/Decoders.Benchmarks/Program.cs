// Language models on a CPU: training and generation beside plain PyTorch, a mixture of experts beside a dense model, and the memory of the
// optimizer and of a scan. Prints Markdown tables. What is compared is measured in turn, so that whatever else the machine does meets all
// alike.
using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Study;
using static TorchSharp.torch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case [OptimizerMemory.Command, var way, var childThreads]:
        OptimizerMemory.RunChild(way, int.Parse(childThreads));
        return 0;
    case [ScanMemory.Command, var file, var childThreads]:
        ScanMemory.RunChild(file, int.Parse(childThreads));
        return 0;
}

string[] parts = [PeerBenchmark.Generation, PeerBenchmark.Step, MixtureBenchmark.Part, OptimizerMemory.Part, ScanMemory.Part];
var model = new Option<string?>("--model")
{
    Description = "SmolLM2-135M: its folder or file. Without it the weights are random, which takes as long.",
};
var threads = new Option<int>("--threads") { DefaultValueFactory = _ => Environment.ProcessorCount };
var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5, Description = "Rounds; the median counts." };
var path = new Option<string>("--results")
{
    DefaultValueFactory = _ => "decoders.jsonl",
    Description = "The file that results are added to, and tables are made of.",
};
var which = new Argument<string[]>("part")
{
    DefaultValueFactory = _ => parts,
    Description = $"{string.Join(", ", parts)}; or tables, which measures nothing.",
};
which.AcceptOnlyFromAmong([.. parts, "tables"]);
var command = new RootCommand("Measures training, generation and memory of language models.") { model, threads, rounds, path, which };
command.SetAction(result =>
{
    string folder = Directory.CreateTempSubdirectory("kappatune-decoders-").FullName;
    try
    {
        var results = new Results(result.GetValue(path)!);
        Measure(
            results, result.GetValue(model), folder, result.GetValue(threads), result.GetValue(rounds), result.GetValue(which)!);
        Tables.Print(results);
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
});
return command.Parse(args).Invoke();

static void Measure(Results results, string? model, string work, int threads, int rounds, string[] parts)
{
    set_num_threads(threads);
    Console.WriteLine(
        $"{MachineName.Processor()}, {Environment.ProcessorCount} cores, {threads} threads; "
        + $"{RuntimeInformation.FrameworkDescription}; libtorch {__version__}\n");
    if (parts.Contains(PeerBenchmark.Generation) || parts.Contains(PeerBenchmark.Step))
        PeerBenchmark.Run(results, model, work, threads, rounds, parts);
    if (parts.Contains(MixtureBenchmark.Part))
        MixtureBenchmark.Run(results, threads, rounds);
    if (parts.Contains(OptimizerMemory.Part))
        OptimizerMemory.Run(results, threads);
    if (parts.Contains(ScanMemory.Part))
        ScanMemory.Run(results, work, threads);
}
