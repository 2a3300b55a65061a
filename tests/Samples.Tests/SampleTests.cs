using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Tests;
using Microsoft.ML.KappaTune.Tests.Audio;

namespace Samples.Tests;

/// <summary>Every sample runs by itself, and does what it says.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly Sample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void A_checkpoint_is_scanned_in_a_pipeline()
    {
        string[] lines = _sample.Run("ScanCheckpoint", _sample.Base).TrimEnd().Split('\n');
        Assert.Contains(lines, line => line.StartsWith("train ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("keep ", StringComparison.Ordinal) && line.Contains("embeddings"));
    }

    [Fact]
    public void A_trainer_of_ML_NET_learns_from_vectors() =>
        Assert.Matches("^Accuracy: [01]\\.[0-9]{3}\r?$", _sample.Run("TextEmbedding", _sample.WriteTexts("Label", "Text")).TrimEnd());

    [Fact]
    public void A_text_classifier_is_tuned_saved_and_used()
    {
        string output = _sample.Run("TextClassification", _sample.Base, _sample.WriteTexts("Text", "Queue"));
        Assert.Matches("(?m)^Accuracy: [01]\\.[0-9]{3}\r?$", output);
        Assert.Matches("(?m)^Queue: (good|bad)\r?$", output);
        using var model = new MLContext().Model.Load(_sample.Folder.File("out/model.zip"), out _) as IDisposable;
        Assert.NotNull(model);
    }

    [Fact]
    public void An_app_as_Model_Builder_lays_it_out_trains_evaluates_and_predicts()
    {
        string output = _sample.Run("SentimentModelBuilder", _sample.Base, _sample.WriteTexts("Label", "Text"));
        Assert.Contains("Accuracy on the rows it was trained on: ", output);
        Assert.Matches("(?m)^good +[01]\\.[0-9]{3}\r?$", output);
        Assert.Matches("(?m)^bad +[01]\\.[0-9]{3}\r?$", output);
        Assert.True(File.Exists(_sample.Folder.File("out/SentimentModel.zip")));
    }

    [Fact]
    public void The_app_s_own_reviews_are_rows_of_both_kinds()
    {
        string output = _sample.Run("SentimentModelBuilder", _sample.Base);
        Assert.Matches("(?m)^Positive +[01]\\.[0-9]{3}\r?$", output);
        Assert.Matches("(?m)^Negative +[01]\\.[0-9]{3}\r?$", output);
    }

    [Fact]
    public void Both_trainers_are_made_in_one_app()
    {
        string[] lines = _sample.Run("BothTrainers", _sample.Base, _sample.WriteTexts("Text", "Queue")).TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Matches("^KappaTune's trainer: [01]\\.[0-9]{3} of the test rows right\\.\r?$", lines[0]);
        Assert.StartsWith("ML.NET's own trainer: not run, because it downloads its weights", lines[1]);
    }

    [Fact]
    public void A_language_model_is_made_tuned_and_saved()
    {
        string output = _sample.Run("LanguageModel");
        Assert.Contains("Pre-training, step 200 of 200: loss ", output);
        Assert.Contains("Epoch 4 of 4: perplexity ", output);
        (double before, double after) = Perplexities(output, "queues");
        Assert.True(after < before / 3, $"{after} after {before}");
        (before, after) = Perplexities(output, "books");
        Assert.InRange(before, 1, 1000);
        Assert.NotEqual(before, after);
        Assert.Matches("(?m)^Written as the desk would: [0-9]+ of [0-9]+ tickets that it hasn't learnt from\r?$", output);
        Assert.Matches("(?m)^I was charged twice for one lamp\\. Queue: ?\\S", output);
        // The GGUF file has the same model, in 16 bits.
        using TextGenerator generator = TextGenerator.Load(_sample.Folder.File("out/tickets.gguf"), "cpu");
        Assert.NotEmpty(string.Concat(generator.Generate(
            "Ticket: I was charged twice for one lamp.\nQueue:", new() { MaxTokens = 16 }, TestContext.Current.CancellationToken)
            .Select(piece => piece.Text)));
    }

    [Fact]
    public void A_language_model_of_the_user_is_tuned()
    {
        string model = TinyDecoder.WriteBytes(_sample.Folder, config: TinyDecoder.Config with { MaxTokens = 100 });
        string output = _sample.Run("LanguageModel", model, _sample.WriteTexts("Text", "Queue"));
        Assert.DoesNotContain("Pre-training", output);
        Assert.InRange(Perplexities(output, "queues").After, 1, 1000);
        using var loaded = new MLContext().Model.Load(_sample.Folder.File("out/tickets.zip"), out _) as IDisposable;
        Assert.IsType<KappaTuneLanguageModelTransformer>(loaded);
    }

    [Fact]
    public void A_small_language_model_learns_to_hear()
    {
        Assert.SkipUnless(new EspeakNg().FindVoices().Count > 0, "espeak-ng isn't installed.");
        string output = _sample.Run("SpokenDigits", "quick");
        Assert.Matches("(?m)^The encoder alone: epoch 1 of 1, loss [0-9.]+ a character, .*word errors ", output);
        Assert.Matches("(?m)^All together: epoch 2 of 2, word errors of new voices [0-9.]+ %\r?$", output);
        Assert.Matches("(?m)^Word errors of new voices: [0-9.]+ % in [0-9]+ utterances\r?$", output);
        Assert.Matches("(?m)^Text: [0-9.]+ bits a byte of unread pages before, [0-9.]+ after \\([+-]?[0-9.]+ %\\)\r?$", output);
        using var model = new MLContext().Model.Load(_sample.Folder.File("out/spoken-digits-quick/model.zip"), out _) as IDisposable;
        Assert.IsType<KappaTuneSpeechTransformer>(model);
        string page = File.ReadAllText(_sample.Folder.File("out/spoken-digits-quick/index.html"));
        Assert.Contains("<polyline points=", page);
        Assert.Matches("<b>[+-]?[0-9.]+ %</b>bits a byte of text", page);
        Assert.Contains("<td>He opened the door and<td>", page);
        Assert.Contains("src=\"data:image/bmp;base64,", page);
        Assert.Contains("src=\"data:audio/wav;base64,", page);
        Assert.DoesNotContain("http", page);
    }

    [Fact]
    public void The_speech_is_left_as_tables_of_recordings()
    {
        Assert.SkipUnless(new EspeakNg().FindVoices().Count > 0, "espeak-ng isn't installed.");
        string output = _sample.Run("SpokenDigits", "tables", "quick");
        Assert.Matches("(?m)^Written: .*train\\.tsv, .*test\\.tsv", output);
        Assert.DoesNotContain("The encoder alone", output);
        string folder = _sample.Folder.File("out/spoken-digits-quick");
        string[][] train = Read("train"), test = Read("test");
        Assert.Equal((24, 12), (train.Length, test.Length));
        Assert.Empty(train.Select(row => row[2]).Intersect(test.Select(row => row[2])));
        Assert.All(train.Concat(test), row => Assert.Matches("^[a-z]+( [a-z]+)*$", row[1]));
        Assert.All(train.Concat(test), row => Assert.InRange(Sound.Read(Path.Combine(folder, row[0])).Seconds, 0.1, 20));
        Assert.Equal(36, train.Concat(test).Select(row => row[0]).Distinct().Count());

        string[][] Read(string name)
        {
            string[] lines = File.ReadAllLines(Path.Combine(folder, $"{name}.tsv"));
            Assert.Equal("File\tSaid\tBy", lines[0]);
            return [.. lines.Skip(1).Select(line => line.Split('\t'))];
        }
    }

    [Fact]
    public void A_language_model_of_the_user_learns_to_hear_phrases_and_goes_on_where_it_was_interrupted()
    {
        Assert.SkipUnless(new EspeakNg().FindVoices().Count > 0, "espeak-ng isn't installed.");
        string model = TinyDecoder.WriteBytes(_sample.Folder, config: TinyDecoder.Config with { MaxTokens = 400 });
        string[] rows = [.. ((string[])["we saw it", "a film", "Good!", "bad", "no film", "gone"]).Select((text, i) => $"{i}.wav\t{text}")];
        File.WriteAllLines(_sample.Folder.File("table.tsv"), rows.Prepend("Path\tText"));
        for (int i = 0; i < 5; i++)
            File.WriteAllBytes(_sample.Folder.File($"{i}.wav"), WaveBytes.Of(8000, WaveBytes.Tone(8000, 300 + 100 * i, 6000)));
        string[] arguments = [model, _sample.Folder.File("table.tsv"), "0.2", _sample.Folder.Path, "1"];

        // The sixth phrase has no recording, and of five one is new.
        string output = _sample.Run("SpokenPrompts", arguments);
        Assert.Contains("4 phrases to learn and 1 others; 8 utterances to learn from, ", output);
        Assert.Matches("(?m)^All together: epoch 1 of [0-9]+, word errors of new voices [0-9.]+ %\r?$", output);
        Assert.Matches("(?m)^Word errors of a person, new phrases: [0-9.]+ % in 1 utterances\r?$", output);
        Assert.Contains("a person", File.ReadAllText(_sample.Folder.File("out/spoken-prompts/index.html")));
        using (var loaded = new MLContext().Model.Load(_sample.Folder.File("out/spoken-prompts/model.zip"), out _) as IDisposable)
            Assert.IsType<KappaTuneSpeechTransformer>(loaded);

        // All was learnt, so that it only measures again.
        string again = _sample.Run("SpokenPrompts", arguments);
        Assert.DoesNotContain("All together", again);
        Assert.Equal(Last(output), Last(again));

        static string[] Last(string said) => said.TrimEnd().Split('\n')[^5..];
    }

    [Fact]
    public async Task A_web_service_answers_from_a_pool_of_engines()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        string texts = _sample.WriteTexts("Text", "Queue");
        using Process service = _sample.Start("PredictionService", _sample.Base, texts, "tickets.zip", "--urls", "http://127.0.0.1:0");
        Task<string> error = service.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            Uri address = await AddressOf(service, error);
            using var client = new HttpClient { BaseAddress = address };
            string[] posted = [.. TinyModel.Texts(24, seed: 3).Select(row => row.Text)];
            (string Queue, float Confidence)[] alone = await Task.WhenAll(posted.Select(Ask));
            Assert.All(alone, answer => Assert.Contains(answer.Queue, (string[])["good", "bad"]));
            Assert.All(alone, answer => Assert.InRange(answer.Confidence, 0.5f, 1));
            // The same questions, all at once and in another order.
            (string, float)[] together = await Task.WhenAll(posted.Reverse().Select(Ask));
            Assert.Equal(alone.Reverse(), together);
            await AssertRefused("", "isn't JSON");
            await AssertRefused("no JSON", "isn't JSON");
            await AssertRefused("[]", "isn't JSON");
            await AssertRefused("{\"text\": 5}", "isn't JSON");
            await AssertRefused("null", "missing or empty");
            await AssertRefused("{}", "missing or empty");
            await AssertRefused("{\"text\": \" \"}", "missing or empty");
            await AssertRefused(
                $"{{\"text\": \"{new string('x', 200_000)}\"}}", "more than 100000 bytes", HttpStatusCode.RequestEntityTooLarge);
            Assert.Equal(alone[0].Queue, (await Ask(posted[0])).Queue);

            async Task AssertRefused(string body, string why, HttpStatusCode status = HttpStatusCode.BadRequest)
            {
                using HttpResponseMessage refused = await client.PostAsync("/predict", new StringContent(body), cancellationToken);
                Assert.Equal(status, refused.StatusCode);
                Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
                JsonElement problem = await refused.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
                Assert.Contains(why, problem.GetProperty("detail").GetString());
            }

            async Task<(string Queue, float Confidence)> Ask(string text)
            {
                using HttpResponseMessage response = await client.PostAsJsonAsync("/predict", new { text }, cancellationToken);
                response.EnsureSuccessStatusCode();
                JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
                return (answer.GetProperty("queue").GetString()!, answer.GetProperty("confidence").GetSingle());
            }
        }
        finally
        {
            service.Kill();
            await service.WaitForExitAsync(CancellationToken.None);
        }

        // Where it listens, and nothing of the requests.
        string said = await service.StandardOutput.ReadToEndAsync(cancellationToken) + await error;
        Assert.DoesNotContain("/predict", said);
        Assert.DoesNotContain("Request", said);
    }

    [Fact]
    public async Task A_chat_service_answers_from_the_note_that_is_nearest()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        string model = TinyDecoder.Write(_sample.Folder, "decoder", TinyDecoder.Config with { MaxTokens = 400 });
        File.WriteAllText(
            Path.Combine(model, "chat_template.jinja"), "{% for m in messages %}{{ m.role }} {{ m.content }} {% endfor %}");
        File.WriteAllText(Path.Combine(model, "generation_config.json"), """{"eos_token_id": [], "max_new_tokens": 9}""");
        const string Note = "we saw a good film", Question = "was the film fine ?";
        string notes = _sample.Folder.Write("notes.txt", $"I was charged twice for one lamp.\n\n{Note}\n");
        using Process service = _sample.Start("ChatService", model, notes, "--urls", "http://127.0.0.1:0");
        Task<string> error = service.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            using var client = new HttpClient { BaseAddress = await AddressOf(service, error) };
            using HttpResponseMessage answer = await client.PostAsJsonAsync("/ask", new { text = Question }, cancellationToken);
            using TextGenerator generator = TextGenerator.Load(model, "cpu");
            string turns = JsonSerializer.Serialize(new[]
            {
                new { role = "system", content = $"Answer from this note: {Note}" },
                new { role = "user", content = Question },
            });
            GenerationOptions options = generator.Defaults with { MaxTokens = 200 };
            string expected = string.Concat(generator.Answer(turns, options, cancellationToken).Select(piece => piece.Text));
            Assert.NotEmpty(expected);
            Assert.Equal(expected, await answer.Content.ReadAsStringAsync(cancellationToken));
            Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);

            using HttpResponseMessage refused = await client.PostAsJsonAsync("/ask", new { text = " " }, cancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        }
        finally
        {
            service.Kill();
            await service.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>What a language model's sample says of a text.</summary>
    private static (double Before, double After) Perplexities(string output, string text)
    {
        Match line = Regex.Match(output, $"(?m)^Perplexity of the {text}: ([0-9.]+) before[^,]*, ([0-9.]+) after");
        Assert.True(line.Success, output);
        return (Number(1), Number(2));

        double Number(int group) => double.Parse(line.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>Where the service says that it listens, at a port of the system's choice.</summary>
    private static async Task<Uri> AddressOf(Process service, Task<string> error)
    {
        const string Announced = "Now listening on: ";
        while (await service.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.IndexOf(Announced, StringComparison.Ordinal) is var at and >= 0)
                return new Uri(line[(at + Announced.Length)..]);
        }

        throw new InvalidOperationException($"The service ended: {await error}");
    }
}
