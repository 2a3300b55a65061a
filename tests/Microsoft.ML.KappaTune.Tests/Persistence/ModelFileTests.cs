using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Tests.CheckpointData;

namespace Microsoft.ML.KappaTune.Tests.Persistence;

/// <summary>Saved transformers load in a fresh process with no registration, and a damaged file is one kind of error.</summary>
public sealed class ModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new();
    private readonly string _checkpoint;

    public ModelFileTests() => _checkpoint = SmallModel.Write(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_saved_pipeline_does_the_same_in_a_fresh_process()
    {
        IDataView data = _context.Data.LoadFromCheckpoint(_checkpoint);
        ITransformer model = Fit(data);
        string path = _folder.File("model.zip"), result = _folder.File("result.tsv");
        _context.Model.Save(model, data.Schema, path);

        Run(path, _checkpoint, result);

        Assert.Equal(AsText(model, data), File.ReadAllText(result));
        Assert.Contains("\tSelected", File.ReadAllText(result));
    }

    [Fact]
    public void A_loaded_model_keeps_decisions_and_options()
    {
        IDataView data = _context.Data.LoadFromCheckpoint(_checkpoint);
        ITransformer model = LoadedModel.Of(Save(Fit(data), data));
        Assert.Equal(AsText(Fit(data), data), AsText(model, data));

        var rows = _context.Data.LoadFromEnumerable(
            [new Other { W = [1, float.NaN], M = 1, N = 2 }, new Other { W = [3, 0, 0, 1], M = 2, N = 2 }]);
        ITransformer renamed = _context.Transforms.KappaConditionNumber("W", "M", "N", null)
            .Append(_context.Transforms.KappaSpectralReport("W", "M", "N", null, NonFiniteHandling.Report)).Fit(rows);
        IDataView loaded = LoadedModel.Of(Save(renamed, rows)).Transform(rows);
        Assert.Equal([double.NaN, 3], loaded.GetColumn<double>("Kappa"));
        Assert.Equal([double.NaN, 3], loaded.GetColumn<double>("SpectralNorm"));
    }

    [Fact]
    public void The_same_model_is_saved_as_the_same_bytes()
    {
        IDataView data = _context.Data.LoadFromCheckpoint(_checkpoint);
        Assert.Equal(Texts(), Texts());

        string[] Texts() => [.. Entries(Save(Fit(data), data)).Select(entry => $"{entry.Name} {Convert.ToHexString(entry.Content)}")];
    }

    [Theory]
    [InlineData("KAPPACND")]
    [InlineData("KAPPASPC")]
    [InlineData("KAPPASEL")]
    public void Damage_to_a_payload_is_a_format_error_or_harmless(string signature)
    {
        IDataView data = _context.Data.LoadFromCheckpoint(_checkpoint);
        byte[] model = Save(Fit(data), data);
        (int begin, int length) = PayloadOf(Entry(model, signature));
        int failures = 0;
        var random = new Random(17);
        for (int i = 0; i < 400; i++)
        {
            int place = begin + random.Next(length);
            bool cut = i % 4 == 0;
            byte value = i % 2 == 0 ? (byte)0xff : (byte)random.Next(256);
            byte[] damaged = ModelZip.Edit(model, (_, content) =>
            {
                if (!Holds(content, signature))
                    return content;
                if (cut)
                    return content[..place];
                content[place] = value;
                return content;
            });
            try
            {
                LoadedModel.Of(damaged);
            }
            catch (FormatException)
            {
                failures++;
            }
        }

        // A quarter is cut off, and always refused.
        Assert.True(failures > 150, $"only {failures} of 400 damaged files were refused");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    [InlineData(1000)]
    public void A_count_that_the_file_has_no_bytes_for_is_a_format_error(int count)
    {
        IDataView data = _context.Data.LoadFromCheckpoint(_checkpoint);
        byte[] model = Save(Fit(data), data);
        byte[] right = BitConverter.GetBytes((int)data.GetRowCount()!);
        int edits = 0;
        byte[] damaged = ModelZip.Edit(model, (_, content) =>
        {
            if (!Holds(content, "KAPPASEL"))
                return content;
            // The payload begins with the number of decisions, then that of the first name, 0.
            int at = content.AsSpan().IndexOf((byte[])[.. right, 0, 0, 0, 0]);
            BitConverter.GetBytes(count).CopyTo(content, at);
            edits++;
            return content;
        });
        Assert.Equal(1, edits);
        Assert.Throws<FormatException>(() => LoadedModel.Of(damaged));
    }

    private sealed class Other
    {
        public float[] W { get; set; } = [];
        public long M { get; set; }
        public long N { get; set; }
    }

    private ITransformer Fit(IDataView data) => _context.Transforms.KappaConditionNumber().Append(_context.Transforms.KappaSpectralReport())
        .Append(_context.Transforms.KappaSelection(KappaSelection.Lowest(2))).Fit(data);

    private byte[] Save(ITransformer model, IDataView data)
    {
        using var stream = new MemoryStream();
        _context.Model.Save(model, data.Schema, stream);
        return stream.ToArray();
    }


    private string AsText(ITransformer model, IDataView data)
    {
        IDataView result = model.Transform(data);
        using var stream = new MemoryStream();
        _context.Data.SaveAsText(_context.Transforms.DropColumns("Weight").Fit(result).Transform(result), stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static bool Holds(byte[] content, string signature) => content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(signature)) >= 0;

    /// <summary>A transformer's own bytes in its entry: the header says where they are, and how many.</summary>
    private static (int Begin, int Length) PayloadOf(byte[] entry) =>
        ((int)BitConverter.ToInt64(entry, 16), (int)BitConverter.ToInt64(entry, 24));

    private static byte[] Entry(byte[] model, string signature) => Entries(model).Single(entry => Holds(entry.Content, signature)).Content;

    private static List<(string Name, byte[] Content)> Entries(byte[] model)
    {
        var entries = new List<(string, byte[])>();
        ModelZip.Edit(model, (name, content) =>
        {
            entries.Add((name, content));
            return content;
        });
        return entries;
    }

    private static void Run(params string[] arguments)
    {
        // The runtime lies in <root>/shared/Microsoft.NETCore.App/<version>.
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        string program = Path.Combine(AppContext.BaseDirectory, "Microsoft.ML.KappaTune.Tests.Loader.dll");
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(root, "dotnet"), [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
    }
}
