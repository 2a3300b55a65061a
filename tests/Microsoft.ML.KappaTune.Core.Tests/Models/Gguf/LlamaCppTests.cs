using LLama;
using LLama.Common;
using LLama.Native;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Checkpoints;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>llama.cpp itself goes on with a text by the file that was written as the model does that it was written from.</summary>
public sealed class LlamaCppTests : IDisposable
{
    private const int Count = 24;

    private readonly TemporaryFolder _folder = new();

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
        {
            model.eval();
            GgufModelWriter.Save(path, model, TokenizerFiles.Read(sample), GgufType.F32);
            using var state = new DecodingState();
            expected = GoOn(prompt, tokens => state.Read(model, tokens));
        }

        Assert.True(expected.Distinct().Count() > 1);
        var parameters = new ModelParams(path)
        {
            ContextSize = 64,
            GpuLayerCount = 0,
            Threads = 1,
            TypeK = GGMLType.GGML_TYPE_F32,
            TypeV = GGMLType.GGML_TYPE_F32,
        };
        using LLamaWeights weights = LLamaWeights.LoadFromFile(parameters);
        using LLamaContext context = weights.CreateContext(parameters);
        int read = 0;
        Assert.Equal(expected, GoOn(prompt, tokens =>
        {
            var batch = new LLamaBatch();
            foreach (int token in tokens)
                batch.Add((LLamaToken)token, read++, LLamaSeqId.Zero, logits: true);
            Assert.Equal(DecodeResult.Ok, context.NativeHandle.Decode(batch));
            return context.NativeHandle.GetLogitsIth(tokens.Count - 1).ToArray();
        }));
    }

    /// <param name="read">Reads the next tokens, and gives the logits of what comes after them.</param>
    private static int[] GoOn(int[] prompt, Func<IReadOnlyList<int>, float[]> read)
    {
        var written = new List<int>();
        IReadOnlyList<int> next = prompt;
        while (written.Count < Count)
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
