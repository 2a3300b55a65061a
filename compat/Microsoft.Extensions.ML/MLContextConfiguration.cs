using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Microsoft.Extensions.ML;

/// <summary>
/// Gives <see cref="MLOptions"/> a context where the application has none, and sends what it logs to the application's log.
/// </summary>
internal sealed class MLContextConfiguration(ILogger<MLContext> logger) : IPostConfigureOptions<MLOptions>
{
    public void PostConfigure(string? name, MLOptions options)
    {
        options.MLContext ??= new MLContext();
        options.MLContext.Log += (_, e) =>
        {
            LogLevel level = e.Kind switch
            {
                ChannelMessageKind.Error => LogLevel.Error,
                ChannelMessageKind.Warning => LogLevel.Warning,
                ChannelMessageKind.Info => LogLevel.Information,
                _ => LogLevel.Trace,
            };
            logger.Log(level, "{Source}: {Message}", e.Source, e.RawMessage);
        };
    }
}
