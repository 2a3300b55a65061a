using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using KappaTune.Tool.Comparison;
using Microsoft.ML.Tokenizers;

/// <summary>Measures tokenizers on one thread and writes a Markdown table.</summary>
internal static class Report
{
    public static void Write(string source, string[] texts, int runs, (string Name, Tokenizer Tokenizer)[] tokenizers, TextWriter output)
    {
        output.WriteLine($"{MachineName.Processor()}, 1 of {Environment.ProcessorCount} threads, {RuntimeInformation.FrameworkDescription}; " +
            $"{texts.Length} texts, {texts.Sum(text => (long)text.Length)} characters; median of {runs} runs after one to warm up.");
        output.WriteLine($"Text: {source}. Vocabularies: 1500 merges learnt from it.");
        output.WriteLine();
        output.WriteLine("| tokenizer | tokens | tokens/s/core | characters/s/core | bytes allocated/1000 tokens |");
        output.WriteLine("| --- | ---: | ---: | ---: | ---: |");
        foreach ((string name, Tokenizer tokenizer) in tokenizers)
            output.WriteLine(Row(name, tokenizer, texts, runs));
    }

    private static string Row(string name, Tokenizer tokenizer, string[] texts, int runs)
    {
        long tokens = Encode(tokenizer, texts);
        long characters = texts.Sum(text => (long)text.Length);
        var seconds = new double[runs];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int run = 0; run < runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            Encode(tokenizer, texts);
            seconds[run] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        double allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)runs / tokens * 1000;
        Array.Sort(seconds);
        double median = seconds[runs / 2];
        return string.Create(CultureInfo.InvariantCulture, $"| {name} | {tokens} | {tokens / median:N0} | {characters / median:N0} | {allocated:N0} |");
    }

    private static long Encode(Tokenizer tokenizer, string[] texts)
    {
        long tokens = 0;
        foreach (string text in texts)
            tokens += tokenizer.EncodeToIds(text).Count;
        return tokens;
    }
}
