using System.Reflection;
using Microsoft.ML.KappaTune.Pretraining;
using Microsoft.ML.KappaTune.Tests.Options;

namespace Microsoft.ML.KappaTune.Tests.Pretraining;

public sealed class PretrainingOptionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, string> Wrong => new()
    {
        { """{"layer": 4}""", "layer", "There are objective, tokenizer" },
        { """{"layers": 0}""", "layers", "a whole number, from 1 to 100" },
        { """{"layers": "4"}""", "layers", "a whole number" },
        { """{"layers": 4.5}""", "layers", "a whole number" },
        { """{"layers": 4, "layers": 5}""", "layers", "Remove one" },
        { """{"objective": "mask"}""", "objective", "masked, next-token" },
        { """{"objective": null}""", "objective", "masked, next-token" },
        { """{"learningRate": 0}""", "learningRate", "above 0" },
        { """{"initializerRange": 0}""", "initializerRange", "above 0" },
        { """{"dropout": 1}""", "dropout", "below 1" },
        { """{"maskRate": 0.6}""", "maskRate", "at most 0.5" },
        { """{"lowercase": "yes"}""", "lowercase", "true or false" },
        { """{"schedule": "step"}""", "schedule", "linear, cosine, constant" },
        { """{"storage": "int8"}""", "storage", "float16" },
        { """{"tokenizer": "nowhere"}""", "tokenizer", "a folder that is there" },
        { """{"tokenizer": ""}""", "tokenizer", "a folder that is there" },
        { """{"tokenizer": "bpe"}""", "tokenizer", "Use wordpiece" },
        { """{"hidden": 30, "heads": 4}""", "heads", "Change one" },
        { """{"objective": "next-token", "hidden": 12, "heads": 4}""", "heads", "Change hidden or heads" },
        { """{"experts": 4}""", "experts", "set objective to next-token" },
        { """{"objective": "next-token", "experts": 4, "expertsPerToken": 5}""", "expertsPerToken", "Change one of them" },
        { """{"objective": "next-token", "tokenizer": "wordpiece"}""", "tokenizer", "Use bpe" },
        { """{"steps": 10, "epochs": 2}""", "epochs", "Give one" },
        { """{"vocabulary": 5}""", "vocabulary", "300" },
        { """{"seed": 1e12}""", "seed", "a whole number" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void A_wrong_field_is_one_exception_with_file_field_and_remedy(string json, string field, string remedy)
    {
        string path = _folder.Write("options.json", json);
        var e = Assert.Throws<PretrainingOptionsException>(() => PretrainingOptionsFile.Read(path));
        Assert.Equal((path, field), (e.File, e.Field));
        Assert.StartsWith($"{path}, {field}: ", e.Message);
        Assert.Contains(remedy, e.Message);
    }

    [Fact]
    public void All_that_is_wrong_is_one_message()
    {
        string path = _folder.Write("options.json", """{"layers": 0, "layer": 4, "seed": 1, "dropout": 2}""");
        var e = Assert.Throws<PretrainingOptionsException>(() => PretrainingOptionsFile.Read(path));
        Assert.Equal("layers", e.Field);
        Assert.StartsWith($"{path}, layers: 0 isn't allowed. Allowed is a whole number, from 1 to 100. ", e.Message);
        Assert.Contains($" {path}, layer: there is no such field. ", e.Message);
        Assert.EndsWith($"{path}, dropout: 2 isn't allowed. Allowed is a number, 0 or more and below 1.", e.Message);
    }

    [Fact]
    public void Fields_that_there_are_not_are_one_fault_with_one_list_of_those_that_there_are()
    {
        string path = _folder.Write("options.json", """{"layer": 4, "seed": 1, "head": 2, "layer": 5}""");
        var e = Assert.Throws<PretrainingOptionsException>(() => PretrainingOptionsFile.Read(path));
        Assert.StartsWith($"{path}, layer, head: there are no such fields. There are objective, ", e.Message);
        Assert.Equal(2, e.Message.Split("There are ").Length);
    }

    [Fact]
    public void So_is_what_does_not_fit_together_but_not_with_a_field_that_is_wrong_itself()
    {
        Assert.Equal(["layers", "heads", "epochs", "tokenizer"], Fields("""
            {"layers": 0, "hidden": 30, "heads": 4, "steps": 10, "epochs": 2, "tokenizer": "bpe"}
            """));
        Assert.Equal(["hidden", "steps"], Fields("""{"hidden": 0, "heads": 3, "steps": 0, "epochs": 2}"""));

        string[] Fields(string json)
        {
            string path = _folder.Write("options.json", json);
            string message = Assert.Throws<PretrainingOptionsException>(() => PretrainingOptionsFile.Read(path)).Message;
            return [.. message.Split($"{path}, ").Skip(1).Select(fault => fault.Split(':')[0])];
        }
    }

    [Theory]
    [InlineData(""), InlineData("{"), InlineData("[]"), InlineData("4"), InlineData("{\"seed\": 1} x")]
    [InlineData("{\"tokenizer\": \"\\ud800\"}")]
    public void What_is_no_json_object_is_refused(string json)
    {
        string path = _folder.Write("options.json", json);
        var e = Assert.Throws<PretrainingOptionsException>(() => PretrainingOptionsFile.Read(path));
        Assert.Equal((path, null), (e.File, e.Field));
    }

    [Fact]
    public void Every_option_is_in_the_identity_or_said_to_change_nothing()
    {
        Assert.Equal(
            ["checkpointEvery", "heldOutWindows", "storage"],
            PretrainingOptionsText.Options.Where(option => !option.Value.ChangesResult).Select(option => option.Key).Order());
        Assert.Equal(
            [("heldOutShare", "the held-out text"), ("tokenizer", "the tokenizer")],
            PretrainingOptionsText.Options.Where(option => option.Value.IdentifiedBy != option.Value.Name)
                .Select(option => (option.Key, option.Value.IdentifiedBy)).Order());
    }

    [Fact]
    public void Without_fields_there_are_the_defaults() =>
        Assert.Equal(new PretrainingOptions(), PretrainingOptionsFile.Read(_folder.Write("options.json", "{} // none")));

    [Fact]
    public void Every_option_is_a_field_and_what_is_written_reads_as_the_same()
    {
        string[] options = [.. typeof(PretrainingOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite).Select(property => char.ToLowerInvariant(property.Name[0]) + property.Name[1..])];
        Assert.Equal(options.Order(), PretrainingOptionsText.Options.Keys.Order());

        PretrainingOptions given = PretrainingOptionsFile.Read(_folder.Write("options.json", """
            {
              "objective": "masked", "tokenizer": "wordpiece", "vocabulary": 900, "lowercase": false, "maximumTokens": 64, "layers": 3,
              "hidden": 24, "heads": 3, "intermediate": 50, "expertsPerToken": 3, "routerBalance": 0.5, "initializerRange": 0.04, "sinusoidalPositions": true, "steps": 77,
                "batchSize": 5, "learningRate": 0.002, "schedule": "cosine",
              "warmup": 0.2, "weightDecay": 0.05, "beta2": 0.9, "gradientClip": 2, "dropout": 0.3, "tuningDropout": 0.4, "maskRate": 0.2,
              "wholeWords": false, "shortShare": 0.5, "endOfText": false,
              "precision": "bfloat16", "storage": "float32", "checkpointEvery": 9,
              "heldOutShare": 0.1, "heldOutWindows": 12, "seed": -3,
            }
            """));
        // Each of them took effect.
        string[] unset = [.. typeof(PretrainingOptions).GetProperties().Where(property => property.CanWrite
            && Equals(property.GetValue(given), property.GetValue(new PretrainingOptions()))).Select(property => property.Name)];
        Assert.Equal(["Epochs", "Experts", "Objective"], unset.Order());

        string json =
            "{" + string.Join(",", PretrainingOptionsText.Fields(given).Select(f => $"\"{f.Name}\": {f.Value.ToJsonString()}")) + "}";
        Assert.Equal(given, PretrainingOptionsFile.Read(_folder.Write("again.json", json)));
    }

    [Fact]
    public void The_documentation_has_the_table_of_the_options_and_its_example_reads()
    {
        string[] rows = [.. PretrainingOptionsText.Options.Select(option => Row(option.Key, option.Value))];
        DocumentationTable.AssertRows("pretraining-options.md", "# Options of `kappatune pretrain`", rows);
        Assert.Equal(1, PretrainingOptionsFile.Read(Path.Combine(DocumentationTable.Folder, "pretraining-options.json")).Seed);
    }

    /// <summary>A row of the documentation's table; a default that isn't a value is told in the description's brackets.</summary>
    private static string Row(string name, OptionInfo option)
    {
        const string Default = " (default: ";
        string meaning = option.Description, value = PretrainingOptionsText.ValueOf(option, new())?.ToJsonString() ?? "";
        value = $"`{value}`";
        if (meaning.IndexOf(Default, StringComparison.Ordinal) is >= 0 and var place)
            (meaning, value) = ($"{meaning[..place]}.", meaning[(place + Default.Length)..^1]);
        return $"| `{name}` | {value} | {PretrainingOptionsText.AllowedAs(option)} | {meaning} |";
    }
}
