using Microsoft.ML.Data;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>The forms in which configurations name classes: clear ones are taken, others refused, and none is silently left out.</summary>
public sealed class ClassNameFormsTests : IDisposable
{
    private readonly ForeignSample _sample = new();

    [Theory]
    [InlineData("""{"0": "neg", "1": "neu", "2": "pos"}""", null, "neg", "neu", "pos")]
    [InlineData("""{"2": "pos", "0": "neg", "1": "neu"}""", """{"LABEL_0": 0}""", "neg", "neu", "pos")]
    [InlineData("""["neg", "neu", "pos"]""", null, "neg", "neu", "pos")]
    [InlineData("""{"0": 1, "1": 2.5, "2": true}""", null, "1", "2.5", "true")]
    [InlineData(null, """{"pos": 2, "neg": 0, "neu": 1}""", "neg", "neu", "pos")]
    [InlineData("null", """{"pos": 2, "neg": 0, "neu": 1}""", "neg", "neu", "pos")]
    [InlineData(null, null, "LABEL_0", "LABEL_1", "LABEL_2")]
    [InlineData("{}", "{}", "LABEL_0", "LABEL_1", "LABEL_2")]
    [InlineData("{}", """{"pos": 2, "neg": 0, "neu": 1}""", "neg", "neu", "pos")]
    // What transformers saves where a program gave it label2id alone.
    [InlineData("""{"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}""", """{"pos": 2, "neg": 0, "neu": 1}""", "neg", "neu", "pos")]
    [InlineData(
        """{"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}""", """{"LABEL_0": 0, "LABEL_1": 1, "LABEL_2": 2}""",
        "LABEL_0", "LABEL_1", "LABEL_2")]
    public void Clear_names_are_taken(string? names, string? numbers, params string[] expected)
    {
        _sample.Configure(("id2label", names), ("label2id", numbers));
        using KappaTuneTextClassificationTransformer model = _sample.Load();
        Assert.Equal(expected, ForeignSample.Names(model, _sample.Context));
        _sample.AssertScores(model);
    }

    [Theory]
    // A gap, too few, too many, equal ones, none, and no names.
    [InlineData("id2label", """{"0": "neg", "1": "neu", "3": "pos"}""", "0, 1, 3")]
    [InlineData("id2label", """{"0": "neg", "1": "pos"}""", "0, 1")]
    [InlineData("id2label", """["neg", "pos"]""", "0, 1")]
    [InlineData("id2label", """{"0": "a", "1": "b", "2": "c", "3": "d"}""", "0, 1, 2, 3")]
    [InlineData("id2label", """{"0": "x", "1": "x", "2": "y"}""", "both called \"x\"")]
    [InlineData("id2label", """{"0": 1, "1": "1", "2": "y"}""", "both called \"1\"")]
    [InlineData("id2label", """{"0": "", "1": "x", "2": "y"}""", "no name")]
    [InlineData("id2label", """{"0": null, "1": "x", "2": "y"}""", "no name")]
    [InlineData("id2label", """{"0": "a", "01": "x", "2": "y"}""", "0, 1, 2")]
    [InlineData("id2label", """{"a": "0", "b": "1", "c": "2"}""", "number of a class")]
    [InlineData("id2label", "\"neg,neu,pos\"", "object")]
    [InlineData("label2id", """{"pos": 2, "neg": 0}""", "0, 2")]
    [InlineData("label2id", """{"pos": 2, "neg": 0, "neu": 0}""", "called both")]
    [InlineData("label2id", """{"pos": "2", "neg": 0, "neu": 1}""", "no number")]
    public void Others_are_refused_by_file_and_field(string field, string value, string reason)
    {
        _sample.Configure(("id2label", null), ("label2id", null), (field, value));
        if (value.Contains("\"01\"", StringComparison.Ordinal))
        {
            // A number with a zero before it is one all the same.
            using KappaTuneTextClassificationTransformer model = _sample.Load();
            return;
        }

        CheckpointFormatException e = _sample.Refused();
        Assert.Equal((_sample.BaseFile("config.json"), field), (e.File, e.Field));
        Assert.Contains(reason, e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_nobody_gave_do_not_bind_an_adapters_head()
    {
        _sample.Configure(("id2label", """{"0": "LABEL_0", "1": "LABEL_1"}"""), ("label2id", null));
        new Adapters.Lora.PeftLayout().Write(_sample.Adapter);
        using KappaTuneTextClassificationTransformer model = _sample.Load(_sample.Adapter);
        Assert.Equal(["LABEL_0", "LABEL_1", "LABEL_2"], ForeignSample.Names(model, _sample.Context));
        Assert.Equal("id2label", _sample.Refused().Field);
    }

    [Fact]
    public void Key_values_that_repeat_are_refused_before_training()
    {
        IDataView rows = new RepeatedNames(_sample.Context, ["x", "x", "y"]).View;
        var e = Assert.Throws<InvalidOperationException>(() => _sample.Context.MulticlassClassification.Trainers
            .KappaTuneTextClassification(TextClassification.FittedModel.TinyOptions(_sample.Base)).Fit(rows));
        Assert.Contains("both called \"x\"", e.Message, StringComparison.Ordinal);
        Assert.Contains("'Label'", e.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _sample.Dispose();

    /// <summary>Rows whose key has these values, as a program may annotate it.</summary>
    private sealed class RepeatedNames
    {
        public RepeatedNames(MLContext context, string[] names)
        {
            var definition = SchemaDefinition.Create(typeof(Example));
            definition["Label"].ColumnType = new KeyDataViewType(typeof(uint), names.Length);
            VBuffer<ReadOnlyMemory<char>> keys = new(names.Length, [.. names.Select(name => name.AsMemory())]);
            definition["Label"].AddAnnotation("KeyValues", keys, new VectorDataViewType(TextDataViewType.Instance, names.Length));
            View = context.Data.LoadFromEnumerable(
                Enumerable.Range(0, 9).Select(i => new Example { Sentence1 = "the film", Label = (uint)(i % names.Length) }), definition);
        }

        public IDataView View { get; }
    }

    private sealed class Example
    {
        public string Sentence1 { get; set; } = "";
        public uint Label { get; set; }
    }
}
