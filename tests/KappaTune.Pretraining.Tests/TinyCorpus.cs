using Microsoft.ML.KappaTune.Pretraining;

namespace Microsoft.ML.KappaTune.Tests.Pretraining;

/// <summary>
/// Sentences in which one word tells the next ones, a tokenizer for them, and options of a model that learns that in a second.
/// </summary>
internal sealed class TinyCorpus : IDisposable
{
    private static readonly string[] Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    private static readonly string[][] Phrases =
        [["the", "cat", "drinks", "milk", "."], ["a", "dog", "eats", "meat", "."], ["my", "bird", "sing", "##s", "song", "##s", "."]];

    private readonly TemporaryFolder _folder = new();

    public TinyCorpus(int lines = 150)
    {
        string tokenizer = Directory.CreateDirectory(_folder.File("tokenizer")).FullName;
        File.WriteAllLines(Path.Combine(tokenizer, "vocab.txt"), Vocabulary);
        File.WriteAllText(
            Path.Combine(tokenizer, "tokenizer_config.json"), """{"tokenizer_class": "BertTokenizer", "do_lower_case": true}""");
        Text = _folder.Write("corpus.txt", Lines(lines, seed: 1));
        HeldOut = _folder.Write("held.txt", Lines(20, seed: 2));
        Options = new()
        {
            Tokenizer = tokenizer,
            MaximumTokens = 16,
            Layers = 2,
            Hidden = 16,
            Heads = 2,
            Intermediate = 32,
            BatchSize = 8,
            Steps = 10,
            LearningRate = 1e-2,
            ShortShare = 0,
            CheckpointEvery = 4,
            Storage = TorchSharp.torch.ScalarType.Float32,
        };
    }

    public static string[] Vocabulary { get; } = [.. Special, .. Phrases.SelectMany(words => words).Distinct()];

    public string Text { get; }

    public string HeldOut { get; }

    public PretrainingOptions Options { get; }

    public string this[string name] => _folder.File(name);

    public PretrainingRequest Task(PretrainingOptions? options = null, string output = "model") => new()
    {
        Options = options ?? Options,
        Corpus = Text,
        HeldOut = HeldOut,
        Output = _folder.File(output),
        Device = "cpu",
        Threads = 1,
    };

    public byte[] WeightsOf(string output = "model") => File.ReadAllBytes(Path.Combine(_folder.File(output), "model.safetensors"));

    public string Write(string name, string text) => _folder.Write(name, text);

    public void Dispose() => _folder.Dispose();

    private static string Lines(int count, int seed)
    {
        var random = new Random(seed);
        return string.Concat(Enumerable.Range(0, count).Select(_ =>
            string.Join(' ', random.GetItems(Phrases, random.Next(1, 4)).SelectMany(words => words)).Replace(" ##", "") + "\n"));
    }
}
