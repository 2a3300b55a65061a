// A program of a third party's, started by the tests as a fresh process:
//   score <model.zip> <text>...   loads the model, with no registration, and prints the scores of each text, a line each
//   save <model.zip>              trains a model and saves it
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Tests.Extension;

var context = new MLContext(seed: 1);
switch (args)
{
    case ["score", var path, .. var texts]:
        ITransformer model = context.Model.Load(path, out _);
        IDataView scored = model.Transform(context.Data.LoadFromEnumerable(texts.Select(text => new Document { Text = text }).ToArray()));
        foreach (float[] scores in scored.GetColumn<float[]>("Score"))
            Console.WriteLine(string.Join(' ', scores.Select(score => score.ToString("R", CultureInfo.InvariantCulture))));
        return 0;
    case ["save", var path]:
        IDataView data = context.Data.LoadFromEnumerable(
        [
            new Document { Text = "aab", Label = "first" },
            new Document { Text = "bcc", Label = "second" },
        ]);
        context.Model.Save(new LetterEstimator().Fit(data), data.Schema, path);
        return 0;
    default:
        return 1;
}
