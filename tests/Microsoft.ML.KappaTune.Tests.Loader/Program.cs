// Started by the tests as a fresh process: loads a model, with no registration, runs it on a checkpoint, and writes what it made of it.
//   <model.zip> <checkpoint> <result.tsv>
using Microsoft.ML;

var context = new MLContext();
ITransformer model = context.Model.Load(args[0], out _);
IDataView result = model.Transform(context.Data.LoadFromCheckpoint(args[1]));
using FileStream file = File.Create(args[2]);
context.Data.SaveAsText(context.Transforms.DropColumns("Weight").Fit(result).Transform(result), file);
