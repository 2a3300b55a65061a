// Started by the tests as a fresh process: loads a model, with no registration, runs it on data, and writes what it made of it.
//   <model.zip> <checkpoint> <result.tsv>   condition numbers and the like of a checkpoint
//   <model.zip> <rows.tsv> <result.tsv>     classes of texts, with the bits of their scores; a row is a class and a text
//   hear <model.zip> <paths.txt> <result.tsv>   what is said in files, with the bits of how likely it is
//   variable <name>                         a variable of the C library's environment, and whether libtorch is loaded
//   faults <first or other>                 the pages that a block takes each time, as it is, and with memory that is kept
//   scan <checkpoint>                       condition numbers without ML.NET
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

switch (args)
{
    case ["hear", var zip, var paths, var heard]:
        var hearing = new MLContext();
        IDataView clips = hearing.Data.LoadFromTextFile(paths, [new TextLoader.Column("Audio", DataKind.String, 0)]);
        IDataView said = hearing.Model.Load(zip, out _).Transform(clips);
        File.WriteAllLines(heard, said.GetColumn<string>("Transcript").Zip(
            said.GetColumn<float>("LogLikelihood"), (text, sum) => $"{text}\t{BitConverter.SingleToInt32Bits(sum)}"));
        return;
    case ["variable", var name]:
        NativeSide.PrintVariable(name);
        return;
    case ["faults", var thread]:
        NativeSide.PrintFaults(onFirst: thread == "first");
        return;
    case ["scan", var checkpoint]:
        NativeSide.Scan(checkpoint);
        return;
}

var context = new MLContext();
ITransformer model = context.Model.Load(args[0], out _);
if (args[1].EndsWith(".tsv", StringComparison.Ordinal))
{
    IDataView rows = context.Data.LoadFromTextFile(args[1],
        [new TextLoader.Column("Class", DataKind.String, 0), new TextLoader.Column("Sentence1", DataKind.String, 1)]);
    IDataView scored = model.Transform(rows);
    string[] guesses = scored.Schema.GetColumnOrNull("Guess") is null
        ? [.. scored.GetColumn<uint>("PredictedLabel").Select(key => key.ToString(CultureInfo.InvariantCulture))]
        : [.. scored.GetColumn<string>("Guess")];
    File.WriteAllLines(args[2], scored.GetColumn<float[]>("Score").Zip(guesses, (scores, guess) =>
        $"{guess}\t{string.Join('\t', scores.Select(score => BitConverter.SingleToInt32Bits(score)))}"));
    return;
}

IDataView result = model.Transform(context.Data.LoadFromCheckpoint(args[1]));
using FileStream file = File.Create(args[2]);
context.Data.SaveAsText(context.Transforms.DropColumns("Weight").Fit(result).Transform(result), file);
