// Started by a test, which ends it at any moment: tunes, keeping a training state after every step, and goes on from one that is there.
//   <base folder> <rows: label, tab, text> <folder of states> <weights.safetensors>
// Says "at N" when it begins after step N, and "step N" after every step, before its state is kept; then waits for a line, or for the
// end of its input, before it goes on.
//   budget <base folder> <rows> <folder of states> <weights.safetensors> <control text>
// Tunes within a budget of drift, says "probe N" after every step of a probe as well, and keeps a report beside the weights.
//   save-adapters <folder>
// Says "saved both" when it has saved two adapters there, and goes on saving.
//   pretrain <corpus> <tokenizer folder> <output folder>
// Pre-trains, and says and waits for what a tuning does.
using System.Globalization;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Training.Reports;

if (args is ["save-adapters", var folder])
{
    AdapterSaver.Run(folder);
    return;
}

if (args is ["pretrain", var corpus, var tokenizer, var output])
{
    Pretraining.Run(corpus, tokenizer, output);
    return;
}

bool hasBudget = args is ["budget", ..];
if (hasBudget)
    args = args[1..];
TextExample[] rows = [.. File.ReadLines(args[1]).Select(line => line.Split('\t'))
    .Select(fields => new TextExample(fields[1], null, int.Parse(fields[0], CultureInfo.InvariantCulture)))];
bool hasBegun = false;
TuningOptions options = new KappaTuneTextClassificationTrainer.Options
{
    BaseModel = args[0],
    Selection = KappaSelection.LowestFraction(0.5) with { Norms = true },
    // What needs most to be restored: adapters, what trains beside them, parts of steps, validation rows, the best weights so far.
    Method = TuningMethod.Lora(2, dropout: 0.1),
    GradientAccumulation = 2,
    BatchSize = 4,
    MaxEpochs = 12,
    ValidationFraction = 0.25,
    EarlyStopping = new(ValidationMetric.Loss, Patience: 12),
    LearningRate = 1e-2,
    Threads = 1,
    Device = "cpu",
    ScanCacheDirectory = null,
    CheckpointDirectory = args[2],
    CheckpointEvery = 1,
    Resume = true,
    Progress = progress =>
    {
        if (progress.Phase == TuningPhase.Probing)
        {
            Say("probe", progress.Step);
            Console.In.ReadLine();
        }

        if (progress.Phase != TuningPhase.Training)
            return;
        if (!hasBegun)
            Say("at", progress.Step - 1);
        hasBegun = true;
        Say("step", progress.Step);
        Console.In.ReadLine();
    },
};
if (hasBudget)
    options = options with { MaxEpochs = 5, LearningRate = null, RetentionText = args[4], Budget = new() { MaximumDrift = 0.02 } };
TunedClassifier tuned = TextClassificationTuner.Tune(new() { Train = rows, Classes = ["a", "b"], Options = options });
if (hasBudget)
    TuningJson.Save(tuned.Report, $"{args[3]}.json");
tuned.Classifier.Use(model =>
{
    ModelWriter.Save(args[3], model);
    return true;
});

static void Say(string what, int step)
{
    Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {step}"));
    Console.Out.Flush();
}
