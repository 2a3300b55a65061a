// Language models that hear, on a CPU: how long frames take of recordings, and a training step beside the bare products of its matrices.
// Prints Markdown tables. What is compared is measured in turn, so that whatever else the machine does meets all alike.
using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Study;
using static TorchSharp.torch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string[] parts = [FeatureBenchmark.Part, StepBenchmark.Part];
var threads = new Option<int>("--threads") { DefaultValueFactory = _ => 2 };
var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5, Description = "Rounds; the median counts." };
var recordings = new Option<string?>("--recordings")
{
    Description = "A folder of WAV files, subfolders included. Without it 1,000 utterances are made, of 1 to 5 seconds.",
};
var which = new Argument<string[]>("part") { DefaultValueFactory = _ => parts, Description = string.Join(", ", parts) };
which.AcceptOnlyFromAmong(parts);
var command = new RootCommand("Measures frames of recordings, and training steps of language models that hear.")
{
    threads, rounds, recordings, which,
};
command.SetAction(result =>
{
    string folder = Directory.CreateTempSubdirectory("kappatune-speech-").FullName;
    try
    {
        int used = result.GetValue(threads);
        set_num_threads(used);
        Console.WriteLine(
            $"{MachineName.Processor()}, {Environment.ProcessorCount} cores, {used} threads; "
            + $"{RuntimeInformation.FrameworkDescription}; libtorch {__version__}\n");
        string[] asked = result.GetValue(which)!;
        if (asked.Contains(FeatureBenchmark.Part))
            FeatureBenchmark.Run(result.GetValue(recordings), folder, used, result.GetValue(rounds));
        if (asked.Contains(StepBenchmark.Part))
            StepBenchmark.Run(folder, result.GetValue(rounds));
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
});
return command.Parse(args).Invoke();
