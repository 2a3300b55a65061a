using Microsoft.ML.Data;

namespace Microsoft.ML.KappaTune.Tests.LanguageModels;

/// <summary>What a tuned language model writes, in a column and as a stream.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class GeneratedTextTests : LanguageModelPipeline
{
    private const string Template =
        "[CLS]{% for m in messages %}{{ m.content }} {% if m.role == 'assistant' %}[SEP]{% endif %}{% endfor %}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected override KappaTuneLanguageModelEstimator.Options Options => base.Options with
    {
        GeneratedTextColumnName = "Written",
        Generation = new() { MaxTokens = 6 },
    };

    [Fact]
    public void A_column_has_what_the_model_writes_after_each_prompt()
    {
        Row[] rows = Row.Create(20, seed: 2);
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        using var model = Fit(Options);
        Assert.Equal(
            ["Prompt", "Completion", "LogLikelihood", "Perplexity", "Written"],
            model.GetOutputSchema(data.Schema).Select(column => column.Name));
        string[] written = [.. model.Transform(data).GetColumn<string>("Written")];
        Assert.Equal(rows.Select(row => All(model.Generator.Generate(row.Prompt, cancellationToken: Token))), written);
        Assert.Contains(written, text => text.Length > 0);
        // It has learnt to stop.
        Assert.Contains(rows, row => model.Generator.Generate(row.Prompt, cancellationToken: Token).Last().Stop == GenerationStop.EndToken);

        using KappaTuneLanguageModelTransformer loaded = Load(Save(model));
        Assert.Equal(written, loaded.Transform(data).GetColumn<string>("Written"));
        Assert.Equal(6, loaded.Generator.Defaults.MaxTokens);

        // The numbers beside it are the same, and so are rows by themselves.
        float[] likelihoods = [.. model.Transform(data).GetColumn<float>("LogLikelihood")];
        using var engine = _context.Model.CreatePredictionEngine<Row, Output>(model);
        Output[] outputs = [.. rows.Select(row => engine.Predict(row))];
        Assert.Equal(written, outputs.Select(output => output.Written));
        Assert.All(outputs.Zip(likelihoods), pair => Assert.Equal(pair.Second, pair.First.LogLikelihood, 1e-4f));
    }

    [Fact]
    public void All_of_the_options_are_saved()
    {
        var generation = new GenerationOptions
        {
            MaxTokens = 5,
            Temperature = 0.9,
            TopK = 7,
            TopP = 0.8,
            MinP = 0.01,
            RepetitionPenalty = 1.2,
            Stop = ["film", "book"],
            Seed = 3,
        };
        IDataView data = Rows(6, seed: 2);
        using var model = Fit(Options with { Generation = generation, MaxEpochs = 1 });
        using KappaTuneLanguageModelTransformer loaded = Load(Save(model));
        GenerationOptions again = loaded.Generator.Defaults;
        Assert.Equal(generation, again with { Stop = generation.Stop });
        Assert.Equal(generation.Stop, again.Stop);
        Assert.Equal(model.Transform(data).GetColumn<string>("Written"), loaded.Transform(data).GetColumn<string>("Written"));
    }

    [Fact]
    public void An_answer_is_to_what_comes_before_the_models_last_turn()
    {
        WriteTemplate(Template);
        string open = Json(("user", "we saw a film"));
        string[] talks = [Json(("user", "we saw a film"), ("assistant", "good")), open, ""];
        IDataView data = Talks(talks);
        using var model = Fit(Options with { CompletionColumnName = null, MessagesColumnName = "Messages", MaxEpochs = 1 }, data);
        string answer = All(model.Generator.Answer(open, cancellationToken: Token));
        Assert.Equal([answer, answer, ""], model.Transform(data).GetColumn<string>("Written"));

        var e = Assert.Throws<FormatException>(() => model.Transform(Talks(open, "none")).GetColumn<string>("Written").ToArray());
        Assert.StartsWith("Row 2, column 'Messages': ", e.Message);
    }

    [Fact]
    public void A_long_prompt_loses_its_beginning_and_the_log_says_so_once()
    {
        string shorter = string.Join(' ', Enumerable.Repeat("film", 25)), longer = "book " + shorter;
        IDataView data = _context.Data.LoadFromEnumerable(
            new[] { shorter, longer, longer }.Select(text => new Row { Prompt = text }));
        using var model = Fit(Options with { MaxEpochs = 1 });
        _warnings.Clear();
        string[] written = [.. model.Transform(data).GetColumn<string>("Written")];
        // The token that begins a text and 25 words leave room for six more of 32.
        Assert.Equal([written[0], written[0], written[0]], written);
        Assert.Single(_warnings, warning => warning.Contains("cut at its beginning", StringComparison.Ordinal));
    }

    /// <summary>Such texts come of a chat template, which writes that token itself.</summary>
    [Fact]
    public void What_says_its_beginning_is_written_after_one_and_warned_about_where_it_is_scored()
    {
        IDataView data = _context.Data.LoadFromEnumerable(
            new[] { "[CLS] the film", "the film", "[CLS] the film" }.Select(prompt => new { Prompt = prompt, Completion = " again" }));
        using var model = Fit(Options with { MaxEpochs = 1 });
        Assert.Equal(model.Generator.Encode("the film"), model.Generator.Encode("[CLS] the film"));
        string[] written = [.. model.Transform(data).GetColumn<string>("Written")];
        Assert.Equal([written[1], written[1], written[1]], written);
        float[] likelihoods = [.. model.Transform(data).GetColumn<float>("LogLikelihood")];
        Assert.Equal(likelihoods[0], likelihoods[2], 1e-5f);
        Assert.NotEqual(likelihoods[0], likelihoods[1], 1e-5f);
        Assert.Single(_warnings, warning => warning.Contains("begins with [CLS], which is added once more", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_options_the_models_own_count()
    {
        File.WriteAllText(Path.Combine(_base, "generation_config.json"), """{"max_new_tokens": 2, "repetition_penalty": 1.1}""");
        IDataView data = Rows(4, seed: 2);
        using var model = Fit(Options with { Generation = null, MaxEpochs = 1 });
        Assert.Equal((2, 1.1), (model.Generator.Defaults.MaxTokens, model.Generator.Defaults.RepetitionPenalty));
        Assert.Equal(4, model.Transform(data).GetColumn<string>("Written").Count());
    }

    [Fact]
    public void What_the_models_file_asks_for_and_is_not_supported_is_told_before_training_or_when_it_writes()
    {
        File.WriteAllText(Path.Combine(_base, "generation_config.json"), """{"num_beams": 4}""");
        Assert.Equal("num_beams", Assert.Throws<CheckpointFormatException>(() => Fit(Options with { Generation = null })).Field);
        using (var model = Fit(Options with { Generation = null, GeneratedTextColumnName = null, MaxEpochs = 1 }))
            Assert.Equal("num_beams", Assert.Throws<CheckpointFormatException>(() => model.Generator).Field);
        // Who says how to write needs no file for it.
        using var told = Fit(Options with { MaxEpochs = 1 });
        Assert.NotEmpty(told.Generator.Generate("the film", cancellationToken: Token));
    }

    [Fact]
    public void Wrong_options_are_told_by_name()
    {
        Assert.Equal("Generation.TopP", Wrong(Options with { Generation = new() { TopP = 2 } }));
        Assert.Equal("Generation.Stop", Wrong(Options with { Generation = new() { Stop = [""] } }));
        Assert.Equal("GeneratedTextColumnName", Wrong(Options with { GeneratedTextColumnName = "Perplexity" }));
    }

    [Fact]
    public void A_disposed_model_writes_nothing_and_a_cursor_needs_a_row()
    {
        var model = Fit(Options with { MaxEpochs = 1 });
        IDataView view = model.Transform(Rows(1, seed: 2));
        DataViewSchema.Column column = view.Schema["Written"];
        using (DataViewRowCursor cursor = view.GetRowCursor([column]))
        {
            ValueGetter<ReadOnlyMemory<char>> getter = cursor.GetGetter<ReadOnlyMemory<char>>(column);
            ReadOnlyMemory<char> text = default;
            Assert.Throws<InvalidOperationException>(() => getter(ref text));
            Assert.True(cursor.MoveNext());
            getter(ref text);
            Assert.False(cursor.MoveNext());
            Assert.Throws<InvalidOperationException>(() => getter(ref text));
        }

        TextGenerator generator = model.Generator;
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => generator.Generate("the film", cancellationToken: Token).ToArray());
        Assert.Throws<ObjectDisposedException>(() => view.GetColumn<string>("Written").ToArray());
    }

    private static string All(IEnumerable<GeneratedPiece> pieces) => string.Concat(pieces.Select(piece => piece.Text));

    internal sealed class Output
    {
        public float LogLikelihood { get; set; }

        public string Written { get; set; } = "";
    }
}
