using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A line of a file, its number counted from 1.</summary>
internal readonly record struct TextLine(string Text, string? Path, long Number);

/// <summary>
/// The lines of files that hold data. Empty lines, comments (<c>//</c>), settings at a file's start (<c>#@</c>) and, where
/// there is one, the header of each file are left out.
/// </summary>
internal static class TextLines
{
    /// <summary>Data lines.</summary>
    public static IEnumerable<TextLine> Read(IMultiStreamSource source, TextLoader.Options options, IExceptionContext context)
    {
        for (int i = 0; i < source.Count; i++)
        {
            bool skip = options.HasHeader && options.HeaderFile is null;
            foreach (TextLine line in ReadFile(source, i, options, context))
            {
                if (!skip)
                    yield return line;
                skip = false;
            }
        }
    }

    /// <summary>The first line of the first file that has any, or null.</summary>
    public static string? Header(IMultiStreamSource source, TextLoader.Options options, IExceptionContext context)
    {
        for (int i = 0; i < source.Count; i++)
        {
            foreach (TextLine line in ReadFile(source, i, options, context))
                return line.Text;
        }

        return null;
    }

    /// <summary>The settings in comments at the start of the first file, without their marks.</summary>
    public static string Settings(IMultiStreamSource source)
    {
        if (source.Count == 0)
            return "";
        using TextReader reader = source.OpenTextReader(0);
        var settings = new StringBuilder();
        while (reader.ReadLine() is { } line && line.StartsWith("#@", StringComparison.Ordinal))
            settings.Append(line, 2, line.Length - 2).Append(' ');
        return settings.ToString();
    }

    private static IEnumerable<TextLine> ReadFile(
        IMultiStreamSource source, int index, TextLoader.Options options, IExceptionContext context)
    {
        string? path = source.GetPathOrNull(index);
        using TextReader reader = Open(source, index, context);
        QuoteScanner? quotes = options is { ReadMultilines: true, AllowQuoting: true } ? new QuoteScanner(options) : null;
        bool atSettings = true;
        long number = 0;
        while (reader.ReadLine() is { } text)
        {
            long first = ++number;
            atSettings = atSettings && text.StartsWith("#@", StringComparison.Ordinal);
            if (text.Length == 0 || atSettings || text.StartsWith("//", StringComparison.Ordinal))
                continue;
            quotes?.Next(text);
            if (quotes is { IsOpen: true })
                text = ReadOn(reader, text, quotes, ref number);
            yield return new TextLine(text, path, first);
        }
    }

    private static string ReadOn(TextReader reader, string text, QuoteScanner quotes, ref long number)
    {
        var record = new StringBuilder(text);
        while (quotes.IsOpen && reader.ReadLine() is { } next)
        {
            number++;
            quotes.Next(next);
            record.Append('\n').Append(next);
        }

        return record.ToString();
    }

    private static TextReader Open(IMultiStreamSource source, int index, IExceptionContext context)
    {
        try
        {
            return source.OpenTextReader(index);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw context.ExceptDecode(error, "Stream reading encountered exception");
        }
    }
}
