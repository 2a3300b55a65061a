using System.Text;
using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>A real language model, SmolLM2-135M-Instruct in 4 bits, against what transformers makes of the same file.</summary>
public sealed class SmolLmTests
{
    private const string Folder = "../models/smollm2-135m-instruct";

    [Fact]
    public void Ids_of_texts_are_the_recorded_ones()
    {
        using Checkpoint checkpoint = Open(out JsonElement expected);
        var tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(checkpoint));
        foreach (JsonElement one in expected.GetProperty("tokens").EnumerateArray())
            Assert.Equal(Ids(one.GetProperty("ids")), tokenizer.Encode(one.GetProperty("text").GetString()).Ids);
        string chat = expected.GetProperty("chat").GetProperty("text").GetString()!;
        Assert.Equal(chat, tokenizer.Decode(tokenizer.Encode(chat).Ids));
        Assert.Contains(
            "helpful AI assistant named SmolLM", Encoding.UTF8.GetString(TokenizerFiles.Read(checkpoint).Content["tokenizer_config.json"]));
    }

    [Fact]
    public void Logits_and_greedy_ids_are_the_recorded_ones()
    {
        using Checkpoint checkpoint = Open(out JsonElement expected);
        using SafetensorsFile first = SafetensorsFile.Open(Golden.Open($"{Folder}/first-prompt.safetensors"));
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        model.eval();
        Tensor Recorded(string name) => StoredTensors.Load(first.Tensors.Single(view => view.Name == name));
        Assert.InRange(StoredTensors.Difference(model.Logits(Recorded("input_ids")), Recorded("logits")), 0, 2e-3);
        foreach (JsonElement one in expected.GetProperty("greedy").EnumerateArray())
        {
            // Each of the tokens that were chosen is the likeliest after those before it.
            int[] prompt = Ids(one.GetProperty("prompt_ids")), continuation = Ids(one.GetProperty("continuation"));
            int[] all = [.. prompt, .. continuation];
            Tensor best = model.Logits(tensor(all.Select(id => (long)id).ToArray()).unsqueeze(0)).argmax(-1);
            Assert.Equal(continuation, best[0].data<long>().Skip(prompt.Length - 1).SkipLast(1).Select(id => (int)id));
        }
    }

    [Fact]
    public void Bits_per_byte_are_the_recorded_ones()
    {
        using Checkpoint checkpoint = Open(out JsonElement expected);
        JsonElement recorded = expected.GetProperty("bits_per_byte");
        int window = recorded.GetProperty("window").GetInt32(), stride = recorded.GetProperty("stride").GetInt32();
        string text = File.ReadAllText(Golden.Open("../data/wikitext-2/test.txt"))[..8000];
        long[] ids = [.. HuggingFaceTokenizer.Create(TokenizerFiles.Read(checkpoint)).Encode(text).Ids.Select(id => (long)id)];
        Assert.Equal(recorded.GetProperty("tokens").GetInt32(), ids.Length);
        using var guard = no_grad();
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        model.eval();
        double nats = 0;
        for (int begin = 0, scored = 1; scored < ids.Length; begin += stride)
        {
            using var scope = NewDisposeScope();
            long[] part = ids[begin..Math.Min(begin + window, ids.Length)];
            int fresh = begin + part.Length - scored;
            // Of all tokens but the last, those before the ones that weren't scored yet.
            Tensor states = model.Decoder.Decode(tensor(part).unsqueeze(0), ones(1, part.Length, dtype: int64));
            Tensor logits = model.Head(states.narrow(1, part.Length - 1 - fresh, fresh));
            nats += nn.functional.cross_entropy(logits[0], tensor(part[^fresh..]), reduction: nn.Reduction.Sum).ToDouble();
            scored += fresh;
        }

        double bits = nats / Math.Log(2) / Encoding.UTF8.GetByteCount(text);
        Assert.Equal(recorded.GetProperty("bits_per_byte").GetDouble(), bits, 1e-4);
    }

    private static Checkpoint Open(out JsonElement expected)
    {
        string file = Golden.Open($"{Folder}/model.gguf");
        Assert.SkipUnless(File.Exists(file), "No SmolLM2: it lies beside the golden folder, in ../models.");
        expected = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Golden.Open($"{Folder}/expected.json")));
        return Checkpoint.Open(file);
    }

    private static int[] Ids(JsonElement list) => [.. list.EnumerateArray().Select(id => id.GetInt32())];
}
