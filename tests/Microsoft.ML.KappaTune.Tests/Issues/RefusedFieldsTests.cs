using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Adapters.Lora;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>A field that asks for what isn't supported is refused by file, field, cause and remedy.</summary>
public sealed class RefusedFieldsTests : IDisposable
{
    private readonly ForeignSample _sample = new();

    public static TheoryData<string, string> Config => Rows(ModelFamilies.Bert.Fields, ModelConfigFields.ClassifierHead);

    public static TheoryData<string, string> Decoders => Rows(ModelFamilies.Llama.Fields);

    public static TheoryData<string, string> Tokenizers => Rows(TokenizerConfigFields.Config);

    public static TheoryData<string, string> Adapters => Rows(AdapterConfigFields.Fields);

    [Theory, MemberData(nameof(Config))]
    public void Of_a_configuration(string field, string value)
    {
        _sample.Configure((field, value));
        AssertRefused(
            _sample.BaseFile("config.json"), field, _sample.Refused(), ModelFamilies.Bert.Fields, ModelConfigFields.ClassifierHead);
    }

    [Theory, MemberData(nameof(Decoders))]
    public void Of_a_decoders_configuration(string field, string value)
    {
        string file = Path.Combine(_sample.Adapter, "config.json");
        File.WriteAllText(file, $$"""{"model_type": "llama", "{{field}}": {{value}}}""");
        AssertRefused(
            file, field, Assert.Throws<CheckpointFormatException>(() => DecoderConfig.Read(file)), ModelFamilies.Llama.Fields);
    }

    [Theory, MemberData(nameof(Tokenizers))]
    public void Of_a_tokenizer(string field, string value)
    {
        _sample.Configure("tokenizer_config.json", (field, value));
        AssertRefused(_sample.BaseFile("tokenizer_config.json"), field, _sample.Refused(), TokenizerConfigFields.Config);
    }

    [Theory, MemberData(nameof(Adapters))]
    public void Of_an_adapter(string field, string value)
    {
        new PeftLayout { Config = { [field] = value } }.Write(_sample.Adapter);
        AssertRefused(
            Path.Combine(_sample.Adapter, "adapter_config.json"), field, _sample.Refused(_sample.Adapter), AdapterConfigFields.Fields);
    }

    [Fact]
    public void Values_that_ask_for_nothing_are_read()
    {
        foreach (RefusedField field in ModelFamilies.Bert.Fields.Refused.Concat(ModelConfigFields.ClassifierHead.Refused))
            _sample.Configure((field.Name, Harmless(field)));
        foreach (RefusedField field in TokenizerConfigFields.Config.Refused)
            _sample.Configure("tokenizer_config.json", (field.Name, Harmless(field)));
        using KappaTuneTextClassificationTransformer model = _sample.Load();
        _sample.AssertScores(model);
    }

    public void Dispose() => _sample.Dispose();

    private static void AssertRefused(string file, string field, CheckpointFormatException refusal, params FieldTable[] tables)
    {
        RefusedField expected = Assert.Single(tables.SelectMany(table => table.Refused), refused => refused.Name == field);
        Assert.Equal((file, field, expected.Cause, expected.Remedy), (refusal.File, refusal.Field, refusal.Reason, refusal.Remedy));
        Assert.Equal($"{file}, {field}: {expected.Cause}. {expected.Remedy}", refusal.Message);
    }

    /// <summary>Every refused field with a value of each kind that asks for it.</summary>
    private static TheoryData<string, string> Rows(params FieldTable[] tables)
    {
        var rows = new TheoryData<string, string>();
        foreach (RefusedField field in tables.SelectMany(table => table.Refused))
        {
            foreach (string value in field.Allowed.Length > 0 ? ["\"of another kind\"", "0.5"] : (string[])["true", "\"some\"", "[1]",
                "{\"a\": 1}"])
                rows.Add(field.Name, value);
        }

        return rows;
    }

    private static string Harmless(RefusedField field) =>
        field.Allowed is not [var allowed, ..] ? "{}" : allowed is "true" or "false" ? allowed : JsonSerializer.Serialize(allowed);
}
