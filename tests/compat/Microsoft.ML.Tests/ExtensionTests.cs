using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Tests.Extension;

/// <summary>A transformer of someone else's, written on public interfaces, saves itself and loads where nobody has registered it.</summary>
public sealed class ExtensionTests : IDisposable
{
    private static readonly Document[] Documents =
    [
        new() { Text = "abab cd", Label = "x" },
        new() { Text = "zyx", Label = "y" },
        new() { Text = "a quick brown fox", Label = "z" },
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("extension-").FullName;
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void A_model_saved_here_scores_the_same_in_a_fresh_process()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Documents);
        ITransformer model = _context.Transforms.CopyColumns("Copy", "Text").Append(new LetterEstimator("Copy")).Fit(data);
        string path = Path.Combine(_folder, "model.zip");
        _context.Model.Save(model, data.Schema, path);

        float[][] expected = [.. model.Transform(data).GetColumn<float[]>("Score")];
        float[][] actual = [.. Run(["score", path, .. Documents.Select(document => document.Text)]).Select(Parse)];

        Assert.NotEqual(expected[0], expected[1]);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void A_model_saved_by_another_process_loads_here()
    {
        string path = Path.Combine(_folder, "model.zip");
        Run(["save", path]);
        var model = Assert.IsType<LetterTransformer>(_context.Model.Load(path, out DataViewSchema schema));
        Assert.Equal(["first", "second"], model.Model.Labels);
        Assert.Null(model.Note);
        Assert.Equal(["Text", "Label"], schema.Select(column => column.Name));
        IDataView scored = model.Transform(_context.Data.LoadFromEnumerable([new Document { Text = "b" }]));
        Assert.Equal([1 / 3f, 1 / 3f], scored.GetColumn<float[]>("Score").Single());
    }

    [Fact]
    public void It_predicts_object_by_object()
    {
        ITransformer model = new LetterEstimator().Append(_context.Transforms.DropColumns("Label")).Fit(_context.Data.LoadFromEnumerable(Documents));
        PredictionEngine<Document, Scored> engine = _context.Model.CreatePredictionEngine<Document, Scored>(model);
        float[][] batch = [.. model.Transform(_context.Data.LoadFromEnumerable(Documents)).GetColumn<float[]>("Score")];
        Assert.Equal(batch, Documents.Select(document => engine.Predict(document).Score));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static float[] Parse(string line) => [.. line.Split(' ').Select(number => float.Parse(number, CultureInfo.InvariantCulture))];

    private static string[] Run(string[] arguments)
    {
        // The runtime lies in <root>/shared/Microsoft.NETCore.App/<version>.
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        string program = Path.Combine(AppContext.BaseDirectory, "Microsoft.ML.Tests.Extension.dll");
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(root, "dotnet"), [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private sealed class Scored
    {
        public float[] Score { get; set; } = [];
    }
}
