using System.Globalization;
using System.Text;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>A model's <c>README.md</c>: what it is, what it was made of and how, how good it is, and what it isn't for.</summary>
internal static class ModelCard
{
    public static string Write(PretrainingReport r, string name)
    {
        bool isMasked = r.Options.Objective == PretrainingObjective.Masked;
        var text = new StringBuilder();
        Line($"# {name}\n");
        Line(isMasked
            ? $"A text encoder in BERT's layout ({r.Options.Layers} layers, hidden size {r.Options.Hidden}, {r.Options.Heads} heads, "
                + $"{NumberText.Count(r.Parameters)} parameters, its masked-language-modelling head included), "
                + "pre-trained from random weights."
            : $"A text decoder in {(r.Options.HasExperts ? "OLMoE" : "Llama")}'s layout ({r.Options.Layers} layers, hidden size "
                + $"{r.Options.Hidden}, {r.Options.Heads} heads, {Experts(r.Options)}{NumberText.Count(r.Parameters)} parameters), "
                + "pre-trained from random weights.");
        Line("\n## Data\n");
        Line(
            $"- Trained on `{r.Corpus.Name}`: {NumberText.Count(r.Corpus.Lines.Count)} paragraphs, "
            + $"{NumberText.Count(r.CorpusTokens)} tokens; the file has {NumberText.Count(r.Corpus.Bytes)} bytes, "
            + $"SHA-256 `{r.Corpus.Hash}`. Nothing else.");
        if (r.HeldOut is { } held)
        {
            Line(held.Hash == r.Corpus.Hash
                ? $"- Measured on the last {NumberText.Count(held.Lines.Count)} paragraphs of that file, which it wasn't trained on."
                : $"- Measured on `{held.Name}`, SHA-256 `{held.Hash}`, which it wasn't trained on.");
        }

        Line($"- Tokenizer: {NumberText.Count(r.VocabularySize)} tokens, texts of at most {r.Options.MaximumTokens} tokens.");
        Line("\n## How good it is\n");
        if (r.Last is { } last)
        {
            string what = isMasked ? "hidden tokens" : "next tokens";
            Line(
                $"Held-out loss **{Number(last.Loss)}** nats, accuracy **{Number(100 * last.Accuracy)} %**, "
                + $"over {NumberText.Count(r.HeldOutGuesses)} {what} in {NumberText.Count(r.HeldOutWindows)} windows; "
                + "measured with the stored weights.");
            Line("\n| Step | Held-out loss | Accuracy |\n| ---: | ---: | ---: |");
            foreach (HeldOutResult point in Some(r.Measured))
                Line($"| {NumberText.Count(point.Step)} | {Number(point.Loss)} | {Number(100 * point.Accuracy)} % |");
        }
        else
        {
            Line("Not measured: no text was held out.");
        }

        Line("\n## How it was made\n");
        Line(
            $"`kappatune pretrain`, {NumberText.Count(r.Steps)} steps, {NumberText.Count(r.TokensSeen)} tokens seen, "
            + $"{NumberText.Duration(r.Time)} on {r.Device} with {r.Threads} threads. "
            + "All that is random follows from the seed. The options:");
        Line("\n```json\n{");
        Line(string.Join(
            ",\n", PretrainingOptionsText.Fields(r.Options).Select(field => $"  \"{field.Name}\": {field.Value.ToJsonString()}")));
        Line("}\n```");
        Line("\n## Limits\n");
        Line("- It knows its corpus's language, period and views, and nothing else; expect little of other languages and of later words.");
        Line("- A model of this size has little knowledge of facts. It is a start for fine-tuning, not a source of answers.");
        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');
    }

    private static string Experts(PretrainingOptions options) =>
        options.HasExperts ? $"{options.Experts} experts a layer, {options.ExpertsPerToken} of them for a token, " : "";

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>Not more than a table that one can read, the first and the last among them.</summary>
    private static IEnumerable<HeldOutResult> Some(IReadOnlyList<HeldOutResult> points)
    {
        const int Maximum = 12;
        return points.Count <= Maximum ? points : Enumerable.Range(0, Maximum).Select(i => points[i * (points.Count - 1) / (Maximum - 1)]);
    }
}
