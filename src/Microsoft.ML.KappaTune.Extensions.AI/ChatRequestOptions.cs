using System.Globalization;
using Microsoft.Extensions.AI;

namespace Microsoft.ML.KappaTune;

/// <summary>What a chat request asks for, as the options that texts are generated with.</summary>
internal static class ChatRequestOptions
{
    private const string Own =
        $"Give {nameof(GenerationOptions)} by {nameof(ChatOptions)}.{nameof(ChatOptions.RawRepresentationFactory)} for what else there is.";

    private const string Penalty =
        $"Give {nameof(GenerationOptions)}.{nameof(GenerationOptions.RepetitionPenalty)} by "
        + $"{nameof(ChatOptions)}.{nameof(ChatOptions.RawRepresentationFactory)}.";

    /// <summary>Takes over what can be honoured, and refuses the rest.</summary>
    /// <param name="asked">The request's options; null for none.</param>
    /// <param name="client">Who is asked.</param>
    /// <param name="defaults">What the model's files say, which counts where the request says nothing.</param>
    /// <param name="modelId">The client's model.</param>
    /// <exception cref="UnsupportedRequestException">An option can't be honoured.</exception>
    public static GenerationOptions Read(ChatOptions? asked, IChatClient client, GenerationOptions defaults, string? modelId)
    {
        // Who asks twice for drawn text expects two texts, unless a seed is given.
        GenerationOptions drawn = defaults with { Seed = Random.Shared.Next() };
        if (asked is null)
            return drawn;
        Refuse(asked, modelId);
        GenerationOptions options = asked.RawRepresentationFactory?.Invoke(client) switch
        {
            null => drawn,
            GenerationOptions own => own,
            var other => throw new UnsupportedRequestException(
                $"{nameof(ChatOptions)}.{nameof(ChatOptions.RawRepresentationFactory)}", $"it gives {other.GetType()}",
                $"Give {nameof(GenerationOptions)}, or null."),
        };
        // AllowMultipleToolCalls and AllowBackgroundResponses allow what this never does.
        return options with
        {
            MaxTokens = asked.MaxOutputTokens ?? options.MaxTokens,
            Temperature = Exact(asked.Temperature) ?? options.Temperature,
            TopP = Exact(asked.TopP) ?? options.TopP,
            TopK = asked.TopK ?? options.TopK,
            Stop = asked.StopSequences is { } stop ? [.. stop] : options.Stop,
            Seed = Fold(asked.Seed) ?? options.Seed,
        };
    }

    private static void Refuse(ChatOptions asked, string? modelId)
    {
        Refuse(
            asked.Tools is { Count: > 0 }, nameof(asked.Tools), "the model can't be made to call tools",
            "Leave it empty, or use a model behind a server that calls tools.");
        Refuse(
            asked.ToolMode is RequiredChatToolMode, nameof(asked.ToolMode), "the model can't be made to call tools", "Leave it null.");
        Refuse(
            asked.ResponseFormat is not (null or ChatResponseFormatText), nameof(asked.ResponseFormat),
            "the model can't be held to a format", "Leave it null, say in a message what to write, and check the answer.");
        Refuse(
            asked.ConversationId is not null, nameof(asked.ConversationId), "no conversation is kept",
            "Leave it null, and send all messages each time.");
        Refuse(
            asked.FrequencyPenalty is not (null or 0), nameof(asked.FrequencyPenalty), "there is no such penalty", Penalty);
        Refuse(
            asked.PresencePenalty is not (null or 0), nameof(asked.PresencePenalty), "there is no such penalty", Penalty);
#pragma warning disable MEAI001 // Refused, whatever becomes of them.
        Refuse(
            asked.Reasoning is not null, nameof(asked.Reasoning), "how much a model reasons is the affair of its chat template",
            "Leave it null.");
        Refuse(
            asked.ContinuationToken is not null, nameof(asked.ContinuationToken), "an answer that was interrupted isn't kept",
            "Leave it null, and ask again.");
#pragma warning restore MEAI001
        ModelRequest.Refuse(nameof(ChatOptions), asked.ModelId, modelId, asked.AdditionalProperties, Own);
    }

    private static void Refuse(bool isAsked, string option, string reason, string remedy)
    {
        if (isAsked)
            throw new UnsupportedRequestException($"{nameof(ChatOptions)}.{option}", reason, remedy);
    }

    /// <summary>The number that was meant: 0.7, not the 0.699999988 that is nearest to it in 32 bits.</summary>
    private static double? Exact(float? value) => value is { } number
        ? double.Parse(number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
        : null;

    /// <summary>A seed that fits stays as it is.</summary>
    private static int? Fold(long? seed) => seed switch
    {
        null => null,
        >= int.MinValue and <= int.MaxValue => (int)seed,
        _ => unchecked((int)seed ^ (int)(seed >> 32)),
    };
}
