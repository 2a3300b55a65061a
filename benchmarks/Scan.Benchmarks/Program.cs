// Scans a checkpoint of a model's shapes in several ways, each in turn in every round, in one process, on the same libtorch and
// threads: ours, exact and for a ranking; a thin SVD a tensor, as the method's reference does; all singular values a tensor, as PEFT
// does; and the bare Gram product in float32, which no way by Gram matrices can beat. Prints a Markdown table of medians and ratios.
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Study;
using static TorchSharp.torch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var threadsOption = new Option<int>("--threads") { DefaultValueFactory = _ => Environment.ProcessorCount };
var runsOption = new Option<int>("--runs") { DefaultValueFactory = _ => 3, Description = "Rounds; the median counts." };
var fullOption = new Option<bool>("--full") { Description = "All layers of TinyLlama, not two." };
var quickOption = new Option<bool>("--quick") { Description = "4 layers of BERT, 2 of RoBERTa, 16 of OLMoE's 64 experts." };
string[] all = ["minilm", "bert-base", "roberta-large", "tinyllama", "olmoe"];
var modelsArgument = new Argument<string[]>("model") { DefaultValueFactory = _ => all };
modelsArgument.AcceptOnlyFromAmong(all);
var command = new RootCommand("Times ways to get the condition numbers of a checkpoint.")
{
    threadsOption, runsOption, fullOption, quickOption, modelsArgument,
};
command.SetAction(result => Run(
    result.GetValue(threadsOption), result.GetValue(runsOption),
    model => Shapes.Create(model, result.GetValue(fullOption), result.GetValue(quickOption)), result.GetValue(modelsArgument)!));
return command.Parse(args).Invoke();

static void Run(
    int threads, int runs, Func<string, (string Title, List<(string Name, long Rows, long Columns)> Matrices)> shapes, string[] models)
{
    set_num_threads(threads);
    Console.WriteLine(
        $"{MachineName.Processor()}, {Environment.ProcessorCount} cores, {threads} threads; "
        + $"{RuntimeInformation.FrameworkDescription}; libtorch {__version__}; medians of {runs} rounds in turn, files in the page cache");
    Console.WriteLine();
    Console.WriteLine("| shapes | matrices | ours, exact | ours, ranking 20 % | thin SVD | singular values | Gram product | "
        + "exact: SVD ÷, values ÷ | ranking: SVD ÷, values ÷, ÷ Gram | cached |");
    Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    foreach (string model in models)
    {
        (string title, var matrices) = shapes(model);
        string folder = Directory.CreateTempSubdirectory("kappatune-scan-").FullName;
        try
        {
            string file = Path.Combine(folder, "model.safetensors");
            SyntheticCheckpoint.Write(file, matrices);
            Console.WriteLine(Row(title, matrices.Count, new Ways(file, Path.Combine(folder, "cache"), matrices), runs));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

static string Row(string title, int count, Ways ways, int runs)
{
    Action[] all = [ways.Exact, ways.Ranking, ways.ThinSvd, ways.SingularValues, ways.GramProduct, ways.Cached];
    double[][] seconds = [.. all.Select(_ => new double[runs])];
    ways.FillCache();
    for (int run = 0; run < runs; run++)
        for (int way = 0; way < all.Length; way++)
        {
            long start = Stopwatch.GetTimestamp();
            all[way]();
            seconds[way][run] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

    double[] median = [.. seconds.Select(values => values.Order().ElementAt(runs / 2))];
    return $"| {title} | {count} | {median[0]:0.00} s | {median[1]:0.00} s | {median[2]:0.00} s | {median[3]:0.00} s | {median[4]:0.00} s "
        + $"| {median[2] / median[0]:0.0}, {median[3] / median[0]:0.0} | {median[2] / median[1]:0.0}, {median[3] / median[1]:0.0}, "
        + $"{median[1] / median[4]:0.0} | {median[5]:0.00} s |";
}
