using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Inference;

/// <summary>What says how a model writes goes with it.</summary>
public sealed class GenerationFilesTests : IDisposable
{
    private const string ConfigFile = "generation_config.json";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void They_are_written_as_they_were_read()
    {
        _folder.Write(ConfigFile, """{ "temperature" : 0.5 }""");
        Directory.CreateDirectory(_folder.File("additional_chat_templates"));
        _folder.Write("additional_chat_templates/tool_use.jinja", "T");
        _folder.Write("tokenizer.json", "{}");
        var files = GenerationFiles.Read(_folder.Path);
        using var other = new TemporaryFolder();
        files.WriteTo(other.Path);
        Assert.Equal("""{ "temperature" : 0.5 }""", File.ReadAllText(other.File(ConfigFile)));
        Assert.Equal("T", File.ReadAllText(other.File("additional_chat_templates/tool_use.jinja")));
        Assert.Equal(2, Directory.GetFiles(other.Path, "*", SearchOption.AllDirectories).Length);

        var tokenizer = new TokenizerFiles("folder", new Dictionary<string, byte[]> { ["chat_template.jinja"] = "D"u8.ToArray() });
        Assert.Equal("T", files.ReadTemplates(tokenizer)!.For(hasTools: true)!.Source);
        Assert.Equal("T", ChatTemplates.Read(tokenizer, other.Path)!.For(hasTools: true)!.Source);
        Assert.Equal(
            ["additional_chat_templates/tool_use.jinja", "chat_template.jinja"], files.AddTemplates(tokenizer).Content.Keys.Order());
    }

    [Fact]
    public void Those_of_another_model_go()
    {
        _folder.Write(ConfigFile, "{}");
        Directory.CreateDirectory(_folder.File("additional_chat_templates"));
        _folder.Write("additional_chat_templates/tool_use.jinja", "T");
        _folder.Write("notes.txt", "N");
        using var other = new TemporaryFolder();
        GenerationFiles.Read(other.Path).WriteTo(_folder.Path);
        Assert.Equal([_folder.File("notes.txt")], Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(null, "[7,3]")]
    [InlineData("""{"temperature": 0.5}""", "[7,3]")]
    [InlineData("""{"temperature": 0.5, "eos_token_id": 5}""", "[5,3]")]
    [InlineData("""{"eos_token_id": [5, 6]}""", "[5,6,3]")]
    public void The_end_of_training_ends_texts_too(string? json, string expected)
    {
        if (json is not null)
            _folder.Write(ConfigFile, json);
        GenerationFiles files = GenerationFiles.Read(_folder.Path).WithEndTokens([3], [7]);
        JsonNode root = JsonNode.Parse(Encoding.UTF8.GetString(files.Content[ConfigFile]))!;
        Assert.Equal(expected, root["eos_token_id"]!.ToJsonString());
        double? temperature = json?.Contains("temperature", StringComparison.Ordinal) == true ? 0.5 : null;
        Assert.Equal(temperature, (double?)root["temperature"]);
        Assert.Contains(3, files.ReadConfig([7]).EndTokens);
    }

    [Theory]
    [InlineData("""{"eos_token_id": [3, 5]}""")]
    [InlineData("""{"eos_token_id": 3}""")]
    [InlineData("{}")]
    public void Where_it_ends_texts_already_nothing_changes(string json)
    {
        _folder.Write(ConfigFile, json);
        GenerationFiles files = GenerationFiles.Read(_folder.Path).WithEndTokens([3], [3]);
        Assert.Equal(json, Encoding.UTF8.GetString(files.Content[ConfigFile]));
    }

    [Fact]
    public void A_model_without_end_tokens_gets_the_one_of_training() => Assert.Equal(
        [3], GenerationFiles.Read(_folder.Path).WithEndTokens([3], []).ReadEndTokens([]));

    [Fact]
    public void In_old_folders_the_models_configuration_says_it()
    {
        string path = TinyDecoder.Write(_folder);
        Assert.Empty(Read().Content);
        Set("do_sample", true);
        Set("temperature", 0.5);
        Set("num_beams", 1);
        Set("bad_words_ids", null);
        // That file isn't there, and is written with what is made of the model.
        JsonNode written = JsonNode.Parse(Read().WithEndTokens([7], [3]).Content[ConfigFile])!;
        Assert.Equal(["do_sample", "eos_token_id", "num_beams", "temperature"], written.AsObject().Select(field => field.Key).Order());
        GenerationOptions options = Read().ReadConfig([3]).Options;
        Assert.Equal((0.5, 50), (options.Temperature, options.TopK));

        Set("num_beams", 4);
        var fault = Assert.Throws<CheckpointFormatException>(() => Read().ReadConfig([3]));
        Assert.Equal(("num_beams", Path.Combine(path, "config.json")), (fault.Field, fault.File));
        Assert.Throws<CheckpointFormatException>(() => TextGenerator.Load(path, "cpu"));
        File.WriteAllText(Path.Combine(path, ConfigFile), "{}");
        Assert.Equal(0, Read().ReadConfig([3]).Options.Temperature);

        GenerationFiles Read()
        {
            using Checkpoint checkpoint = Checkpoint.Open(path);
            Assert.Empty(UnknownFields.OfModel(checkpoint));
            return GenerationFiles.Read(checkpoint);
        }

        void Set(string name, JsonNode? value)
        {
            string file = Path.Combine(path, "config.json");
            JsonNode root = JsonNode.Parse(File.ReadAllText(file))!;
            root[name] = value;
            File.WriteAllText(file, root.ToJsonString());
        }
    }
}
