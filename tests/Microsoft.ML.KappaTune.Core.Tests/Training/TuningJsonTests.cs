using System.Text.Json;
using Microsoft.ML.KappaTune.Tests.Reports;
using Microsoft.ML.KappaTune.Training.Reports;

namespace Microsoft.ML.KappaTune.Tests.Training;

public sealed class TuningJsonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string ReportFile => _folder.File("tuning.json");

    [Fact]
    public void A_report_is_loaded_as_it_was_saved()
    {
        TuningReport report = TuningSample.Report();
        report.Save(ReportFile);
        AssertSame(report, TuningReport.Load(ReportFile));
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void So_is_one_without_validation_whose_loss_was_lost()
    {
        TuningReport report = TuningSample.Report() with
        {
            Method = TuningMethod.Direct,
            Epochs = [new(1, double.NaN, null, 0, TimeSpan.Zero)],
            Losses = [new(1, double.PositiveInfinity, 0.1), new(2, double.NaN, 0)],
            BestEpoch = 1,
            Stop = TuningStop.Cancelled,
            Retention = null,
        };
        report.Save(ReportFile);
        AssertSame(report, TuningReport.Load(ReportFile));
    }

    [Fact]
    public void So_are_answers_and_a_file_without_them_has_none()
    {
        TuningReport report = TuningSample.Report() with { Answers = [new("Once", " upon", " more"), new("Two", "", "")] };
        report.Save(ReportFile);
        AssertSame(report, TuningReport.Load(ReportFile));
        string text = File.ReadAllText(ReportFile).ReplaceLineEndings("\n");
        using JsonDocument json = JsonDocument.Parse(text);
        JsonElement answers = json.RootElement.GetProperty("answers");
        Assert.Equal(["prompt", "before", "after"], Names(answers[0]));

        _folder.Write("tuning.json", text.Replace("\"after\": \" more\"", "\"after\": null"));
        Assert.Contains("answers[0].after", Assert.Throws<FormatException>(() => TuningReport.Load(ReportFile)).Message);
        int begin = text.IndexOf("  \"answers\"", StringComparison.Ordinal), end = text.IndexOf("  \"budget\"", StringComparison.Ordinal);
        _folder.Write("tuning.json", text[..begin] + text[end..]);
        Assert.Empty(TuningReport.Load(ReportFile).Answers);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(12.5)]
    public void So_are_ranks_that_were_fitted(double? alpha)
    {
        TuningReport report = TuningSample.Report() with { Method = TuningMethod.LoraWithin(70_000, alpha, dropout: 0.1) };
        report.Save(ReportFile);
        AssertSame(report, TuningReport.Load(ReportFile));
    }

    [Theory, MemberData(nameof(Budgets))]
    public void So_is_what_came_of_a_budget(string outcome)
    {
        BudgetReport budget = ByOutcome[outcome];
        BudgetSample.Tuning(budget).Save(ReportFile);
        BudgetReport loaded = TuningReport.Load(ReportFile).Budget!;
        Assert.Equal(budget.Probes, loaded.Probes);
        Assert.Equal(budget.Course, loaded.Course);
        Assert.Equal(budget, loaded with { Probes = budget.Probes, Course = budget.Course });
    }

    public static TheoryData<string> Budgets => [.. ByOutcome.Keys];

    private static readonly Dictionary<string, BudgetReport> ByOutcome = new()
    {
        // A probe has lost its loss.
        ["held"] = BudgetSample.Held(),
        ["over"] = BudgetSample.Over(),
        ["head only"] = BudgetSample.HeadOnly(),
        ["cancelled"] = BudgetSample.Cancelled(),
    };

    [Fact]
    public void A_stream_serves_as_well_as_a_file()
    {
        using var stream = new MemoryStream();
        TuningJson.Write(TuningSample.Report(), stream);
        stream.Position = 0;
        AssertSame(TuningSample.Report(), TuningJson.Read(stream, "model.zip"));
        using var empty = new MemoryStream();
        Assert.StartsWith("model.zip isn't", Assert.Throws<FormatException>(() => TuningJson.Read(empty, "model.zip")).Message);
    }

    [Fact]
    public void The_file_has_the_documented_fields_and_no_others()
    {
        BudgetSample.Tuning(BudgetSample.Over() with { Probes = BudgetSample.Held().Probes }).Save(ReportFile);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(ReportFile));
        JsonElement root = json.RootElement;
        Assert.Equal(
            [
                "schema", "base_model", "base_fingerprint", "method", "classes", "training_rows", "validation_rows", "skipped_rows",
                "truncated_rows", "counted_tokens", "trainable_parameters", "total_parameters", "epochs", "best_epoch", "stop", "device",
                "threads", "scan_seconds", "tokenizing_seconds", "training_seconds", "peak_memory_bytes", "steps", "retention", "answers",
                "budget", "warnings", "plan",
            ],
            Names(root));
        Assert.Equal(["name", "rank", "alpha", "dropout"], Names(root.GetProperty("method")));
        JsonElement epoch = root.GetProperty("epochs")[1];
        Assert.Equal(["epoch", "training_loss", "validation", "rows_per_second", "elapsed_seconds"], Names(epoch));
        Assert.Equal(["loss", "micro_accuracy", "macro_accuracy"], Names(epoch.GetProperty("validation")));
        Assert.Equal(["step", "loss", "learning_rate"], Names(root.GetProperty("steps")[0]));
        JsonElement retention = root.GetProperty("retention");
        Assert.Equal(
            [
                "text", "windows", "tokens", "masked_tokens", "objective", "loss", "accuracy", "perplexity", "bits_per_byte", "divergence",
                "task_texts", "task_divergence", "drift",
            ],
            Names(retention));
        Assert.Equal("masked_tokens", retention.GetProperty("objective").GetString());
        Assert.Equal(JsonValueKind.Null, retention.GetProperty("perplexity").ValueKind);
        Assert.Equal(["before", "after", "difference"], Names(retention.GetProperty("loss")));
        Assert.Equal(["value", "low", "high"], Names(retention.GetProperty("loss").GetProperty("before")));
        Assert.Equal(["layer", "cosine_distance", "linear_cka"], Names(retention.GetProperty("drift")[0]));
        Assert.Equal(["schema", "model", "selection", "tensors"], Names(root.GetProperty("plan")));
        JsonElement budget = root.GetProperty("budget");
        Assert.Equal(
            [
                "budget", "text", "objective", "deciding_samples", "watched_samples", "planned_measurements", "learning_rate", "probes",
                "course", "interpolation", "validation", "decided", "decided_used", "outcome", "returned_to_step",
                "held_out_samples", "loss_increase", "divergence", "drift", "used", "is_held", "probing_seconds", "watching_seconds",
                "deciding_seconds",
            ],
            Names(budget));
        Assert.Equal(["keep", "maximum_divergence", "maximum_drift", "maximum_rollbacks"], Names(budget.GetProperty("budget")));
        Assert.Equal(
            ["learning_rate", "steps", "loss_before", "loss_after", "measured", "expected"], Names(budget.GetProperty("probes")[0]));
        Assert.Equal("NaN", budget.GetProperty("probes")[3].GetProperty("loss_after").GetString());
        JsonElement point = budget.GetProperty("course")[1];
        Assert.Equal(["step", "training_loss", "measured", "used", "expected", "action", "learning_rate"], Names(point));
        Assert.Equal(["loss_increase", "divergence", "drift"], Names(point.GetProperty("measured")));
        Assert.Equal("frozen", point.GetProperty("action").GetString());
        Assert.Equal(["loss", "micro_accuracy", "macro_accuracy"], Names(budget.GetProperty("validation")));
        Assert.Equal("learned", budget.GetProperty("outcome").GetString());
        Assert.Equal(9, budget.GetProperty("probing_seconds").GetDouble());
        Assert.Equal(1, root.GetProperty("schema").GetInt32());
        Assert.Equal("stopped_early", root.GetProperty("stop").GetString());
        Assert.Equal(1.2345678, root.GetProperty("scan_seconds").GetDouble());
    }

    [Theory]
    [InlineData("\"schema\": 1", "\"schema\": 2", "schema")]
    [InlineData("\"base_model\":", "\"base\":", "base_model")]
    [InlineData("\"base_fingerprint\": \"f1f2\"", "\"base_fingerprint\": null", "base_fingerprint")]
    [InlineData("\"name\": \"lora\"", "\"name\": \"magic\"", "method.name")]
    [InlineData("\"rank\": 8,", "", "method.rank")]
    [InlineData("\"rank\": 8", "\"rank\": -8", "rank")]
    [InlineData("\"billing\",", "null,", "classes[0]")]
    [InlineData("\"billing\",", "1,", "classes[0]")]
    [InlineData("\"training_rows\": 480", "\"training_rows\": -1", "training_rows")]
    [InlineData("\"total_parameters\": 234567", "\"total_parameters\": 1e99", "total_parameters")]
    [InlineData("\"epochs\": [", "\"epochs\": [ null,", "epochs[0]")]
    [InlineData("\"epoch\": 2", "\"epoch\": 3", "epochs[1].epoch")]
    [InlineData("\"micro_accuracy\": 0.", "\"micro_accuracy\": 2.", "epochs[0].validation.micro_accuracy")]
    [InlineData("\"elapsed_seconds\": ", "\"elapsed_seconds\": -", "epochs[0].elapsed_seconds")]
    [InlineData("\"best_epoch\": 2", "\"best_epoch\": 4", "best_epoch")]
    [InlineData("\"stop\": \"stopped_early\"", "\"stop\": \"tired\"", "stop")]
    [InlineData("\"training_seconds\": 75", "\"training_seconds\": \"NaN\"", "training_seconds")]
    [InlineData("\"steps\": [", "\"steps\": [ null,", "steps[0]")]
    [InlineData("\"step\": 1,", "\"step\": 0,", "steps[0].step")]
    [InlineData("\"learning_rate\": ", "\"rate\": ", "learning_rate")]
    [InlineData("\"masked_tokens\": 3750", "\"masked_tokens\": -1", "retention.masked_tokens")]
    [InlineData("\"before\": {", "\"before\": null, \"be\": {", "retention.loss.before")]
    [InlineData("\"accuracy\": {", "\"accuracies\": {", "retention.accuracy")]
    [InlineData("\"drift\": [", "\"drift\": [ null,", "retention.drift[0]")]
    [InlineData("\"linear_cka\": 1", "\"cka\": 1", "linear_cka")]
    [InlineData("\"warnings\": [", "\"warnings\": [ null,", "warnings[0]")]
    [InlineData("\"warnings\": [", "\"warnings\": null, \"warning\": [", "warnings")]
    [InlineData("\"plan\": {", "\"plan\": null, \"plans\": {", "plan")]
    [InlineData("\"policy\": \"lowest_fraction\"", "\"policy\": \"best\"", "plan.selection.policy")]
    [InlineData("\"rule\": \"rank\"", "\"rule\": null", "rule")]
    [InlineData("]\n  }\n}", "]", "")]
    public void A_damaged_file_is_refused_by_file_and_field(string old, string damaged, string field)
    {
        TuningSample.Report().Save(ReportFile);
        string text = File.ReadAllText(ReportFile).ReplaceLineEndings("\n");
        int place = text.IndexOf(old, StringComparison.Ordinal);
        Assert.True(place >= 0, old);
        _folder.Write("tuning.json", text[..place] + damaged + text[(place + old.Length)..]);
        var error = Assert.Throws<FormatException>(() => TuningReport.Load(ReportFile));
        Assert.StartsWith($"{ReportFile} isn't a tuning report: ", error.Message);
        Assert.Contains(field, error.Message);
    }

    [Theory]
    [InlineData("\"keep\": 0.98", "\"keep\": 1.5", "budget.budget.keep is 1.5")]
    [InlineData("\"maximum_drift\": null", "\"maximum_drift\": 0", "budget.budget.maximum_drift is 0")]
    [InlineData("\"maximum_rollbacks\": 3", "\"maximum_rollbacks\": -1", "budget.budget.maximum_rollbacks is -1")]
    [InlineData("\"budget\": {\n    \"budget\": {", "\"budget\": {\n    \"budget\": null, \"b\": {", "budget.budget is null")]
    [InlineData("\"deciding_samples\": 100", "\"deciding_samples\": -1", "budget.deciding_samples is -1")]
    [InlineData("\"deciding_samples\": 100", "\"samples\": 100", "deciding_samples")]
    [InlineData("\"watched_samples\": 24", "\"watched_samples\": 124", "budget.watched_samples is 124")]
    [InlineData("\"planned_measurements\": 5", "\"planned_measurements\": -5", "budget.planned_measurements is -5")]
    [InlineData("\"learning_rate\": 0.000314,\n    \"probes\"", "\"learning_rate\": 0,\n    \"probes\"", "budget.learning_rate is 0")]
    [InlineData("\"probes\": [", "\"probes\": [ null,", "budget.probes[0] is null")]
    [InlineData("\"steps\": 3,", "\"steps\": 0,", "budget.probes[0].steps is 0")]
    [InlineData("\"loss_before\": 1.12", "\"loss\": 1.12", "loss_before")]
    [InlineData("\"measured\": {", "\"measured\": null, \"m\": {", "budget.probes[0].measured is null")]
    [InlineData("\"course\": [", "\"course\": [ null,", "budget.course[0] is null")]
    [InlineData("\"course\": [", "\"course\": null, \"c\": [", "budget.course is null")]
    [InlineData("\"step\": 10,\n        \"training", "\"step\": 5,\n        \"training", "budget.course[1].step is 5")]
    [InlineData("\"action\": \"rate_lowered\"", "\"action\": \"prayed\"", "action")]
    [InlineData("\"interpolation\": 0.9", "\"interpolation\": 1.9", "budget.interpolation is 1.9")]
    [InlineData("\"micro_accuracy\": 0.775", "\"micro_accuracy\": 1.775", "budget.validation.micro_accuracy is 1.775")]
    [InlineData("\"macro_accuracy\": 0.55", "\"macro_accuracy\": -0.55", "budget.validation.macro_accuracy is -0.55")]
    [InlineData("\"outcome\": \"learned\"", "\"outcome\": \"nice\"", "outcome")]
    [InlineData("\"returned_to_step\": null", "\"returned_to_step\": -1", "budget.returned_to_step is -1")]
    [InlineData("\"held_out_samples\": 100", "\"held_out_samples\": -100", "budget.held_out_samples is -100")]
    [InlineData("\"low\": 0.006", "\"lowest\": 0.006", "low")]
    [InlineData("\"decided_used\": ", "\"decided_used\": null, \"used_then\": ", "budget.decided_used is null")]
    [InlineData("\"is_held\": true", "\"is_held\": null", "budget.is_held is null")]
    [InlineData("\"probing_seconds\": 9", "\"probing_seconds\": -9", "probing_seconds")]
    public void So_is_a_damaged_budget(string old, string damaged, string field)
    {
        BudgetSample.Tuning(BudgetSample.Held()).Save(ReportFile);
        string text = File.ReadAllText(ReportFile).ReplaceLineEndings("\n");
        int place = text.IndexOf(old, text.IndexOf("\"budget\":", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.True(place >= 0, old);
        _folder.Write("tuning.json", text[..place] + damaged + text[(place + old.Length)..]);
        var error = Assert.Throws<FormatException>(() => TuningReport.Load(ReportFile));
        Assert.StartsWith($"{ReportFile} isn't a tuning report: ", error.Message);
        Assert.Contains(field, error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void A_file_that_is_no_report_is_refused(string content) =>
        Assert.StartsWith(
            ReportFile, Assert.Throws<FormatException>(() => TuningReport.Load(_folder.Write("tuning.json", content))).Message);

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(property => property.Name)];

    private static void AssertSame(TuningReport expected, TuningReport actual)
    {
        Assert.Equal(expected.Classes, actual.Classes);
        Assert.Equal(expected.Epochs, actual.Epochs);
        Assert.Equal(expected.Losses, actual.Losses);
        Assert.Equal(expected.Warnings, actual.Warnings);
        Assert.Equal(expected.Answers, actual.Answers);
        Assert.Equal(expected.Plan.Matrices.Select(Values), actual.Plan.Matrices.Select(Values));
        Assert.Equal(expected.Plan.Selection.ToString(), actual.Plan.Selection.ToString());
        AssertSame(expected.Retention, actual.Retention);
        // Lists are equal only if they are the same.
        Assert.Equal(expected, actual with
        {
            Classes = expected.Classes,
            Epochs = expected.Epochs,
            Losses = expected.Losses,
            Plan = expected.Plan,
            Retention = expected.Retention,
            Warnings = expected.Warnings,
            Answers = expected.Answers,
        });
    }

    private static void AssertSame(RetentionReport? expected, RetentionReport? actual)
    {
        Assert.Equal(expected?.Drift, actual?.Drift);
        Assert.Equal(expected, actual is null ? null : actual with { Drift = expected!.Drift });
    }

    private static object Values(PlannedMatrix planned) =>
        (planned.Matrix.Id, planned.Matrix.Kappa, planned.Selected, planned.Rule, planned.Rank, planned.Reason);
}
