using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Tells the context's log what is wrong with lines; of many, the first few.</summary>
internal sealed class TextParseStats(IHost host) : IDisposable
{
    private const int MostShown = 10;

    private readonly IChannel _channel = host.Start("ParseStats");
    private long _errors;
    private long _rows;

    public void CountRow() => _rows++;

    /// <summary>Reports an error in a line between two characters, counted from 0, the latter not included.</summary>
    public void FormatError(TextLine line, int from, int to, string problem)
    {
        if (++_errors <= MostShown)
            _channel.Warning(
                MessageSensitivity.Schema, $"Format error at {line.Path}({line.Number},{from + 1})-({line.Number},{to + 1}): {problem}");
    }

    public void Dispose()
    {
        if (_errors > 0)
            _channel.Info(MessageSensitivity.None, $"Processed {_rows} rows with {_errors} format errors");
        _errors = 0;
        _channel.Dispose();
    }
}
