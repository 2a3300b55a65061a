using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace KappaTune.Cli.Output;

/// <summary>
/// What ML.NET and the trainer warn of while a command runs: each warning once, and after the command's progress, which it would tear.
/// </summary>
internal sealed class Warnings : IDisposable
{
    private readonly TextWriter _writer;
    private readonly List<string> _messages = [];
    private readonly Lock _lock = new();

    public Warnings(MLContext mlContext, TextWriter writer)
    {
        _writer = writer;
        mlContext.Log += (_, e) =>
        {
            if (e.Kind != ChannelMessageKind.Warning)
                return;
            lock (_lock)
            {
                if (!_messages.Contains(e.RawMessage))
                    _messages.Add(e.RawMessage);
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
            Write(_messages, _writer);
            _messages.Clear();
        }
    }
}
