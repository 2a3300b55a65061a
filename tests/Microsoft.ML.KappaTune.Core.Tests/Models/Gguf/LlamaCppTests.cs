using System.Text;
using System.Text.Json;
using LLama;
using LLama.Common;
using LLama.Native;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Checkpoints;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>llama.cpp itself goes on with a text by the file that was written as the model does that it was written from.</summary>
public sealed class LlamaCppTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>A model of each family that the gguf library wrote.</summary>
    public static TheoryData<string> Models => [.. Golden.Files("gguf", "model.gguf").Select(row => row.Data)
        .Where(row => row.Length == 0 || row.Contains("-f16", StringComparison.Ordinal))];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Greedy_tokens_are_the_models_own(int seed)
    {
        RequireLibrary();
        using Checkpoint sample = Checkpoint.Open(new GgufSample().Write(_folder));
        DecoderConfig config = DecoderConfig.Read(sample) with
        {
            HiddenSize = 64,
            LayerCount = 2,
            HeadCount = 4,
            KeyValueHeadCount = 2,
            HeadSize = 16,
            IntermediateSize = 96,
            InitializerRange = 0.3,
        };
        string path = _folder.File("written.gguf");
        int[] prompt = [0, 3, 9, 5], expected;
        using (var model = CausalLanguageModel.Create(config, seed))
            expected = Write(path, model, TokenizerFiles.Read(sample), prompt, count: 24);
        Assert.True(expected.Distinct().Count() > 1);
        using LLamaWeights weights = LLamaWeights.LoadFromFile(Parameters(path));
        Assert.Equal(expected, GoOn(weights, path, prompt, expected.Length));
    }

    /// <summary>Families lay their tensors out in ways of their own, and their tokenizers are read by llama.cpp as well.</summary>
    [Theory, MemberData(nameof(Models))]
    public void Tokens_of_every_family_are_the_models_own(string row)
    {
        RequireLibrary();
        string golden = Golden.Open(row), folder = Path.GetDirectoryName(golden)!, path = _folder.File("written.gguf");
        using SafetensorsFile cases = SafetensorsFile.Open(Path.Combine(folder, "cases.safetensors"));
        using Tensor recorded = StoredTensors.Load(cases.Tensors.Single(view => view.Name == "greedy.ids"));
        int[] all = [.. recorded.data<long>().Select(id => (int)id)], prompt = all[..4], written;
        using (Checkpoint checkpoint = Checkpoint.Open(golden))
        using (CausalLanguageModel model = CausalLanguageModel.Load(checkpoint))
            written = Write(path, model, TokenizerFiles.Read(checkpoint), prompt, all.Length - prompt.Length);
        Assert.Equal(all[prompt.Length..], written);
        using LLamaWeights weights = LLamaWeights.LoadFromFile(Parameters(path));
        AssertLikeliest(weights, path, prompt, written);
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
        string text = expected.RootElement.GetProperty("text").GetString()!;
        Assert.Equal(
            expected.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()),
            weights.Tokenize(text, false, true, Encoding.UTF8).Select(token => (int)token));
    }

    /// <summary>Writes a model, and gives what it goes on with itself.</summary>
    private static int[] Write(string path, CausalLanguageModel model, TokenizerFiles files, int[] prompt, int count)
    {
        model.eval();
        GgufModelWriter.Save(path, model, files, GgufType.F32);
        using var state = new DecodingState();
        return GoOn(prompt, count, tokens => state.Read(model, tokens));
    }

    private static ModelParams Parameters(string path) => new(path)
    {
        ContextSize = 64,
        GpuLayerCount = 0,
        Threads = 1,
        TypeK = GGMLType.GGML_TYPE_F32,
        TypeV = GGMLType.GGML_TYPE_F32,
    };

    private static int[] GoOn(LLamaWeights weights, string path, int[] prompt, int count)
    {
        using LLamaContext context = weights.CreateContext(Parameters(path));
        int read = 0;
        return GoOn(prompt, count, tokens => Read(context, tokens, ref read));
    }

    /// <summary>Each token is llama.cpp's likeliest after those before it, or as likely but for rounding.</summary>
    private static void AssertLikeliest(LLamaWeights weights, string path, int[] prompt, int[] written)
    {
        using LLamaContext context = weights.CreateContext(Parameters(path));
        int read = 0;
        IReadOnlyList<int> next = prompt;
        foreach (int token in written)
        {
            float[] logits = Read(context, next, ref read);
            Assert.InRange(logits.Max() - logits[token], 0, 0.01f);
            next = [token];
        }
    }

    private static float[] Read(LLamaContext context, IReadOnlyList<int> tokens, ref int read)
    {
        var batch = new LLamaBatch();
        foreach (int token in tokens)
            batch.Add((LLamaToken)token, read++, LLamaSeqId.Zero, logits: true);
        Assert.Equal(DecodeResult.Ok, context.NativeHandle.Decode(batch));
        return context.NativeHandle.GetLogitsIth(tokens.Count - 1).ToArray();
    }

    /// <param name="read">Reads the next tokens, and gives the logits of what comes after them.</param>
    private static int[] GoOn(int[] prompt, int count, Func<IReadOnlyList<int>, float[]> read)
    {
        var written = new List<int>();
        IReadOnlyList<int> next = prompt;
        while (written.Count < count)
        {
            float[] logits = read(next);
            written.Add(Array.IndexOf(logits, logits.Max()));
            next = [written[^1]];
        }

        return [.. written];
    }

    /// <summary>Skips, visibly, where the package has no library that runs here.</summary>
    private static void RequireLibrary()
    {
        try
        {
            NativeLogConfig.llama_log_set((_, _) => { });
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException)
        {
            Assert.Skip($"llama.cpp doesn't run here: {e.GetBaseException().Message}");
        }
    }
}
