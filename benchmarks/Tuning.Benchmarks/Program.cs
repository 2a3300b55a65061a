// Fine-tuning and serving a text classifier on a CPU: how fast it trains against full fine-tuning and against plain PyTorch the
// reference's way, how fast it scores, how much memory it takes, how soon it answers, and how accurate it is on real tasks;
// what is learnt within budgets of forgetting; and decoders that classify by a new head and by words.
// Prints Markdown tables. What is compared is measured in turn, so that whatever else the machine does meets all alike.
using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Study;
using static TorchSharp.torch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case [MemoryBenchmark.Command, var way, var shape, var model, var rows, var childThreads, var childTokens, var work]:
        MemoryBenchmark.RunChild(way, shape, model, rows, int.Parse(childThreads), int.Parse(childTokens), work);
        return 0;
    case [ServingBenchmark.Command, var zip, var text]:
        ServingBenchmark.RunChild(zip, text);
        return 0;
    case [AccuracyBenchmark.Command, var zip, var test]:
        AccuracyBenchmark.RunChild(zip, test);
        return 0;
}

string[] parts = ["training", "optimizer", "profile", "scoring", "memory", "serving", "accuracy"];
Option<string?> data = CommandOptions.Data();
var threads = new Option<int>("--threads") { DefaultValueFactory = _ => Environment.ProcessorCount };
var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 3, Description = "Rounds; the median counts." };
var rowCount = new Option<int?>("--rows") { Description = "Rows of an epoch; default: all 6000, with --quick 640, of BERT-base 256." };
var tokens = new Option<int>("--tokens")
{
    DefaultValueFactory = _ => 128,
    Description = "Tokens of the longest text, to which the reference pads.",
};
var full = new Option<bool>("--full") { Description = "Training and memory for BERT-base's shape as well." };
var quick = new Option<bool>("--quick") { Description = "Fewer rows: some minutes on two cores." };
var which = new Argument<string[]>("part") { DefaultValueFactory = _ => parts, Description = string.Join(", ", parts) };
which.AcceptOnlyFromAmong(parts);
var command = new RootCommand("Measures training, its parts, scoring, memory, serving and accuracy of text classification.")
{
    data, threads, runs, rowCount, tokens, full, quick, which,
};
command.SetAction(result => WorkFolder.Use("tuning", folder =>
{
    bool isQuick = result.GetValue(quick);
    var setting = new Setting(
        Corpus.Folder(result.GetValue(data)), folder, result.GetValue(threads), result.GetValue(runs),
        result.GetValue(rowCount) ?? (isQuick ? 640 : int.MaxValue), result.GetValue(tokens), isQuick);
    Run(setting, result.GetValue(which)!, result.GetValue(full));
}));
foreach (Command other in BudgetCommands.Create().Concat(WordsCommands.Create()))
    command.Subcommands.Add(other);
return command.Parse(args).Invoke();

static void Run(Setting setting, string[] parts, bool full)
{
    set_num_threads(setting.Threads);
    Console.WriteLine(
        $"{MachineName.Processor()}, {Environment.ProcessorCount} cores, {setting.Threads} threads; "
        + $"{RuntimeInformation.FrameworkDescription}; libtorch {__version__}\n");
    foreach (string part in parts)
    {
        switch (part)
        {
            case "training":
                TrainingBenchmark.Run(setting, EncoderShape.MiniLm);
                if (full)
                    TrainingBenchmark.Run(setting with { Rows = Math.Min(setting.Rows, 256) }, EncoderShape.Base);
                break;
            case "optimizer":
                OptimizerBenchmark.Run(setting);
                break;
            case "profile":
                ProfileBenchmark.Run(setting, EncoderShape.MiniLm);
                break;
            case "scoring":
                ScoringBenchmark.Run(setting, EncoderShape.MiniLm);
                break;
            case "memory":
                MemoryBenchmark.Run(setting, EncoderShape.MiniLm);
                if (full)
                    MemoryBenchmark.Run(setting, EncoderShape.Base);
                break;
            case "serving":
                ServingBenchmark.Run(setting, EncoderShape.MiniLm);
                break;
            default:
                AccuracyBenchmark.Run(setting);
                break;
        }
    }
}
