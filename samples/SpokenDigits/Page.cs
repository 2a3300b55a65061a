using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.ML.KappaTune;

/// <summary>A page of results that needs no other file: pictures and sounds are in it.</summary>
internal static class Page
{
    private const int Shown = 8, Width = 620, Height = 220, Margin = 40;

    public static void Write(string path, string title, Results results)
    {
        var page = new StringBuilder(
            $$"""
            <!DOCTYPE html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>{{Text(title)}}</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
            table { border-collapse: collapse } td, th { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top }
            td.number { text-align: right; font-variant-numeric: tabular-nums }
            .sounds { display: grid; grid-template-columns: repeat(auto-fill, minmax(26rem, 1fr)); gap: 1rem }
            figure { margin: 0; padding: .6rem; border: 1px solid #ddd; border-radius: .4rem } figure.wrong { border-color: #b00 }
            img { display: block; height: 128px; max-width: 100% } audio { width: 100%; height: 2rem; margin-top: .4rem }
            .wrong .heard { color: #b00 } small { color: #666 } svg text { font-size: 12px; fill: #444 }
            .figures { display: flex; flex-wrap: wrap; gap: 1rem 3rem } .figures b { display: block; font-size: 2rem; line-height: 1.3 }
            </style>
            <h1>{{Text(title)}}</h1>
            <div class="figures">
            {{string.Concat(results.Groups.Select(group => Figure(Percent(group.WordErrors), $"word errors, {group.Name}")))}}
            {{Figure(results.TextLostText, "bits a byte of text, after learning to hear")}}
            </div>
            <h2>Word errors</h2>
            <table>
            """);
        foreach (Group group in results.Groups)
        {
            Row($"Word errors, {group.Name}", Summary(group));
            foreach (Group part in group.Parts())
                Row($"of these, {part.Name}", Summary(part));
        }

        page.Append("</table>\n");
        AppendText(page, results);
        page.Append("<h2>Word errors of new voices by training step</h2>\n").Append(Curve(results.Curve));
        foreach (Group group in results.Groups)
        {
            page.Append($"<h2>{Text(group.Name)}</h2>\n<div class=\"sounds\">\n");
            // Half of them are wrong ones, where there are as many.
            foreach (Hearing hearing in group.Hearings.GroupBy(hearing => hearing.IsRight)
                .SelectMany(its => its.Take(Shown / 2)).OrderBy(hearing => hearing.IsRight))
                page.Append(Figure(hearing));
            page.Append("</div>\n");
        }

        page.Append("<h2>Times</h2>\n<table>\n");
        foreach ((string what, TimeSpan time) in results.Times)
            Row(what, $"{(int)time.TotalMinutes}:{time.Seconds:00}");
        page.Append("</table>\n</html>\n");
        File.WriteAllText(path, page.ToString());

        void Row(string name, string value) => page.Append($"<tr><th>{Text(name)}<td>{Text(value)}\n");
    }

    /// <summary>What the model kept of its language: how well it guesses text, and what it writes.</summary>
    private static void AppendText(StringBuilder page, Results results)
    {
        page.Append(
            $"""
            <h2>Text kept</h2>
            <p>Before it heard anything, the model took {Number(results.Text.Before.Value)} bits a byte of pages that it hasn't read.
            Now it takes {Number(results.Text.After.Value)}: {results.TextLostText}.</p>

            """);
        if (results.Report.Answers.Count == 0)
            return;
        page.Append("<table>\n<tr><th>Given<th>it went on before<th>and after\n");
        foreach (RetentionAnswer answer in results.Report.Answers)
            page.Append($"<tr><td>{Text(answer.Prompt)}<td>{Written(answer.Before)}<td>{Written(answer.After)}\n");
        page.Append("</table>\n");
    }

    private static string Figure(string number, string what) => $"<div><b>{Text(number)}</b>{Text(what)}</div>\n";

    private static string Figure(Hearing hearing)
    {
        (string said, string by, Sound sound) = hearing.Utterance;
        return $"""
            <figure{(hearing.IsRight ? "" : " class=\"wrong\"")}>
            <img alt="" src="data:image/bmp;base64,{Convert.ToBase64String(Spectrogram.Draw(sound))}">
            <audio controls preload="none" src="data:audio/wav;base64,{Convert.ToBase64String(sound.ToWave())}"></audio>
            <figcaption>said <b>{Text(said)}</b><br>heard <b class="heard">{Text(hearing.Heard)}</b><br>
            <small>{Text(by)}</small></figcaption>
            </figure>

            """;
    }

    /// <summary>A line through the word errors, from 0 to 100 %.</summary>
    private static string Curve(IReadOnlyList<(int Step, double Errors)> errors)
    {
        int last = Math.Max(1, errors.Select(at => at.Step).DefaultIfEmpty().Max());
        string points = string.Join(' ', errors.Select(at => $"{Number(X(at.Step))},{Number(Y(at.Errors))}"));
        string marks = string.Concat(errors.Select(at =>
            $"<circle cx=\"{Number(X(at.Step))}\" cy=\"{Number(Y(at.Errors))}\" r=\"3\">"
            + $"<title>step {at.Step}: {Percent(at.Errors)}</title></circle>"));
        string lines = string.Concat(((double[])[0, 0.2, 0.5, 1]).Select(y =>
            $"<line x1=\"{Margin}\" x2=\"{Width}\" y1=\"{Number(Y(y))}\" y2=\"{Number(Y(y))}\" stroke=\"#ddd\"/>"
            + $"<text x=\"0\" y=\"{Number(Y(y) + 4)}\">{Percent(y)}</text>"));
        return $"""
            <svg viewBox="0 0 {Width + Margin} {Height + Margin}" width="100%" role="img" aria-label="Word errors by step">
            {lines}<polyline points="{points}" fill="none" stroke="#2457a6" stroke-width="2"/><g fill="#2457a6">{marks}</g>
            <text x="{Margin}" y="{Height + 20}">0</text><text x="{Width - 40}" y="{Height + 20}">step {last}</text>
            </svg>

            """;

        double X(int step) => Margin + (Width - Margin) * (double)step / last;

        double Y(double value) => 10 + (Height - 20) * (1 - Math.Min(1, value));
    }

    private static string Summary(Group group)
    {
        int right = group.Hearings.Count(hearing => hearing.IsRight);
        return $"{Percent(group.WordErrors)}, and {right} of {group.Hearings.Count} utterances all right";
    }

    private static string Percent(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>What the model wrote, which may be that the text ends.</summary>
    private static string Written(string text) => string.IsNullOrWhiteSpace(text) ? "<small>nothing</small>" : Text(text);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
