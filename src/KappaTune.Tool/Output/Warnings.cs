using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace KappaTune.Tool.Output;

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

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (string message in _messages)
                _writer.WriteLine($"Warning: {Words.OneLine(message)}");
            _messages.Clear();
        }
    }
}
