// Started by a test, which ends it at any moment: tunes, keeping a training state after every step, and goes on from one that is there.
//   <base folder> <rows: label, tab, text> <folder of states> <weights.safetensors>
// Says "at N" when it begins after step N, and "step N" after every step, before its state is kept; then waits for a line, or for the
// end of its input, before it goes on.
//   save-adapters <folder>
// Says "saved both" when it has saved two adapters there, and goes on saving.
//   pretrain <corpus> <tokenizer folder> <output folder>
// Pre-trains, and says and waits for what a tuning does.
using System.Globalization;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.Classification;

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

TextExample[] rows = [.. File.ReadLines(args[1]).Select(line => line.Split('\t'))
    .Select(fields => new TextExample(fields[1], null, int.Parse(fields[0], CultureInfo.InvariantCulture)))];
bool hasBegun = false;
TunedClassifier tuned = TextClassificationTuner.Tune(new()
{
    Train = rows,
    Classes = ["a", "b"],
    Options = new KappaTuneTextClassificationTrainer.Options
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
            if (progress.Phase != TuningPhase.Training)
                return;
            if (!hasBegun)
                Say("at", progress.Step - 1);
            hasBegun = true;
            Say("step", progress.Step);
            Console.In.ReadLine();
        },
    },
});
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
