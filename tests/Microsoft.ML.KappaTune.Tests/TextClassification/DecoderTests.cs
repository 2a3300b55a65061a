using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tests.TextClassification;

/// <summary>Classifiers of decoders in ML.NET's pipelines and files.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class DecoderTests : DecoderClassifierPipeline
{
    [Fact]
    public void Folders_and_adapters_have_the_names_of_transformers_and_peft()
    {
        using KappaTuneTextClassificationTransformer model = Fit(Options with { Method = TuningMethod.Lora(2), MaxEpochs = 1 });
        model.SaveModel(_folder.File("tuned"));
        model.SaveAdapter(_folder.File("adapter"));
        using (Checkpoint saved = Checkpoint.Open(_folder.File("tuned")))
        {
            Assert.Equal(["LlamaForSequenceClassification"], saved.Config!.Architectures);
            Assert.Contains(saved.Tensors, tensor => tensor.Name == "score.weight" && tensor.Shape.SequenceEqual([3L, 16]));
            Assert.Contains(saved.Tensors, tensor => tensor.Name == "model.norm.weight");
        }

        using JsonDocument config = JsonDocument.Parse(File.ReadAllText(_folder.File("adapter/adapter_config.json")));
        Assert.Equal("SEQ_CLS", config.RootElement.GetProperty("task_type").GetString());
        Assert.Equal("score", Assert.Single(config.RootElement.GetProperty("modules_to_save").EnumerateArray()).GetString());
        using (SafetensorsFile adapter = SafetensorsFile.Open(_folder.File("adapter/adapter_model.safetensors")))
            Assert.Contains(adapter.Tensors, tensor => tensor.Name == "base_model.model.score.weight");

        float[][] scores = FittedModel.Scores(model, Test);
        using (var folder = _context.Model.LoadKappaTuneTextClassification(_folder.File("tuned")))
            Assert.Equal(scores, FittedModel.Scores(folder, Test));
        using (var adapted = _context.Model.LoadKappaTuneTextClassification(_base, _folder.File("adapter")))
            Assert.Equal(scores, FittedModel.Scores(adapted, Test));
        // A base without a classifier's head is no classifier.
        var noHead = Assert.Throws<CheckpointFormatException>(() => _context.Model.LoadKappaTuneTextClassification(_base));
        Assert.Equal((_base, "score.weight"), (noHead.File, noHead.Tensor));
    }

    [Fact]
    public void Pairs_are_texts_one_after_the_other()
    {
        using KappaTuneTextClassificationTransformer model =
            Fit(Options with { Sentence2ColumnName = nameof(Document.Sentence2), MaxEpochs = 1 });
        Assert.Equal(60, FittedModel.Scores(model, Test).Length);
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("gemma")]
    [InlineData("qwen2_moe")]
    public void Other_families_are_tuned_too(string family)
    {
        DecoderConfig config = TinyDecoder.Config with { Family = (DecoderFamily)ModelFamilies.Find(family)! };
        config = family switch
        {
            "gpt2" => config with
            {
                KeyValueHeadCount = 4,
                AttentionBias = true,
                OutputBias = true,
                MlpBias = true,
                Activation = "gelu_new",
            },
            "gemma" => config with
            {
                NormsAddOne = true,
                ScalesEmbeddings = true,
                TiesWordEmbeddings = true,
                Activation = "gelu_pytorch_tanh",
            },
            _ => config with
            {
                AttentionBias = true,
                Experts = new()
                {
                    Count = 3,
                    ChosenCount = 2,
                    IntermediateSize = 8,
                    Renormalises = false,
                    SharedSize = 10,
                    DenseLayers = [1],
                },
            },
        };
        string folder = TinyDecoder.Write(_folder, family, config);
        using KappaTuneTextClassificationTransformer model = Fit(Options with { BaseModel = folder, MaxEpochs = 2 });
        model.SaveModel(_folder.File("tuned"));
        using var loaded = _context.Model.LoadKappaTuneTextClassification(_folder.File("tuned"));
        Assert.Equal(FittedModel.Scores(model, Test), FittedModel.Scores(loaded, Test));
    }
}
