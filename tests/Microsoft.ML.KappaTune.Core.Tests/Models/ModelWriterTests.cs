using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

public sealed class ModelWriterTests
{
    [Fact]
    public void Chosen_parameters_go_under_the_files_own_names()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var model = SmallEncoder.Randomised(SequenceClassifier.Create(SmallEncoder.Config(ModelFamilies.Bert), 2, seed: 1));
        const string Norm = "bert.embeddings.LayerNorm.weight", Query = "bert.encoder.layer.0.attention.self.query.weight";
        IReadOnlyDictionary<string, string> names =
            ModelFamilies.Bert.Names(tiesWordEmbeddings: true).FileNames(["embeddings.LayerNorm.gamma", "embeddings.position_ids"]);
        Assert.Equal([new KeyValuePair<string, string>(Norm, "embeddings.LayerNorm.gamma")], names);

        ModelWriter.Save(folder.File("part.safetensors"), model, ScalarType.Float32, [Query, Norm], names);
        using SafetensorsFile file = SafetensorsFile.Open(folder.File("part.safetensors"));
        Assert.Equal([Query, "embeddings.LayerNorm.gamma"], file.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal));
        Assert.Equal("pt", file.Metadata["format"]);
        foreach (TensorView view in file.Tensors)
        {
            Tensor parameter = model.get_parameter(view.Name == Query ? Query : Norm)!;
            Assert.Equal(0, StoredTensors.Difference(StoredTensors.Load(view), parameter));
        }
    }

    [Fact]
    public void A_name_that_is_no_parameter_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var model = SequenceClassifier.Create(SmallEncoder.Config(ModelFamilies.Bert), 2, seed: 1);
        var error =
            Assert.Throws<ArgumentException>(() => ModelWriter.Save(folder.File("x.safetensors"), model, onlyNames: ["bert.nothing"]));
        Assert.Contains("bert.nothing", error.Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_folder_is_a_checkpoint_of_its_own()
    {
        using var folder = new TemporaryFolder();
        using var model = SequenceClassifier.Create(SmallEncoder.Config(ModelFamilies.XlmRoberta), 2, seed: 1);
        ModelWriter.SaveFolder(folder.File("new"), model, ["no", "yes"], ScalarType.BFloat16);
        using Checkpoint checkpoint = Checkpoint.Open(folder.File("new"));
        Assert.Equal("xlm-roberta", checkpoint.Config!.ModelType);
        Assert.All(checkpoint.Tensors, tensor => Assert.Equal(TensorDataType.BFloat16, tensor.DataType));
        Assert.Equal(model.named_parameters().Select(p => p.name).Order(), checkpoint.Tensors.Select(t => t.Name).Order());
        Assert.Contains("\"bfloat16\"", File.ReadAllText(folder.File("new/config.json")));
    }

    /// <summary>Longer than the pieces in which tensors are written and read.</summary>
    [Fact]
    public void Tensors_of_several_pieces_are_whole()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        EncoderConfig config =
            SmallEncoder.Config(ModelFamilies.DistilBert) with { VocabularySize = (1 << 22) / 16 * 2 + 3, LayerCount = 1 };
        using var model = MaskedLanguageModel.Create(config, seed: 1);
        foreach (ScalarType type in (ScalarType[])[ScalarType.Float32, ScalarType.Float16])
        {
            ModelWriter.SaveFolder(folder.Path, model, dtype: type);
            using Checkpoint checkpoint = Checkpoint.Open(folder.Path);
            using MaskedLanguageModel loaded = MaskedLanguageModel.Load(checkpoint);
            Assert.True(model.Encoder.WordEmbeddings.to(type).to(ScalarType.Float32).eq(loaded.Encoder.WordEmbeddings).all().ToBoolean());
        }
    }
}
