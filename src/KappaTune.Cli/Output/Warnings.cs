using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace KappaTune.Cli.Output;

/// <summary>
/// What ML.NET and the trainer warn of while a command runs: each warning once, and after the command's progress, which it would tear.
/// </summary>
internal sealed partial class Warnings : IDisposable
{
    private const string More = " Later rows gave the same warning, with other numbers.";

    private readonly TextWriter _writer;
    private readonly Dictionary<string, string> _messages = [];
    private readonly Lock _lock = new();

    /// <param name="areOfPortions">
    /// Whether each portion of a stream has warnings of its own: of those that differ in numbers only, the first is told.
    /// </param>
    public Warnings(MLContext mlContext, TextWriter writer, bool areOfPortions = false)
    {
        _writer = writer;
        mlContext.Log += (_, e) =>
        {
            if (e.Kind != ChannelMessageKind.Warning)
                return;
            lock (_lock)
            {
                string kind = areOfPortions ? Number().Replace(e.RawMessage, "") : e.RawMessage;
                if (!_messages.TryAdd(kind, e.RawMessage) && _messages[kind] is var first && first != e.RawMessage && !first.EndsWith(More))
                    _messages[kind] = first + More;
            }
        };
    }

    /// <summary>Writes those that a command has from elsewhere than ML.NET.</summary>
    public static void Write(IEnumerable<string> messages, TextWriter writer)
    {
        foreach (string message in messages)
            writer.WriteLine($"Warning: {PlainText.OneLine(message)}");
    }

    public void Dispose()
    {
        lock (_lock)
        {
            Write(_messages.Values, _writer);
            _messages.Clear();
        }
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
